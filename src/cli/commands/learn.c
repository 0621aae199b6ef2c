/* portmote learn: a policy from what listens now. */
#include "commands/commands.h"
#include "session.h"

static int print_policy(const struct session *session, const struct pm_format *format,
			const void *data)
{
	struct pm_buf text = {0};
	struct pm_judged judged = pm_report_judged(&session->report);
	int r = pm_policy_learn(&judged, &text);

	(void)format;
	(void)data;
	if (r == 0)
		fwrite(pm_buf_text(&text), 1, text.len, session->options.out);
	pm_buf_release(&text);
	return r;
}

/* From half of what there is, a policy would call the other half not allowed. */
enum exit_code learn_run(struct request *request)
{
	return session_save(request, print_policy);
}

/* portmote learn: a policy from what listens now. */
#include "cli.h"

static int print_policy(const struct session *session, const struct pm_format *format,
			const void *data)
{
	struct pm_buf text = {0};
	int r = pm_report_learn(&session->report, &text);

	(void)format;
	(void)data;
	if (r == 0)
		fwrite(pm_buf_text(&text), 1, text.len, session->options.out);
	pm_buf_release(&text);
	return r;
}

enum exit_code learn_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	request->fail_on = (struct pm_fail_on){0};
	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	/* From half of what there is, a policy would call the other half not allowed. */
	if (code == EXIT_CLEAN && session_is_partial(&session, request, &err)) {
		code = EXIT_INCOMPLETE;
	} else if (code == EXIT_CLEAN) {
		session_print(&session, request, print_policy, NULL);
		code = session_end(&session, request, &err);
	}
	session_release(&session);
	/* A policy, other than a report, does not say by itself what is missing. */
	request->no_header = true;
	return session_tell(request, code, &err);
}

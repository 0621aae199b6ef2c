/* portmote save: a snapshot, to be compared with later. */
#include "cli.h"

#include <errno.h>

int save_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	if (count != 1)
		return pm_fail(err, -EINVAL,
			       count ? "save: one file, not '%s' too" : "save: which file?%.0s",
			       count ? words[1] : "");
	request->outputs[0] = (struct output_request){pm_format_find("json"), words[0]};
	request->output_count = 1;
	request->sealed = true;
	return 0;
}

enum exit_code save_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	request->fail_on = (struct pm_fail_on){0};
	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	if (code == EXIT_CLEAN && session_is_partial(&session, request, &err)) {
		code = EXIT_INCOMPLETE;
	} else if (code == EXIT_CLEAN) {
		session_print(&session, request, session_print_report, NULL);
		code = session_end(&session, request, &err);
	}
	session_release(&session);
	/* What is missing stands in the file, where nobody looks. */
	request->no_header = true;
	return session_tell(request, code, &err);
}

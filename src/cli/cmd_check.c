/* portmote check: does what listens keep to a policy? */
#include "cli.h"

#include <errno.h>

enum exit_code check_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	if (code == EXIT_CLEAN && !request->policy) {
		pm_fail(&err, -EINVAL, "check needs --policy FILE; 'portmote learn' writes one");
		code = EXIT_USAGE;
	}
	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	if (code == EXIT_CLEAN) {
		session_print(&session, request, session_print_report, NULL);
		code = session_end(&session, request, &err);
	}
	session_release(&session);
	return session_tell(request, code, &err);
}

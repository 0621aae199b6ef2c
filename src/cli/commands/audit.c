/* portmote audit: everything that listens. */
#include "commands/commands.h"
#include "outputs.h"

enum exit_code audit_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	if (code == EXIT_CLEAN) {
		session_print(&session, request, session_print_report, NULL);
		code = session_end(&session, request, &err);
	}
	session_release(&session);
	return session_tell(request, code, &err);
}

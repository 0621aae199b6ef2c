/* portmote registry: what registry and what knowledge are in use. */
#include "cli.h"

enum exit_code registry_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	if (code == EXIT_CLEAN)
		code = session_read(&session, request, &err);
	if (code == EXIT_CLEAN)
		code = session_end(&session, request,
				   request->format->sources(&session.report, &session.options),
				   &err);
	session_release(&session);
	return session_tell(request, code, &err);
}

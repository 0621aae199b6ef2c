/* portmote registry: what registry and what knowledge are in use. */
#include "commands/commands.h"
#include "outputs.h"

static int print_sources(const struct session *session, const struct pm_format *format,
			 const void *data)
{
	(void)data;
	return format->registry(&session->report, &session->options);
}

enum exit_code registry_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	if (code == EXIT_CLEAN)
		code = session_read(&session, request, &err);
	if (code == EXIT_CLEAN) {
		session_print(&session, request, print_sources, NULL);
		code = session_end(&session, request, &err);
	}
	session_release(&session);
	return session_tell(request, code, &err);
}

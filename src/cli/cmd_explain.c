/* portmote explain: one port, in the registry and here. */
#include "cli.h"

#include <errno.h>

static int find_transport(const char *name)
{
	static const char *const names[PM_TRANSPORTS] = {"tcp", "udp", "sctp", "dccp"};

	for (int i = 0; i < PM_TRANSPORTS; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

int explain_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	uint16_t last;

	if (count != 1)
		return pm_fail(err, -EINVAL, "explain takes one port, such as 3643 or 3643/udp");
	size_t len = strcspn(words[0], "/");
	int transport = words[0][len] ? find_transport(words[0] + len + 1) : 0;
	if (pm_parse_ports(words[0], len, &request->port, &last) < 0 || last != request->port)
		return pm_fail(err, -EINVAL,
			       "'%s' is not a port (0 to 65535), such as 3643 or 3643/udp",
			       words[0]);
	if (transport < 0)
		return pm_fail(err, -EINVAL, "'%s': the transport must be tcp, udp, sctp or dccp",
			       words[0]);
	request->any_transport = !words[0][len];
	request->transport = (enum pm_transport)transport;
	request->ports[request->port / 8] = (uint8_t)(1u << request->port % 8);
	request->collect.ports = request->ports;
	if (!request->any_transport) {
		request->collect.only_tcp = transport == PM_TCP;
		request->collect.only_udp = transport == PM_UDP;
	}
	return 0;
}

/* Is nothing known of the port, neither by the registry nor here? */
static bool is_blank(const struct session *session, const struct request *request)
{
	for (int t = 0; t < PM_TRANSPORTS; t++) {
		const uint32_t *rows;
		size_t count = pm_registry_at(session->sources.registry, (enum pm_transport)t,
					      request->port, &rows);

		if (count && (request->any_transport || t == (int)request->transport))
			return false;
	}
	return session->judgement.count == 0;
}

enum exit_code explain_run(struct request *request)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_run(&session, request, &err);

	if (code == EXIT_CLEAN) {
		int r = request->format->explain(&session.report, &session.options,
						 request->transport, request->any_transport,
						 request->port);

		code = session_end(&session, request, r, &err);
		if (code == EXIT_CLEAN || code == EXIT_FINDINGS)
			code = is_blank(&session, request) ? EXIT_FINDINGS : EXIT_CLEAN;
	}
	session_release(&session);
	return session_tell(request, code, &err);
}

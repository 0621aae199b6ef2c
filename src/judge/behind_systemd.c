/* For whom systemd holds a listener: the service of the .socket unit that listens there. */
#include "behind.h"

#include "unitfile.h"

/* Does a ListenStream= or ListenDatagram= value name the listener's address? systemd.socket(5). */
static bool is_listen(const struct pm_listener *listener, const char *value, size_t len)
{
	char address[PM_ADDRESS_SIZE], text[PM_ADDRESS_SIZE + 16];
	uint16_t port, last;

	pm_listener_address(listener, address);
	snprintf(text, sizeof(text), listener->family == PM_INET6 ? "[%s]:%u" : "%s:%u", address,
		 listener->port);
	if (strlen(text) == len && !memcmp(text, value, len))
		return true;
	return pm_parse_ports(value, len, &port, &last) == 0 && port == last &&
	       port == listener->port;
}

static bool socket_listens(const struct pm_snapshot *snapshot, const char *unit,
			   const struct pm_listener *listener)
{
	const char *key = pm_protocol_base(listener->protocol) == PM_PROTOCOL_TCP
				  ? "ListenStream"
				  : "ListenDatagram";
	struct unit_values values;

	unit_values(snapshot, unit, "Socket", key, &values);
	for (size_t i = 0; i < values.count; i++)
		if (is_listen(listener, values.value[i], values.len[i]))
			return true;
	return false;
}

/* The service that the socket starts: Service=, else of its own name. */
static const char *service_of(struct matter *matter, const char *unit)
{
	struct unit_values values;
	size_t stem = strlen(unit) - strlen(".socket");

	unit_values(matter->snapshot, unit, "Socket", "Service", &values);
	if (values.count)
		return pm_arena_escape(matter->arena, values.value[values.count - 1],
				       values.len[values.count - 1]);
	unit_values(matter->snapshot, unit, "Socket", "Accept", &values);
	bool accepts = values.count && unit_is_true(&values);
	return pm_arena_printf(matter->arena, "%.*s%s.service", (int)stem, unit,
			       accepts ? "@" : "");
}

/* The path in ExecStart=, without the marks before it; systemd.service(5). */
static const char *program_of(struct matter *matter, const char *service)
{
	struct unit_values values;

	unit_values(matter->snapshot, service, "Service", "ExecStart", &values);
	if (!values.count)
		return NULL;
	const char *path = values.value[0], *end = path + values.len[0];
	path += strspn(path, "-@:+!|");
	size_t len = strcspn(path, " \t\n");
	return path < end ? pm_arena_escape(matter->arena, path, len) : NULL;
}

void behind_systemd(struct matter *matter, const struct pm_process *process,
			   struct behind *ret)
{
	const struct pm_snapshot *snapshot = matter->snapshot;

	(void)process;
	for (size_t i = 0; i < snapshot->config_count; i++) {
		const struct pm_config *config = &snapshot->configs[i];

		if (!unit_is_socket(config) ||
		    !socket_listens(snapshot, config->name, matter->listener))
			continue;
		const char *service = service_of(matter, config->name);
		if (!service) {
			matter->failed = true;
			return;
		}
		*ret = (struct behind){.told = service,
				       .program = program_of(matter, service),
				       .source = config->path};
		return;
	}
}

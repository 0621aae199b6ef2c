#include "behind/inetd.h"
#include "behind/command.h"

#include <arpa/inet.h>
#include <strings.h>

static bool has_format(const struct pm_config *config, const char *format, const char *place)
{
	return !strcmp(config->name, format) || !strncmp(config->path, place, strlen(place));
}

/* What is older does not tell the form, but always read the same places. */
bool config_is_inetds(const struct pm_config *config)
{
	return strcmp(config->name, "xinetd") != 0 && has_format(config, "inetd", "/etc/inetd");
}

bool config_is_xinetds(const struct pm_config *config)
{
	return strcmp(config->name, "inetd") != 0 && has_format(config, "xinetd", "/etc/xinetd");
}

bool inetd_reads(const struct pm_config *config, const struct pm_process *process)
{
	return !config->is_unread && (!config->pid || config->pid == process->pid);
}

size_t text_split(struct text line, struct text ret[TEXTS_MAX])
{
	if (!line.len)
		return 0;
	const char *at = line.at, *end = line.at + line.len;
	size_t count = 0;

	while (at < end && count < TEXTS_MAX) {
		while (at < end && strchr(" \t\r", *at))
			at++;
		const char *first = at;

		while (at < end && !strchr(" \t\r", *at))
			at++;
		if (at > first)
			ret[count++] = (struct text){first, (size_t)(at - first)};
	}
	return count;
}

/* /etc/services has names that IANA has not. */
static bool inetd_is_listed(const struct trial *trial, const char *name)
{
	size_t count;
	const struct pm_listing *rows = pm_listings(trial->knowledge, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i].port == trial->listener->port && !strcasecmp(rows[i].service, name))
			return true;
	return false;
}

bool inetd_is_port(const struct trial *trial, struct text service)
{
	const struct pm_registry *registry = trial->registry;
	uint16_t port, last, wanted = trial->listener->port;
	char name[64];

	if (pm_parse_ports(service.at, service.len, &port, &last) == 0)
		return port == last && port == wanted;
	snprintf(name, sizeof(name), "%.*s", (int)service.len, service.at);
	for (int transport = 0; transport < PM_TRANSPORTS; transport++) {
		const uint32_t *rows;
		size_t count =
			pm_registry_at(registry, (enum pm_transport)transport, wanted, &rows);

		for (size_t i = 0; i < count; i++)
			if (*name && !strcasecmp(pm_registry_row(registry, rows[i]).name, name))
				return true;
	}
	return *name && inetd_is_listed(trial, name);
}

/* They know no other than TCP and UDP, and make MPTCP of TCP where told to. */
bool inetd_is_protocol(const struct trial *trial, struct text protocol)
{
	const char *base = pm_protocol_name(pm_protocol_base(trial->listener->protocol));
	bool is_v6 = trial->listener->family == PM_INET6;

	if (protocol.len < 3 || memcmp(protocol.at, base, 3) != 0)
		return false;
	/* Sizes of buffers can stand behind it: "tcp6,rcvbuf=64k"; "tcp/faith". */
	struct text family = {protocol.at + 3, 0};
	while (family.len < protocol.len - 3 && !strchr(",/", family.at[family.len]))
		family.len++;
	return !family.len || text_is(family, "46") || text_is(family, is_v6 ? "6" : "4") ||
	       (is_v6 && text_is(family, "6only"));
}

static bool is_bytes(const struct pm_listener *listener, int family, const char *text)
{
	uint8_t address[16] = {0};
	size_t len = family == AF_INET ? 4 : 16;

	return (listener->family == PM_INET6) == (family == AF_INET6) &&
	       inet_pton(family, text, address) == 1 && !memcmp(address, listener->address, len);
}

enum pm_known inetd_is_address(const struct trial *trial, struct text address)
{
	const struct pm_listener *listener = trial->listener;
	uint8_t bytes[16];
	char text[64];

	if (!address.len || text_is(address, "*"))
		return pm_is_wildcard(listener) ? PM_YES : PM_NO;
	if (address.len > 2 && *address.at == '[')
		address = (struct text){address.at + 1, address.len - 2};
	snprintf(text, sizeof(text), "%.*s", (int)address.len, address.at);
	if (!strcmp(text, "localhost"))
		return is_bytes(listener, AF_INET, "127.0.0.1") ||
				       is_bytes(listener, AF_INET6, "::1")
			       ? PM_YES
			       : PM_NO;
	if (inet_pton(AF_INET, text, bytes) == 1)
		return is_bytes(listener, AF_INET, text) ? PM_YES : PM_NO;
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return is_bytes(listener, AF_INET6, text) ? PM_YES : PM_NO;
	return pm_is_wildcard(listener) ? PM_NO : PM_UNKNOWN;
}

/* tcpd(8) runs what its first argument, here the name, tells. */
void inetd_tell(struct trial *trial, const struct pm_config *config, struct text server,
		struct text arguments, bool is_certain, struct behind *ret)
{
	struct pm_buf line = {0};
	struct unit_command command;

	pm_buf_add(&line, server.at, server.len);
	pm_buf_puts(&line, " ");
	pm_buf_add(&line, arguments.at, arguments.len);
	if (command_read(trial->arena, pm_buf_text(&line), line.len, &command) < 0 || line.failed)
		trial->failed = true;
	const char *program = command.program ? command.program : command.front;
	*ret = (struct behind){
		.name = program ? pm_arena_escape(trial->arena, program, strlen(program)) : NULL,
		.kind = command.kind,
		.source = config->path,
	};
	trial->failed |= program && !ret->name;
	ret->program = command.program && is_certain ? ret->name : NULL;
	pm_buf_release(&line);
}

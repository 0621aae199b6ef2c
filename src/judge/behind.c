#include "behind.h"

#include "unitfile.h"

/* ---- systemd: the .socket unit that listens there ---------------------------------------------
 */

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

static void behind_systemd(struct matter *matter, const struct pm_process *process,
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
		*ret = (struct behind){service, program_of(matter, service), config->path};
		return;
	}
}

/* ---- inetd, xinetd -----------------------------------------------------------------------------
 */

/* The port of a service name or number. */
static bool is_port(const struct matter *matter, const char *word, size_t len)
{
	char name[64];
	uint16_t port, last, wanted = matter->listener->port;

	if (pm_parse_ports(word, len, &port, &last) == 0)
		return port == last && port == wanted;
	snprintf(name, sizeof(name), "%.*s", (int)len, word);
	for (uint32_t i = 0;
	     (i = pm_registry_next(matter->registry, name, i)) < pm_registry_rows(matter->registry);
	     i++) {
		struct pm_registration row = pm_registry_row(matter->registry, i);

		if (row.first <= wanted && wanted <= row.last)
			return true;
	}
	return false;
}

enum { WORDS_MAX = 8 };

/* The words of a line, apart by white space; their number, at most WORDS_MAX. */
static size_t split(const char *line, size_t len, const char *words[], size_t lens[])
{
	size_t count = 0;

	for (size_t at = 0; at < len && count < WORDS_MAX;) {
		at += strspn(line + at, " \t");
		size_t width = strcspn(line + at, " \t\n");

		if (at >= len || !width)
			break;
		words[count] = line + at;
		lens[count++] = width;
		at += width;
	}
	return count;
}

static void take_server(struct matter *matter, const struct pm_config *config, const char *server,
			size_t len, struct behind *ret)
{
	const char *path = pm_arena_escape(matter->arena, server, len);

	*ret = (struct behind){path, path, config->path};
	matter->failed |= !path;
}

/* What both call the protocol: they know no other, and make MPTCP of TCP where told to. */
static const char *protocol_word(const struct matter *matter)
{
	return pm_protocol_name(pm_protocol_base(matter->listener->protocol));
}

/* "service type protocol flags user server arguments": inetd.conf(5). tcpd(8) runs another. */
static void read_inetd_line(struct matter *matter, const struct pm_config *config, const char *line,
			    size_t len, struct behind *ret)
{
	const char *words[WORDS_MAX], *protocol = protocol_word(matter);
	size_t lens[WORDS_MAX], count = split(line, len, words, lens);
	enum { SERVICE, TYPE, PROTOCOL, FLAGS, USER, SERVER, FIRST };

	if (count <= SERVER || words[0][0] == '#' || strncmp(words[PROTOCOL], protocol, 3) != 0)
		return;
	const char *colon = memchr(words[SERVICE], ':', lens[SERVICE]);
	size_t skip = colon ? (size_t)(colon + 1 - words[SERVICE]) : 0;
	if (!is_port(matter, words[SERVICE] + skip, lens[SERVICE] - skip))
		return;
	size_t server = lens[SERVER] >= 4 && !memcmp(words[SERVER] + lens[SERVER] - 4, "tcpd", 4) &&
					count > FIRST
				? FIRST
				: SERVER;
	take_server(matter, config, words[server], lens[server], ret);
}

static void behind_inetd(struct matter *matter, const struct pm_process *process,
			 struct behind *ret)
{
	const struct pm_snapshot *snapshot = matter->snapshot;

	(void)process;
	for (size_t i = 0; i < snapshot->config_count; i++) {
		const struct pm_config *config = &snapshot->configs[i];

		if (strncmp(config->path, "/etc/inetd", 10) != 0)
			continue;
		for (const char *line = config->text; *line && !ret->told;) {
			size_t len = strcspn(line, "\n");

			read_inetd_line(matter, config, line, len, ret);
			line += len + (line[len] == '\n');
		}
	}
}

/* A block "service NAME { key = value ... }" of xinetd.conf(5), as far as it was read. */
struct block {
	const char *port, *server, *protocol;
	size_t port_len, server_len, protocol_len;
	bool is_open, is_disabled;
};

static void take_attribute(struct block *block, const char *words[], const size_t lens[])
{
	static const char *const keys[] = {"port", "server", "protocol", "disable"};
	const char **values[] = {&block->port, &block->server, &block->protocol};
	size_t *value_lens[] = {&block->port_len, &block->server_len, &block->protocol_len};

	for (size_t i = 0; i < PM_COUNT(keys); i++) {
		if (strlen(keys[i]) != lens[0] || memcmp(keys[i], words[0], lens[0]) != 0)
			continue;
		if (i == PM_COUNT(values)) {
			block->is_disabled = lens[2] == 3 && !memcmp(words[2], "yes", 3);
			continue;
		}
		*values[i] = words[2];
		*value_lens[i] = lens[2];
	}
}

static void end_block(struct matter *matter, const struct pm_config *config,
		      const struct block *block, struct behind *ret)
{
	const char *protocol = protocol_word(matter);

	if (block->is_disabled || !block->port || !block->server ||
	    (block->protocol && strncmp(block->protocol, protocol, 3) != 0) ||
	    !is_port(matter, block->port, block->port_len))
		return;
	take_server(matter, config, block->server, block->server_len, ret);
}

static void read_xinetd_line(struct matter *matter, const struct pm_config *config,
			     struct block *block, const char *line, size_t len, struct behind *ret)
{
	const char *words[WORDS_MAX];
	size_t lens[WORDS_MAX], count = split(line, len, words, lens);

	if (!count || words[0][0] == '#')
		return;
	if (count > 1 && lens[0] == 7 && !memcmp(words[0], "service", 7)) {
		*block = (struct block){.is_open = true, .port = words[1], .port_len = lens[1]};
	} else if (words[0][0] == '}' && block->is_open) {
		end_block(matter, config, block, ret);
		block->is_open = false;
	} else if (count > 2 && block->is_open) {
		take_attribute(block, words, lens);
	}
}

static void behind_xinetd(struct matter *matter, const struct pm_process *process,
			  struct behind *ret)
{
	const struct pm_snapshot *snapshot = matter->snapshot;

	(void)process;
	for (size_t i = 0; i < snapshot->config_count; i++) {
		const struct pm_config *config = &snapshot->configs[i];
		struct block block = {0};

		if (strncmp(config->path, "/etc/xinetd", 11) != 0)
			continue;
		for (const char *line = config->text; *line && !ret->told;) {
			size_t len = strcspn(line, "\n");

			read_xinetd_line(matter, config, &block, line, len, ret);
			line += len + (line[len] == '\n');
		}
	}
}

/* ---- containers --------------------------------------------------------------------------------
 */

static void behind_container(struct matter *matter, const struct pm_process *process,
			     struct behind *ret)
{
	const struct pm_container *container = &process->container;

	if (process->behind)
		ret->told = process->behind;
	else if (container->runtime)
		ret->told = pm_arena_printf(matter->arena, "%s container %.12s", container->runtime,
					    container->id);
	ret->source = pm_arena_printf(matter->arena, "/proc/%d/%s", process->pid,
				      process->behind ? "cmdline" : "cgroup");
}

/* Programs that hold listeners for others. A new one is a new row. */
static const struct {
	const char *program;
	void (*find)(struct matter *matter, const struct pm_process *process, struct behind *ret);
	enum {
		OF_PID_1,
		OF_ROOT,
		OF_ANYBODY
	} whose; /* a user's own says nothing of root's files */
} stand_ins[] = {
	{"systemd", behind_systemd, OF_PID_1},
	{"inetd", behind_inetd, OF_ROOT},
	{"inetutils-inetd", behind_inetd, OF_ROOT},
	{"xinetd", behind_xinetd, OF_ROOT},
	{"docker-proxy", behind_container, OF_ANYBODY},
	{"rootlessport", behind_container, OF_ANYBODY},
	{"conmon", behind_container, OF_ANYBODY},
	{"slirp4netns", behind_container, OF_ANYBODY},
	{"pasta", behind_container, OF_ANYBODY},
	{"pasta.avx2", behind_container, OF_ANYBODY},
};

bool behind_find(struct matter *matter, const struct pm_process *process, struct behind *ret)
{
	char name[PM_PROGRAM_SIZE];
	bool is_root = process->has_uid && !process->uid;

	*ret = (struct behind){0};
	if (!process->exe.path || !identity_is_trusted(process))
		return false;
	pm_program_name(process->exe.path, name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(stand_ins); i++)
		if (!strcmp(name, stand_ins[i].program) &&
		    (stand_ins[i].whose == OF_ANYBODY ||
		     (is_root && (process->pid == 1 || stand_ins[i].whose == OF_ROOT)))) {
			stand_ins[i].find(matter, process, ret);
			return true;
		}
	return false;
}

/* For whom inetd(8) and xinetd(8) hold a listener: the server that their configuration has. */
#include "behind.h"

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

	*ret = (struct behind){.told = path, .program = path, .source = config->path};
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

void behind_inetd(struct matter *matter, const struct pm_process *process,
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

void behind_xinetd(struct matter *matter, const struct pm_process *process,
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

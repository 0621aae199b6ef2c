/* What behind.c asks configurations for, and no more: that much goes into a snapshot's file. */
#include <portmote/judge.h>

#include "unitfile.h"

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), skip = strlen(end);

	return len > skip && !strcmp(text + len - skip, end);
}

/* "ssh" of "ssh.service" and of "ssh@.service": what the socket that starts it is called. */
static size_t stem_of(const char *service)
{
	size_t len = strlen(service) - strlen(".service");

	return len && service[len - 1] == '@' ? len - 1 : len;
}

static bool is_key(const char *name, size_t len, const char *const keys[])
{
	for (size_t i = 0; keys[i]; i++)
		if (strlen(keys[i]) == len && !memcmp(keys[i], name, len))
			return true;
	return false;
}

/* Of a command, the arguments stay where they are. */
static void extract_line(const char *text, size_t len, const char *const keys[],
			 struct pm_buf *section, struct pm_buf *ret)
{
	struct unit_line line;

	if (!unit_split(text, len, &line) || !is_key(line.name, line.name_len, keys))
		return;
	for (size_t i = 0; i < line.value_len && *line.name == 'E'; i++)
		if (line.value[i] == ' ' || line.value[i] == '\t')
			line.value_len = i;
	pm_buf_add(ret, pm_buf_text(section), section->len);
	pm_buf_clear(section);
	pm_buf_add(ret, line.name, line.name_len);
	pm_buf_puts(ret, "=");
	pm_buf_add(ret, line.value, line.value_len);
	pm_buf_puts(ret, "\n");
}

/* As unit_values() reads them: a section is told where something in it is. */
static void extract_unit(const struct pm_config *config, const char *const keys[],
			 struct pm_buf *ret)
{
	const char *end = config->text + config->len;
	struct pm_buf section = {0};

	for (const char *line = config->text; line < end;) {
		const char *feed = memchr(line, '\n', (size_t)(end - line)), *at = line;
		size_t len = unit_trim(&at, (size_t)((feed ? feed : end) - line));

		if (len && *at == '[') {
			pm_buf_clear(&section);
			pm_buf_add(&section, at, len);
			pm_buf_puts(&section, "\n");
		} else if (len) {
			extract_line(at, len, keys, &section, ret);
		}
		line = feed ? feed + 1 : end;
	}
	ret->failed |= section.failed;
	pm_buf_release(&section);
}

static void extract_socket(const struct pm_config *config, struct pm_buf *ret)
{
	static const char *const keys[] = {"ListenStream", "ListenDatagram", "Service", "Accept",
					   NULL};

	extract_unit(config, keys, ret);
}

/*
 * May this socket start the service: by its own name, or as it says? An escaped name could be any.
 * Only what is extracted counts, so that of an extract the extract is the same.
 */
static bool may_start(const struct pm_config *socket, const char *service)
{
	size_t stem = stem_of(service), len = strlen(service);
	bool is_named = (!strncmp(socket->name, service, stem) &&
			 !strcmp(socket->name + stem, ".socket")) ||
			strchr(service, '\\');
	struct pm_buf said = {0};

	if (!is_named && !memmem(socket->text, socket->len, service, len))
		return false;
	extract_socket(socket, &said);
	bool may = said.len && (is_named || memmem(said.data, said.len, service, len));
	pm_buf_release(&said);
	return may;
}

static bool is_started(const struct pm_snapshot *snapshot, const char *service)
{
	for (size_t i = 0; i < snapshot->config_count; i++)
		if (ends_with(snapshot->configs[i].name, ".socket") &&
		    may_start(&snapshot->configs[i], service))
			return true;
	return false;
}

void pm_config_extract(const struct pm_snapshot *snapshot, size_t i, struct pm_buf *ret)
{
	static const char *const of_service[] = {"ExecStart", NULL};
	const struct pm_config *config = &snapshot->configs[i];

	if (!strncmp(config->path, "/etc/inetd", 10) || !strncmp(config->path, "/etc/xinetd", 11))
		pm_buf_add(ret, config->text, config->len);
	else if (ends_with(config->name, ".socket"))
		extract_socket(config, ret);
	else if (ends_with(config->name, ".service") && is_started(snapshot, config->name))
		extract_unit(config, of_service, ret);
}

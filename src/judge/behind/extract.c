/* What behind.c asks configurations for, and no more: that much goes into a snapshot's file. */
#include "behind/inetd.h"
#include "behind/unitindex.h"
#include <portmote/unitfile.h>

#include <errno.h>
#include <portmote/judge.h>

struct extracting {
	struct pm_arena arena;
	struct pm_buf *ret;
	const char *section;
	int code;
};

static void write_line(struct extracting *extracting, const struct pm_unit_line *line,
		       const char *value, size_t len)
{
	if (!extracting->ret->len)
		pm_buf_printf(extracting->ret, "[%s]\n", extracting->section);
	pm_buf_add(extracting->ret, line->name, line->name_len);
	pm_buf_puts(extracting->ret, "=");
	pm_buf_add(extracting->ret, value, len);
	pm_buf_puts(extracting->ret, "\n");
}

static void take_socket_line(void *data, const struct pm_unit_line *line)
{
	static const char *const keys[] = {"Service", "Accept", "BindIPv6Only", "BindToDevice",
					   "SocketProtocol"};
	bool is_asked_for = line->name_len > 6 && !memcmp(line->name, "Listen", 6);

	for (size_t i = 0; i < PM_COUNT(keys) && !is_asked_for; i++)
		is_asked_for = pm_unit_is_key(line, keys[i]);
	if (is_asked_for)
		write_line(data, line, line->value, line->value_len);
}

/* Of a command, the arguments stay where they are. */
static void take_service_line(void *data, const struct pm_unit_line *line)
{
	struct extracting *extracting = data;
	struct pm_buf text = {0};
	struct unit_command command;

	if (!pm_unit_is_key(line, "ExecStart"))
		return;
	if (command_read(&extracting->arena, line->value, line->value_len, &command) < 0)
		extracting->code = -ENOMEM;
	else if (!line->value_len || command.front)
		command_write(&command, &text);
	if (text.len || !line->value_len)
		write_line(extracting, line, pm_buf_text(&text), text.len);
	extracting->code = text.failed ? -ENOMEM : extracting->code;
	pm_buf_release(&text);
}

static int extract(const struct pm_config *config, const char *section,
		   void (*take)(void *data, const struct pm_unit_line *line), struct pm_buf *ret)
{
	struct extracting extracting = {.ret = ret, .section = section};
	int r = pm_unit_each(config, section, take, &extracting);

	pm_arena_release(&extracting.arena);
	return r < 0 || extracting.code < 0 || ret->failed ? -ENOMEM : 0;
}

/* All but services. */
static int extract_one(const struct pm_config *config, struct pm_buf *ret)
{
	if (config_is_inetds(config) || config_is_xinetds(config)) {
		pm_buf_add(ret, config->text, config->len);
		return ret->failed ? -ENOMEM : 0;
	}
	return pm_ends_with(config->name, ".socket")
		       ? extract(config, "Socket", take_socket_line, ret)
		       : 0;
}

/* Does it say anything that was extracted? So that of an extract the extract is the same. */
static bool says_anything(const struct unitindex *units, const char *socket,
			  const struct pm_buf *extracts)
{
	size_t count, first = unitindex_find(units, socket, &count);
	bool any = false;

	for (size_t i = first; i < first + count; i++)
		any |= extracts[units->order[i]].len;
	return any;
}

/* Services that some socket may start, and those of holders that wrote a title, once each. */
static int extract_started(const struct unitindex *units, bool *is_started, struct pm_buf *ret)
{
	int r = 0;

	for (size_t i = 0; i < units->socket_count; i++) {
		const struct unit_socket *socket = &units->sockets[i];
		size_t count = 0, first = 0;

		if (socket->service && says_anything(units, socket->name, ret))
			first = unitindex_find(units, socket->service, &count);
		for (size_t k = first; k < first + count; k++)
			is_started[units->order[k]] = true;
	}
	for (size_t i = 0; i < units->snapshot->process_count; i++) {
		const struct pm_process *process = &units->snapshot->processes[i];
		size_t count = 0, first = 0;

		if (process->running.title && process->unit)
			first = unitindex_find(units, process->unit, &count);
		for (size_t k = first; k < first + count; k++)
			is_started[units->order[k]] = true;
	}
	for (size_t i = 0; i < units->snapshot->config_count && r == 0; i++)
		if (is_started[i])
			r = extract(&units->snapshot->configs[i], "Service", take_service_line,
				    &ret[i]);
	return r;
}

int pm_config_extracts(const struct pm_snapshot *snapshot, struct pm_buf *ret)
{
	struct unitindex units;
	int r = unitindex_open(&units, snapshot);
	bool *is_started = calloc(snapshot->config_count + 1, sizeof(*is_started));

	for (size_t i = 0; i < snapshot->config_count && r == 0; i++)
		r = extract_one(&snapshot->configs[i], &ret[i]);
	if (r == 0)
		r = is_started ? extract_started(&units, is_started, ret) : -ENOMEM;
	free(is_started);
	unitindex_release(&units);
	return r;
}

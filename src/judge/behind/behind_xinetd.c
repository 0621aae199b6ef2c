#include "behind/behind_xinetd.h"
#include "behind/behind_inetd.h"
#include "behind/inetd.h"

/* A block, as far as it was read; `defaults` is one too. */
struct block {
	struct text service, id, port, server, arguments, protocol, type, bind, kinds, redirect,
		flags;
	struct text disabled, enabled; /* of the defaults: lists of ids */
	bool is_open, is_defaults, is_disabled;
};

static bool has_word(struct text list, const char *wanted, size_t len)
{
	struct text words[TEXTS_MAX];
	size_t count = text_split(list, words);

	for (size_t i = 0; i < count; i++)
		if (words[i].len == len && !memcmp(words[i].at, wanted, len))
			return true;
	return false;
}

/* The words of `list` that are not among those of `without`, and then those of `more`. */
static struct text change_list(struct trial *trial, struct text list, struct text without,
			       struct text more)
{
	struct text words[TEXTS_MAX];
	struct pm_buf text = {0};
	size_t count = text_split(list, words);

	for (size_t i = 0; i < count; i++)
		if (!has_word(without, words[i].at, words[i].len))
			pm_buf_printf(&text, "%.*s ", (int)words[i].len, words[i].at);
	pm_buf_add(&text, more.at, more.len);
	struct text ret = {text.failed ? NULL
				       : pm_arena_copy(trial->arena, pm_buf_text(&text), text.len),
			   text.len};
	pm_buf_release(&text);
	trial->failed |= !ret.at;
	return ret.at ? ret : (struct text){"", 0};
}

static struct text trim(struct text text)
{
	while (text.len && strchr(" \t\r", *text.at))
		text.at++, text.len--;
	while (text.len && strchr(" \t\r", text.at[text.len - 1]))
		text.len--;
	return text;
}

static void set_list(struct trial *trial, struct text *list, char sign, struct text value)
{
	static const struct text none = {"", 0};

	if (sign == '+')
		*list = change_list(trial, *list, none, value);
	else if (sign == '-')
		*list = change_list(trial, *list, value, none);
	else
		*list = value;
}

/* `sign`: '+' adds to a list, '-' takes away from it, anything else sets. */
static void take_attribute(struct trial *trial, struct block *block, struct text key, char sign,
			   struct text value)
{
	const struct {
		const char *key;
		struct text *value;
	} keys[] = {
		{"id", &block->id},
		{"port", &block->port},
		{"server", &block->server},
		{"server_args", &block->arguments},
		{"protocol", &block->protocol},
		{"socket_type", &block->type},
		{"type", &block->kinds},
		{"bind", &block->bind},
		{"interface", &block->bind},
		{"redirect", &block->redirect},
		{"flags", &block->flags},
		{"disabled", &block->disabled},
		{"enabled", &block->enabled},
	};

	if (text_is(key, "disable"))
		block->is_disabled = text_is(value, "yes");
	for (size_t i = 0; i < PM_COUNT(keys); i++)
		if (text_is(key, keys[i].key))
			set_list(trial, keys[i].value, sign, value);
}

/* "key = value ...", "key += value", "key -= value". */
static void read_attribute(struct trial *trial, struct block *block, struct text line)
{
	const char *equals = memchr(line.at, '=', line.len);

	if (!equals)
		return;
	struct text key = {line.at, (size_t)(equals - line.at)};
	struct text value = {equals + 1, line.len - key.len - 1};
	char sign = key.len ? key.at[key.len - 1] : '\0';
	key.len -= sign == '+' || sign == '-';
	take_attribute(trial, block, trim(key), sign, trim(value));
}

static bool has_flag(const struct block *block, const struct block *defaults, const char *flag)
{
	struct text flags = block->flags.len ? block->flags : defaults->flags;

	return has_word(flags, flag, strlen(flag));
}

/* By its own word, or by the lists of the defaults. */
static bool is_off(const struct block *block, const struct block *defaults)
{
	struct text id = block->id.len ? block->id : block->service;

	return block->is_disabled || has_word(defaults->disabled, id.at, id.len) ||
	       (defaults->enabled.len && !has_word(defaults->enabled, id.at, id.len));
}

static bool is_family(const struct trial *trial, const struct block *block,
		      const struct block *defaults)
{
	bool is_v6 = trial->listener->family == PM_INET6;

	return !has_flag(block, defaults, is_v6 ? "IPv4" : "IPv6");
}

static bool xinetd_is_protocol(const struct trial *trial, const struct block *block)
{
	struct text protocol = block->protocol;

	if (!protocol.len && text_is(block->type, "stream"))
		protocol = (struct text){"tcp", 3};
	if (!protocol.len && text_is(block->type, "dgram"))
		protocol = (struct text){"udp", 3};
	return !protocol.len || inetd_is_protocol(trial, protocol);
}

static void xinetd_give(struct trial *trial, const struct pm_config *config,
			const struct block *block, bool is_certain, struct behind *ret)
{
	struct text server = block->server, arguments = block->arguments, words[TEXTS_MAX];
	bool is_tcpd = server.len >= 4 && !memcmp(server.at + server.len - 4, "tcpd", 4);

	if (block->redirect.len) {
		ret->name = pm_arena_escape(trial->arena, block->redirect.at, block->redirect.len);
		ret->source = config->path;
		trial->failed |= !ret->name;
	} else if (server.len) {
		if (is_tcpd && text_split(arguments, words))
			server = words[0];
		inetd_tell(trial, config, server, arguments, is_certain, ret);
	}
}

static void end_block(struct trial *trial, const struct pm_config *config,
		      const struct block *block, const struct block *defaults, struct behind *ret)
{
	struct text address = block->bind.len ? block->bind : defaults->bind;

	/* What tcpmux is asked for has no port of its own. */
	if (has_word(block->kinds, "TCPMUX", 6) || has_word(block->kinds, "TCPMUXPLUS", 10))
		return;
	if (is_off(block, defaults) || !is_family(trial, block, defaults) ||
	    !xinetd_is_protocol(trial, block) ||
	    !inetd_is_port(trial, block->port.len ? block->port : block->service))
		return;
	enum pm_known is = inetd_is_address(trial, address);
	if (is == PM_YES || (is == PM_UNKNOWN && !ret->name))
		xinetd_give(trial, config, block, is == PM_YES, ret);
}

/* Begins a block, or ends one: true. */
static bool xinetd_read_line(struct trial *trial, struct block *block, struct text line)
{
	struct text words[TEXTS_MAX];
	size_t count = text_split(line, words);

	if (!count || words[0].at[0] == '#')
		return false;
	if (count > 1 && !block->is_open && text_is(words[0], "service"))
		*block = (struct block){.is_open = true, .service = words[1]};
	else if (!block->is_open && text_is(words[0], "defaults"))
		*block = (struct block){.is_open = true, .is_defaults = true};
	else if (words[0].at[0] == '}' && block->is_open)
		return true;
	else if (block->is_open)
		read_attribute(trial, block, line);
	return false;
}

/* Of the blocks, only the defaults, or only the services. */
static void read_file(struct trial *trial, const struct pm_config *config, struct block *defaults,
		      bool wants_defaults, struct behind *ret)
{
	struct block block = {0};

	for (const char *line = config->text; *line && !ret->program;) {
		size_t len = strcspn(line, "\n");

		if (xinetd_read_line(trial, &block, (struct text){line, len})) {
			if (block.is_defaults && wants_defaults)
				*defaults = block;
			else if (!block.is_defaults && !wants_defaults)
				end_block(trial, config, &block, defaults, ret);
			block.is_open = false;
		}
		line += len + (line[len] == '\n');
	}
}

/* Told to, it reads the file of inetd too. */
void behind_xinetd(struct trial *trial, const struct pm_process *process, struct behind *ret)
{
	const struct pm_snapshot *snapshot = trial->snapshot;
	struct block defaults = {0};

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < snapshot->config_count && !ret->program; i++) {
			const struct pm_config *config = &snapshot->configs[i];

			if (config_is_xinetds(config) && inetd_reads(config, process))
				read_file(trial, config, &defaults, pass == 0, ret);
		}
	for (size_t i = 0; i < snapshot->config_count && !ret->name; i++)
		if (snapshot->configs[i].pid == process->pid &&
		    config_is_inetds(&snapshot->configs[i]))
			behind_inetd(trial, process, ret);
}

#include <portmote/unitfile.h>

#include <errno.h>

static size_t unit_trim(const char **at, size_t len)
{
	while (len && strchr(" \t\r", **at))
		(*at)++, len--;
	while (len && strchr(" \t\r", (*at)[len - 1]))
		len--;
	return len;
}

/* A backslash that no other stands before. */
static bool goes_on(const char *line, size_t len)
{
	size_t count = 0;

	while (count < len && line[len - 1 - count] == '\\')
		count++;
	return count % 2;
}

/* One line of the file, or a piece of it: without comments, which may stand between pieces. */
static void unit_add_piece(struct pm_buf *ret, const char *at, size_t len)
{
	const char *text = at;
	size_t width = len;

	while (width && strchr(" \t\r", *text))
		text++, width--;
	if (width && strchr("#;", *text))
		return;
	while (len && at[len - 1] == '\r')
		len--;
	bool more = goes_on(at, len);
	pm_buf_add(ret, at, len - more);
	pm_buf_puts(ret, more ? " " : "\n");
}

static void unit_join(const struct pm_config *config, struct pm_buf *ret)
{
	const char *end = config->text + config->len;

	for (const char *line = config->text; line < end;) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));
		size_t len = (size_t)((feed ? feed : end) - line);

		if (memchr(line, '\0', len))
			len = strnlen(line, len);
		unit_add_piece(ret, line, len);
		line = feed ? feed + 1 : end;
	}
	pm_buf_puts(ret, "\n");
}

static bool unit_is_word(const char *at, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(at, word, len);
}

static void unit_take_line(const char *text, size_t len,
			   void (*take)(void *data, const struct pm_unit_line *line), void *data)
{
	const char *equals = memchr(text, '=', len);
	struct pm_unit_line line = {.name = text};

	if (!equals)
		return;
	line.value = equals + 1;
	line.name_len = unit_trim(&line.name, (size_t)(equals - text));
	line.value_len = unit_trim(&line.value, len - (size_t)(line.value - text));
	take(data, &line);
}

int pm_unit_each(const struct pm_config *config, const char *section,
		 void (*take)(void *data, const struct pm_unit_line *line), void *data)
{
	struct pm_buf text = {0};
	bool inside = false;

	unit_join(config, &text);
	for (const char *line = pm_buf_text(&text); *line && !text.failed;) {
		size_t width = strcspn(line, "\n");
		const char *at = line;
		size_t len = unit_trim(&at, width);

		if (len && *at == '[')
			inside = len > 2 && at[len - 1] == ']' &&
				 unit_is_word(at + 1, len - 2, section);
		else if (inside && len)
			unit_take_line(at, len, take, data);
		line += width + (line[width] == '\n');
	}
	int r = text.failed ? -ENOMEM : 0;
	pm_buf_release(&text);
	return r;
}

bool pm_unit_is_key(const struct pm_unit_line *line, const char *key)
{
	return unit_is_word(line->name, line->name_len, key);
}

bool pm_unit_is_true(const struct pm_unit_line *line)
{
	static const char *const words[] = {"1", "yes", "y", "true", "t", "on"};

	for (size_t i = 0; i < PM_COUNT(words); i++)
		if (line->value_len == strlen(words[i]) &&
		    !strncasecmp(line->value, words[i], line->value_len))
			return true;
	return false;
}

/* ---- specifiers -------------------------------------------------------------------- */

/* The way back of systemd-escape(1): a dash was a slash, "\x2d" a dash. */
static void add_unescaped(struct pm_buf *ret, const char *at, size_t len)
{
	uint64_t byte;

	for (size_t i = 0; i < len; i++) {
		char c = at[i] == '-' ? '/' : at[i];

		if (c == '\\' && len - i >= 4 && at[i + 1] == 'x' &&
		    pm_parse_hex(at + i + 2, 2, 255, &byte) == 0) {
			c = (char)byte;
			i += 3;
		}
		pm_buf_add(ret, &c, 1);
	}
}

/* The parts of "PREFIX@INSTANCE.KIND". */
struct unit_parts {
	const char *prefix, *instance, *last; /* last: behind the last dash of the prefix */
	size_t prefix_len, instance_len, last_len, stem_len;
};

static void split_name(const char *name, struct unit_parts *ret)
{
	const char *dot = strrchr(name, '.'), *at = strchr(name, '@');

	*ret = (struct unit_parts){.prefix = name, .instance = "", .last = name};
	ret->stem_len = dot ? (size_t)(dot - name) : strlen(name);
	ret->prefix_len = at ? (size_t)(at - name) : ret->stem_len;
	if (at && dot > at) {
		ret->instance = at + 1;
		ret->instance_len = (size_t)(dot - at - 1);
	}
	for (size_t i = 0; i < ret->prefix_len; i++)
		if (name[i] == '-')
			ret->last = name + i + 1;
	ret->last_len = ret->prefix_len - (size_t)(ret->last - name);
}

/* false: only the running systemd knows. What is none stays as it is. */
static bool add_specifier(struct pm_buf *ret, const struct pm_snapshot *snapshot, const char *name,
			  char which)
{
	struct unit_parts parts;

	split_name(name, &parts);
	switch (which) {
	case '%':
		pm_buf_puts(ret, "%");
		return true;
	case 'n':
		pm_buf_puts(ret, name);
		return true;
	case 'N':
		pm_buf_add(ret, name, parts.stem_len);
		return true;
	case 'p':
		pm_buf_add(ret, parts.prefix, parts.prefix_len);
		return true;
	case 'P':
		add_unescaped(ret, parts.prefix, parts.prefix_len);
		return true;
	case 'i':
		pm_buf_add(ret, parts.instance, parts.instance_len);
		return true;
	case 'I':
		add_unescaped(ret, parts.instance, parts.instance_len);
		return true;
	case 'j':
		pm_buf_add(ret, parts.last, parts.last_len);
		return true;
	case 'J':
		add_unescaped(ret, parts.last, parts.last_len);
		return true;
	case 'H':
		pm_buf_puts(ret, snapshot->host ? snapshot->host : "");
		return snapshot->host;
	case 't':
		pm_buf_puts(ret, "/run");
		return true;
	default:
		pm_buf_puts(ret, "%");
		pm_buf_add(ret, &which, 1);
		return !strchr("aAbBcCdDEfgGhlLmMoOqrRsSTuUvVwWyY", which);
	}
}

const char *pm_unit_expand(struct pm_arena *arena, const struct pm_snapshot *snapshot,
			   const char *name, const char *value, size_t len, bool *failed)
{
	size_t size = strlen(name) + 1;
	char *raw = malloc(size);
	struct pm_buf text = {0};
	bool known = raw;

	ssize_t width = raw ? pm_unescape(raw, name, size - 1) : -1;
	known &= width >= 0;
	if (width >= 0)
		raw[width] = '\0';
	for (size_t i = 0; i < len && known; i++) {
		if (value[i] == '%' && i + 1 < len)
			known = add_specifier(&text, snapshot, raw, value[++i]);
		else
			pm_buf_add(&text, value + i, 1);
	}
	const char *ret =
		known && !text.failed ? pm_arena_escape(arena, pm_buf_text(&text), text.len) : NULL;
	*failed |= !raw || text.failed || (known && !ret);
	free(raw);
	pm_buf_release(&text);
	return ret;
}

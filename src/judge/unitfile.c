#include "unitfile.h"

size_t unit_trim(const char **at, size_t len)
{
	while (len && strchr(" \t", **at))
		(*at)++, len--;
	while (len && strchr(" \t\r", (*at)[len - 1]))
		len--;
	return len;
}

static bool is_word(const char *at, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(at, word, len);
}

bool unit_split(const char *line, size_t len, struct unit_line *ret)
{
	const char *equals = memchr(line, '=', len);

	if (!equals || *line == '#' || *line == ';')
		return false;
	*ret = (struct unit_line){.name = line, .value = equals + 1};
	ret->name_len = unit_trim(&ret->name, (size_t)(equals - line));
	ret->value_len = unit_trim(&ret->value, len - (size_t)(ret->value - line));
	return true;
}

static void read_line(const char *text, size_t len, const char *key, struct unit_values *ret)
{
	struct unit_line line;

	if (!unit_split(text, len, &line) || !is_word(line.name, line.name_len, key))
		return;
	if (!line.value_len) {
		ret->count = 0;
	} else if (ret->count < UNIT_VALUES_MAX) {
		ret->value[ret->count] = line.value;
		ret->len[ret->count++] = line.value_len;
	}
}

static void read_file(const struct pm_config *config, const char *section, const char *key,
		      struct unit_values *ret)
{
	const char *end = config->text + config->len;
	bool inside = false;

	for (const char *line = config->text; line < end;) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));
		const char *at = line;
		size_t len = unit_trim(&at, (size_t)((feed ? feed : end) - line));

		if (len && *at == '[')
			inside = len > 2 && at[len - 1] == ']' && is_word(at + 1, len - 2, section);
		else if (inside && len)
			read_line(at, len, key, ret);
		line = feed ? feed + 1 : end;
	}
}

void unit_values(const struct pm_snapshot *snapshot, const char *unit, const char *section,
		 const char *key, struct unit_values *ret)
{
	ret->count = 0;
	for (size_t i = 0; i < snapshot->config_count; i++)
		if (!strcmp(snapshot->configs[i].name, unit))
			read_file(&snapshot->configs[i], section, key, ret);
}

bool unit_is_true(const struct unit_values *values)
{
	static const char *const words[] = {"1", "yes", "true", "on"};

	for (size_t i = 0; i < PM_COUNT(words) && values->count; i++)
		if (is_word(values->value[values->count - 1], values->len[values->count - 1],
			    words[i]))
			return true;
	return false;
}

bool unit_is_socket(const struct pm_config *config)
{
	static const char ending[] = ".socket";
	size_t len = strlen(config->path), end = sizeof(ending) - 1;

	return len > end && !strcmp(config->path + len - end, ending);
}

#include "program/loads.h"
#include "program/options.h"
#include "program/variables.h"

enum {
	LIST = LOADS_LIST,
	TAIL = LOADS_TAIL,
	NAME = LOADS_NAME,
	KEY = LOADS_KEY,
	PATH = LOADS_PATH
};

bool loads_is_python(const struct loads_of *of)
{
	return strstr(of->runtime, "python") || !strncmp(of->runtime, "pypy", 4);
}

bool loads_is_of(const struct loads_of *of, const char *row)
{
	return !strncmp(of->runtime, row, strlen(row)) ||
	       (!strcmp(row, "python") && loads_is_python(of));
}

static int meet_name(const struct loads *loads, const char *name, size_t len)
{
	char path[256];
	int used = snprintf(path, sizeof(path), "node_modules/%.*s", (int)len, name);

	return (size_t)used < sizeof(path) ? loads->meet(loads->data, path, (size_t)used) : 0;
}

/* What stands before the path in a value; NULL: there is none in it. */
static const char *loads_path_of(unsigned form, const char *value)
{
	static const char url[] = "file://";

	if (form & LOADS_AT)
		return *value == '@' ? value + 1 : NULL;
	if (form & KEY && strchr(value, '='))
		value = strchr(value, '=') + 1;
	if (!strncmp(value, url, sizeof(url) - 1))
		value += sizeof(url) - 1;
	return form & PATH && *value != '/' && *value != '.' ? NULL : value;
}

static int meet_boot(const struct loads *loads, const char *value, size_t len)
{
	char path[4096];
	int used = snprintf(path, sizeof(path), "%.*s.boot", (int)len, value);

	return (size_t)used < sizeof(path) ? loads->meet(loads->data, path, (size_t)used) : 0;
}

static int meet_one(const struct loads *loads, unsigned form, const char *value, size_t len)
{
	if (form & TAIL)
		len = strcspn(value, "=");
	if (form & LOADS_MASKS && memchr(value, '?', len))
		len = (size_t)((const char *)memchr(value, '?', len) - value);
	if (form & LOADS_BOOT)
		return meet_boot(loads, value, len);
	return len ? loads->meet(loads->data, value, len) : 0;
}

/* By what several are apart. */
static const char *ends_of(unsigned form)
{
	static const struct {
		unsigned form;
		const char *ends;
	} rows[] = {{LOADS_MASKS, ";"}, {LIST, ":"}, {LOADS_COMMAS, ","}, {LOADS_SPACES, " {}"}};

	for (size_t i = 0; i < PM_COUNT(rows); i++)
		if (form & rows[i].form)
			return rows[i].ends;
	return "";
}

int loads_meet_value(const struct loads *loads, unsigned form, const char *value)
{
	const char *ends = ends_of(form);
	int r = 0;

	value = loads_path_of(form, value);
	if (!value)
		return 0;
	if (form & NAME && *value != '/' && *value != '.')
		return meet_name(loads, value, strlen(value));
	while (*value && r == 0) {
		size_t len = strcspn(value, ends);

		r = meet_one(loads, form, value, len);
		value += len + (value[len] != '\0');
	}
	return r;
}

/* Python finds a module in the working directory before all other places. */
static int meet_module(const struct loads *loads, const char *module)
{
	char path[256];
	int len = snprintf(path, sizeof(path), "%s.py", module);

	if ((size_t)len >= sizeof(path))
		return 0;
	for (int i = 0; i < len - 3; i++)
		if (path[i] == '.')
			path[i] = '/';
	int r = loads->meet(loads->data, path, (size_t)len);
	return r < 0 ? r : loads->meet(loads->data, path, (size_t)len - 3);
}

/* What stands behind a program is its own affair; Erlang's "-s module" is one option of many. */
static bool is_program(const struct loads_of *of, const char *word, const char *next)
{
	const char *name = of->words->name;

	return name && word <= name && name < next && !loads_is_of(of, "beam");
}

/* The next word before the program, and the one behind it; false: there is none. */
static bool loads_next_word(const struct loads_of *of, const char **word, const char **next)
{
	const char *end = of->bytes + of->len;

	*word = *word ? *next : of->bytes;
	if (!*word || *word >= end)
		return false;
	*next = *word + strlen(*word) + 1;
	if (is_program(of, *word, *next))
		return false;
	*next = *next < end ? *next : NULL;
	return true;
}

bool loads_has_letter(const struct loads_of *of, const char *letters, const char *ends)
{
	for (const char *word = NULL, *next = NULL; loads_next_word(of, &word, &next);) {
		size_t len = word[0] == '-' && word[1] != '-' ? strcspn(word, ends) : 0;

		if (len && strcspn(word, letters) < len)
			return true;
	}
	return false;
}

static bool has_option(const struct loads_of *of, const char *text)
{
	for (const char *word = NULL, *next = NULL; loads_next_word(of, &word, &next);)
		if (!strncmp(word, text, strlen(text)))
			return true;
	return false;
}

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), width = strlen(end);

	return len > width && !strcmp(name + len - width, end);
}

/* A class is looked for here unless it is said where; "module/class" is not. */
bool loads_seeks_classes(const struct loads_of *of)
{
	const struct runtime_words *words = of->words;

	return words->kind == PM_RUNS_CLASS && !words->files && words->name > of->bytes &&
	       !words->name[-1] && !ends_in(words->name, ".java") &&
	       !has_option(of, "-Djava.class.path=");
}

/* Does it look for code in the folder where it stands? */
static bool looks_here(const struct loads_of *of)
{
	enum pm_runs kind = of->words->kind;
	const char *unsafe = loads_variable(of, "PERL_USE_UNSAFE_INC");

	if (loads_is_python(of))
		return (kind == PM_RUNS_MODULE || kind == PM_RUNS_INLINE) &&
		       !loads_has_letter(of, "IP", "WXQcm") &&
		       !loads_has_variable(of, "PYTHONSAFEPATH");
	if (loads_is_of(of, "php"))
		return (has_option(of, "-S") || has_option(of, "--server")) &&
		       !has_option(of, "-t") && !has_option(of, "--docroot");
	if (loads_is_of(of, "perl")) /* after all others, where what is optional is missing */
		return !loads_has_letter(of, "T", "eEICDFilx0mMVd") && unsafe &&
		       !strcmp(unsafe, "1");
	return loads_is_of(of, "java") && loads_seeks_classes(of) &&
	       !loads_has_variable(of, "CLASSPATH");
}

static int meet_program(const struct loads *loads)
{
	const struct runtime_words *words = loads->of->words;
	int r = looks_here(loads->of) ? loads->meet(loads->data, ".", 1) : 0;

	if (r < 0 || !words->name)
		return r;
	if (words->kind == PM_RUNS_MODULE && loads_is_python(loads->of))
		return meet_module(loads, words->name);
	if (words->kind == PM_RUNS_CLASS && ends_in(words->name, ".java"))
		return loads->meet(loads->data, words->name, strlen(words->name));
	return 0;
}

/* Without what was cut off at the end. */
static size_t whole_words(const char *bytes, size_t len)
{
	while (len && bytes[len - 1])
		len--;
	return len;
}

int loads_read(const struct loads_of *given, loads_meet *meet, void *data)
{
	struct loads_of of = *given;
	const struct loads loads = {&of, meet, data};
	int r = 0;

	of.len = whole_words(of.bytes, of.len);
	of.environment_len = whole_words(of.environment, of.environment_len);
	for (const char *word = NULL, *next = NULL; r == 0 && loads_next_word(&of, &word, &next);)
		if (word > of.bytes)
			r = options_meet(&loads, word, next);
	if (r < 0)
		return r;
	r = loads_meet_variables(&loads);
	return r < 0 ? r : meet_program(&loads);
}

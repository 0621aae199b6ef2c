#include "program/loads.h"
#include "program/variables.h"

enum { NEXT = LOADS_NEXT, JOINED = LOADS_JOINED, LIST = LOADS_LIST, TAIL = LOADS_TAIL };
enum { NAME = LOADS_NAME, KEY = LOADS_KEY, PATH = LOADS_PATH, MANY = LOADS_MANY };

/* A new option is a new row. */
static const struct option {
	const char *runtime, *text;
	unsigned form;
} options[] = {
	{"node", "-r", NEXT | NAME},
	{"node", "--require", NEXT | NAME},
	{"node", "--import", NEXT | NAME},
	{"node", "--loader", NEXT | NAME},
	{"node", "--experimental-loader", NEXT | NAME},
	{"node", "--env-file", NEXT},
	{"node", "--env-file-if-exists", NEXT},
	{"node", "--snapshot-blob", NEXT},
	{"node", "--openssl-config", NEXT},
	{"bun", "-r", NEXT | NAME},
	{"bun", "--require", NEXT | NAME},
	{"bun", "--preload", NEXT | NAME},
	{"deno", "--preload", NEXT},
	{"deno", "--import-map", NEXT},
	{"java", "-javaagent:", JOINED | TAIL},
	{"java", "-agentpath:", JOINED | TAIL},
	{"java", "-Xbootclasspath:", JOINED | LIST},
	{"java", "-Xbootclasspath/a:", JOINED | LIST},
	{"java", "-Xbootclasspath/p:", JOINED | LIST},
	{"java", "-Djava.ext.dirs=", JOINED | LIST},
	{"java", "-Djava.endorsed.dirs=", JOINED | LIST},
	{"java", "--upgrade-module-path", NEXT | LIST},
	{"java", "--patch-module", NEXT | KEY | LIST},
	{"java", "-p", NEXT | LIST},
	{"java", "--module-path", NEXT | LIST},
	{"java", "-Djava.class.path=", JOINED | LIST},
	{"java", "-XX:SharedArchiveFile=", JOINED | LIST},
	{"java", "-XX:AOTCache=", JOINED},
	{"java", "-XX:Flags=", JOINED},
	{"java", "-XX:VMOptionsFile=", JOINED},
	{"java", "@", JOINED},
	{"perl", "-I", JOINED | NEXT},
	{"perl", "-Mlib=", JOINED},
	{"ruby", "-I", JOINED | NEXT | LIST},
	{"ruby", "-r", JOINED | NEXT | PATH},
	{"ruby", "--require", NEXT | PATH},
	{"php", "-dauto_prepend_file=", JOINED},
	{"php", "-dauto_append_file=", JOINED},
	{"php", "-c", JOINED | NEXT},
	{"php", "--php-ini", NEXT},
	{"php", "-t", JOINED | NEXT},
	{"php", "--docroot", NEXT},
	{"beam", "-pa", NEXT | MANY},
	{"beam", "-pz", NEXT | MANY},
	{"beam", "-path", NEXT | MANY},
	{"beam", "-root", NEXT},
	{"dotnet", "--additionalprobingpath", NEXT},
	{"dotnet", "--additional-deps", NEXT},
	{"dotnet", "--depsfile", NEXT},
	{"dotnet", "--runtimeconfig", NEXT},
	{"mono", "--config", NEXT},
	{"guile", "-L", JOINED | NEXT},
	{"guile", "-C", JOINED | NEXT},
	{"guile", "-l", NEXT},
	{"bash", "--rcfile", NEXT},
	{"bash", "--init-file", NEXT},
};

static bool is_python(const struct loads_of *of)
{
	return strstr(of->runtime, "python") || !strncmp(of->runtime, "pypy", 4);
}

bool loads_is_of(const struct loads_of *of, const char *row)
{
	return !strncmp(of->runtime, row, strlen(row)) || (!strcmp(row, "python") && is_python(of));
}

static int meet_name(const struct loads *loads, const char *name, size_t len)
{
	char path[256];
	int used = snprintf(path, sizeof(path), "node_modules/%.*s", (int)len, name);

	return (size_t)used < sizeof(path) ? loads->meet(loads->data, path, (size_t)used) : 0;
}

/* What stands before the path in a value; NULL: there is none in it. */
static const char *path_of(unsigned form, const char *value)
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

static int meet_one(const struct loads *loads, unsigned form, const char *value, size_t len)
{
	if (form & TAIL)
		len = strcspn(value, "=");
	if (form & LOADS_MASKS && memchr(value, '?', len))
		len = (size_t)((const char *)memchr(value, '?', len) - value);
	return len ? loads->meet(loads->data, value, len) : 0;
}

int loads_meet_value(const struct loads *loads, unsigned form, const char *value)
{
	const char *ends = form & LOADS_MASKS ? ";" : form & LIST ? ":" : "";
	int r = 0;

	value = path_of(form, value);
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

/* The value of that option in `word`, or in the one behind it; or NULL. */
static const char *value_of(const struct option *option, const char *word, const char *next)
{
	size_t len = strlen(option->text);

	if (strncmp(word, option->text, len) != 0)
		return NULL;
	if (!word[len])
		return option->form & NEXT ? next : NULL;
	if (option->form & JOINED)
		return word + len;
	return !strncmp(word, "--", 2) && word[len] == '=' ? word + len + 1 : NULL;
}

/* "-d key=value" is "-dkey=value". */
static const char *join_setting(const char *word, const char *next, char *room, size_t size)
{
	const char *long_form = "--define";
	size_t width = strlen(long_form);
	const char *value = !strcmp(word, "-d") || !strcmp(word, long_form) ? next
			    : !strncmp(word, long_form, width) && word[width] == '='
				    ? word + width + 1
				    : NULL;

	if (!value || strlen(value) + 3 > size)
		return word;
	snprintf(room, size, "-d%s", value);
	return room;
}

static const char *end_of(const struct loads_of *of)
{
	return of->bytes + of->len;
}

/* The words behind a value, up to the next option. */
static int meet_more(const struct loads *loads, const char *value)
{
	const char *end = end_of(loads->of);
	int r = 0;

	if (value < loads->of->bytes || value >= end)
		return 0;
	for (value += strlen(value) + 1; value < end && *value != '-' && r == 0;
	     value += strlen(value) + 1)
		r = loads_meet_value(loads, LOADS_NEXT, value);
	return r;
}

int loads_meet_word(const struct loads *loads, const char *word, const char *next)
{
	char room[4096];
	int r = 0;

	if (loads_is_of(loads->of, "php"))
		word = join_setting(word, next, room, sizeof(room));
	for (size_t i = 0; i < PM_COUNT(options) && r == 0; i++) {
		const struct option *option = &options[i];
		const char *value = loads_is_of(loads->of, option->runtime)
					    ? value_of(option, word, next)
					    : NULL;

		if (value)
			r = loads_meet_value(loads, option->form, value);
		if (value && r == 0 && option->form & MANY)
			r = meet_more(loads, value);
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
	return r == 0 ? loads->meet(loads->data, path, (size_t)len - 3) : r;
}

/* What stands behind a program is its own affair; Erlang's "-s module" is one option of many. */
static bool is_program(const struct loads_of *of, const char *word, const char *next)
{
	const char *name = of->words->name;

	return name && word <= name && name < next && !loads_is_of(of, "beam");
}

/* The next word before the program, and the one behind it; false: there is none. */
static bool next_word(const struct loads_of *of, const char **word, const char **next)
{
	const char *end = end_of(of);

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
	for (const char *word = NULL, *next = NULL; next_word(of, &word, &next);) {
		size_t len = word[0] == '-' && word[1] != '-' ? strcspn(word, ends) : 0;

		if (len && strcspn(word, letters) < len)
			return true;
	}
	return false;
}

static bool has_option(const struct loads_of *of, const char *text)
{
	for (const char *word = NULL, *next = NULL; next_word(of, &word, &next);)
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

/* Does it look for code in the folder where it stands, before all others? */
static bool looks_here(const struct loads_of *of)
{
	enum pm_runs kind = of->words->kind;

	if (is_python(of))
		return (kind == PM_RUNS_MODULE || kind == PM_RUNS_INLINE) &&
		       !loads_has_letter(of, "IP", "WXQcm") &&
		       !loads_has_variable(of, "PYTHONSAFEPATH");
	if (loads_is_of(of, "php"))
		return (has_option(of, "-S") || has_option(of, "--server")) &&
		       !has_option(of, "-t") && !has_option(of, "--docroot");
	return loads_is_of(of, "java") && loads_seeks_classes(of) &&
	       !loads_has_variable(of, "CLASSPATH");
}

static int meet_program(const struct loads *loads)
{
	const struct runtime_words *words = loads->of->words;
	int r = looks_here(loads->of) ? loads->meet(loads->data, ".", 1) : 0;

	if (r < 0 || !words->name)
		return r;
	if (words->kind == PM_RUNS_MODULE && is_python(loads->of))
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
	for (const char *word = NULL, *next = NULL; r == 0 && next_word(&of, &word, &next);)
		if (word > of.bytes)
			r = loads_meet_word(&loads, word, next);
	if (r == 0)
		r = loads_meet_variables(&loads);
	return r == 0 ? meet_program(&loads) : r;
}

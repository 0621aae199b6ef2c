#include "loads.h"

/* How an option has its value. */
enum form {
	NEXT = 1,   /* in the next word; of "--long", also behind '=' */
	JOINED = 2, /* in the same word */
	LIST = 4,   /* several, apart by ':' */
	TAIL = 8,   /* with options of its own behind '=' */
	NAME = 16,  /* a package, unless it looks like a path */
	PATH = 64,  /* only where it looks like one */
	KEY = 32,   /* in the next word, or the same, as "key=path" */
};

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
	{"bun", "-r", NEXT | NAME},
	{"bun", "--require", NEXT | NAME},
	{"bun", "--preload", NEXT | NAME},
	{"deno", "--preload", NEXT},
	{"deno", "--import-map", NEXT},
	{"java", "-javaagent:", JOINED | TAIL},
	{"java", "-agentpath:", JOINED | TAIL},
	{"java", "-Xbootclasspath/a:", JOINED | LIST},
	{"java", "-Xbootclasspath/p:", JOINED | LIST},
	{"java", "-Djava.ext.dirs=", JOINED | LIST},
	{"java", "--upgrade-module-path", NEXT | LIST},
	{"java", "--patch-module", NEXT | KEY | LIST},
	{"java", "-p", NEXT | LIST},
	{"java", "--module-path", NEXT | LIST},
	{"java", "-Djava.class.path=", JOINED | LIST},
	{"perl", "-I", JOINED | NEXT},
	{"perl", "-Mlib=", JOINED},
	{"ruby", "-I", JOINED | NEXT | LIST},
	{"ruby", "-r", JOINED | NEXT | PATH},
	{"php", "-dauto_prepend_file=", JOINED},
	{"php", "-dauto_append_file=", JOINED},
	{"php", "-c", JOINED | NEXT},
	{"beam", "-pa", NEXT},
	{"beam", "-pz", NEXT},
	{"dotnet", "--additionalprobingpath", NEXT},
	{"dotnet", "--depsfile", NEXT},
	{"mono", "--config", NEXT},
	{"guile", "-L", JOINED | NEXT},
	{"guile", "-l", NEXT},
	{"bash", "--rcfile", NEXT},
	{"bash", "--init-file", NEXT},
};

struct loads {
	loads_meet *meet;
	void *data;
};

/* "python3.11" and "nodejs" are called by the first letters of their rows. */
static bool is_of(const struct option *option, const char *runtime)
{
	return !strncmp(runtime, option->runtime, strlen(option->runtime));
}

static int meet_name(const struct loads *loads, const char *name, size_t len)
{
	char path[256];
	int used = snprintf(path, sizeof(path), "node_modules/%.*s", (int)len, name);

	return (size_t)used < sizeof(path) ? loads->meet(loads->data, path, (size_t)used) : 0;
}

static int meet_value(const struct loads *loads, unsigned form, const char *value)
{
	static const char url[] = "file://";
	int r = 0;

	if (form & KEY && strchr(value, '='))
		value = strchr(value, '=') + 1;
	if (!strncmp(value, url, sizeof(url) - 1))
		value += sizeof(url) - 1;
	if (form & (NAME | PATH) && *value != '/' && *value != '.')
		return form & NAME ? meet_name(loads, value, strlen(value)) : 0;
	while (*value && r == 0) {
		size_t len = strlen(value);

		if (form & LIST)
			len = strcspn(value, ":");
		if (form & TAIL)
			len = strcspn(value, "=");
		if (len)
			r = loads->meet(loads->data, value, len);
		if (!(form & LIST))
			break;
		value += len;
		value += *value == ':';
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
	if (strcmp(word, "-d") != 0 || !next || strlen(next) + 3 > size)
		return word;
	snprintf(room, size, "-d%s", next);
	return room;
}

static int meet_word(const struct loads *loads, const char *runtime, const char *word,
		     const char *next)
{
	char room[4096];
	int r = 0;

	if (!strncmp(runtime, "php", 3))
		word = join_setting(word, next, room, sizeof(room));
	for (size_t i = 0; i < PM_COUNT(options) && r == 0; i++) {
		const char *value =
			is_of(&options[i], runtime) ? value_of(&options[i], word, next) : NULL;

		if (value)
			r = meet_value(loads, options[i].form, value);
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
static bool is_program(const char *runtime, const struct runtime_words *words, const char *word,
		       const char *next)
{
	return words->name && word <= words->name && words->name < next &&
	       strncmp(runtime, "beam", 4) != 0;
}

int loads_read(const char *runtime, const char *bytes, size_t len,
	       const struct runtime_words *words, loads_meet *meet, void *data)
{
	const struct loads loads = {meet, data};
	const char *end = bytes + len;
	int r = 0;

	if (!len || bytes[len - 1])
		return 0;
	for (const char *word = bytes, *next; word < end && r == 0; word = next) {
		next = word + strlen(word) + 1;
		if (is_program(runtime, words, word, next))
			break;
		if (word > bytes)
			r = meet_word(&loads, runtime, word, next < end ? next : NULL);
	}
	if (r == 0 && words->kind == PM_RUNS_MODULE && words->name &&
	    (!strncmp(runtime, "python", 6) || !strncmp(runtime, "pypy", 4)))
		r = meet_module(&loads, words->name);
	return r;
}

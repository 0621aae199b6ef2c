#include "program/options.h"

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
	{"node", "--experimental-config-file", NEXT},
	{"bun", "-r", NEXT | NAME},
	{"bun", "--require", NEXT | NAME},
	{"bun", "--preload", NEXT | NAME},
	{"bun", "--config", NEXT},
	{"deno", "--preload", NEXT},
	{"deno", "--import-map", NEXT},
	{"deno", "--config", NEXT},
	{"deno", "-c", NEXT},
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
	{"perl", "-Mlib=", JOINED | LOADS_COMMAS},
	{"perl", "-mlib=", JOINED | LOADS_COMMAS},
	{"perl", "-Mblib=", JOINED},
	{"perl", "-Mlocal::lib=", JOINED},
	{"python", "-Xpycache_prefix=", JOINED},
	{"ruby", "-I", JOINED | NEXT | LIST},
	{"ruby", "-r", JOINED | NEXT | PATH},
	{"ruby", "--require", NEXT | PATH},
	{"php", "-dauto_prepend_file=", JOINED},
	{"php", "-dauto_append_file=", JOINED},
	{"php", "-dinclude_path=", JOINED | LIST},
	{"php", "-dopcache.preload=", JOINED},
	{"php", "-c", JOINED | NEXT},
	{"php", "--php-ini", NEXT},
	{"php", "-t", JOINED | NEXT},
	{"php", "--docroot", NEXT},
	{"beam", "-pa", NEXT | MANY},
	{"beam", "-pz", NEXT | MANY},
	{"beam", "-path", NEXT | MANY},
	{"beam", "-root", NEXT},
	{"beam", "-boot", NEXT | LOADS_BOOT},
	{"beam", "-extra", NEXT},
	{"julia", "-L", JOINED | NEXT},
	{"julia", "--load", NEXT},
	{"julia", "-J", JOINED | NEXT},
	{"julia", "--sysimage", NEXT},
	{"julia", "--project", NEXT},
	{"dotnet", "--additionalprobingpath", NEXT},
	{"dotnet", "--additional-deps", NEXT},
	{"dotnet", "--depsfile", NEXT},
	{"dotnet", "--runtimeconfig", NEXT},
	{"mono", "--config", NEXT},
	{"guile", "-L", JOINED | NEXT},
	{"guile", "-C", JOINED | NEXT},
	{"guile", "-l", NEXT},
	{"gawk", "-i", JOINED | NEXT},
	{"gawk", "--include", NEXT},
	{"gawk", "-l", JOINED | NEXT | PATH},
	{"gawk", "--load", NEXT | PATH},
	{"swipl", "-p", NEXT | KEY | LIST},
	{"swipl", "-x", NEXT},
	{"sbcl", "--core", NEXT},
	{"sbcl", "--userinit", NEXT},
	{"sbcl", "--sysinit", NEXT},
	{"racket", "-S", NEXT},
	{"racket", "--search", NEXT},
	{"racket", "-X", NEXT},
	{"racket", "--collects", NEXT},
	{"octave", "-p", NEXT | LIST},
	{"octave", "--path", NEXT | LIST},
	{"bash", "--rcfile", NEXT},
	{"bash", "--init-file", NEXT},
};

/* The value of that option in `word`, or in the one behind it; or NULL. */
static const char *option_value(const struct option *option, const char *word, const char *next)
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

/* "--define key=value" and "--define=key=value" are "-d key=value". */
static const char *setting_of(const char *word, const char *next)
{
	static const char define[] = "--define";
	size_t width = sizeof(define) - 1;

	if (!strcmp(word, define))
		return next;
	return !strncmp(word, define, width) && word[width] == '=' ? word + width + 1 : NULL;
}

static const char *join_words(char letter, const char *value, char *room, size_t size)
{
	snprintf(room, size, "-%c%s", letter, value);
	return room;
}

/*
 * "-wI/a" is "-I/a", as in getopt(3); of letters whose values are settings, "-d key=value" is
 * "-dkey=value".
 */
static const char *plain_word(const struct loads_of *of, const char *word, const char *next,
			      char *room, size_t size)
{
	const struct runtime *runtime = runtime_find(of->runtime);
	const char *letter = runtime ? runtime_valued(runtime, word) : NULL;
	const char *settings = loads_is_of(of, "php") ? "d" : "";
	const char *value = loads_is_of(of, "php") ? setting_of(word, next) : NULL;

	if (loads_is_python(of))
		settings = "X";
	if (letter && !letter[1] && next && strchr(settings, *letter))
		value = next;
	if (value)
		return join_words(letter ? *letter : *settings, value, room, size);
	return letter && letter != word + 1 ? join_words(*letter, letter + 1, room, size) : word;
}

/* The words behind a value, up to the next option. */
static int meet_more(const struct loads *loads, const char *value)
{
	const char *end = loads->of->bytes + loads->of->len;
	int r = 0;

	if (value < loads->of->bytes || value >= end)
		return 0;
	for (value += strlen(value) + 1; value < end && *value != '-' && r == 0;
	     value += strlen(value) + 1)
		r = loads_meet_value(loads, LOADS_NEXT, value);
	return r;
}

int options_meet(const struct loads *loads, const char *word, const char *next)
{
	char room[4096];
	int r = 0;

	word = plain_word(loads->of, word, next, room, sizeof(room));
	for (size_t i = 0; i < PM_COUNT(options) && r == 0; i++) {
		const struct option *option = &options[i];
		const char *value = loads_is_of(loads->of, option->runtime)
					    ? option_value(option, word, next)
					    : NULL;

		if (value)
			r = loads_meet_value(loads, option->form, value);
		if (value && r == 0 && option->form & MANY)
			r = meet_more(loads, value);
	}
	return r;
}

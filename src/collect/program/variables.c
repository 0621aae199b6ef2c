#include "program/variables.h"
#include "program/options.h"

#include <errno.h>

/* A new variable is a new row; "LUA_PATH_5_4" is "LUA_PATH". */
static const struct variable {
	const char *runtime, *name;
	unsigned form;
} variables[] = {
	{"node", "NODE_OPTIONS", LOADS_WORDS},
	{"node", "NODE_PATH", LOADS_LIST},
	{"bun", "BUN_OPTIONS", LOADS_WORDS},
	{"python", "PYTHONPATH", LOADS_LIST},
	{"python", "PYTHONHOME", LOADS_LIST},
	{"python", "PYTHONUSERBASE", 0},
	{"python", "PYTHONPLATLIBDIR", LOADS_PATH},
	{"python", "PYTHONPYCACHEPREFIX", 0},
	{"perl", "PERL5LIB", LOADS_LIST},
	{"perl", "PERLLIB", LOADS_LIST},
	{"perl", "PERL5OPT", LOADS_WORDS},
	{"ruby", "RUBYLIB", LOADS_LIST},
	{"ruby", "RUBYOPT", LOADS_WORDS},
	{"ruby", "GEM_HOME", 0},
	{"ruby", "GEM_PATH", LOADS_LIST},
	{"ruby", "BUNDLE_GEMFILE", 0},
	{"java", "JAVA_TOOL_OPTIONS", LOADS_WORDS},
	{"java", "JDK_JAVA_OPTIONS", LOADS_WORDS},
	{"java", "_JAVA_OPTIONS", LOADS_WORDS},
	{"java", "OPENJ9_JAVA_OPTIONS", LOADS_WORDS},
	{"java", "IBM_JAVA_OPTIONS", LOADS_WORDS},
	{"java", "CLASSPATH", LOADS_LIST | LOADS_CLASSES},
	{"php", "PHPRC", 0},
	{"php", "PHP_INI_SCAN_DIR", LOADS_LIST},
	{"lua", "LUA_INIT", LOADS_AT},
	{"lua", "LUA_PATH", LOADS_MASKS},
	{"lua", "LUA_CPATH", LOADS_MASKS},
	{"beam", "ERL_LIBS", LOADS_LIST},
	{"beam", "ERL_FLAGS", LOADS_WORDS},
	{"beam", "ERL_AFLAGS", LOADS_WORDS},
	{"beam", "ERL_ZFLAGS", LOADS_WORDS},
	{"dotnet", "DOTNET_STARTUP_HOOKS", LOADS_LIST},
	{"dotnet", "DOTNET_ADDITIONAL_DEPS", LOADS_LIST},
	{"dotnet", "DOTNET_SHARED_STORE", LOADS_LIST},
	{"mono", "MONO_PATH", LOADS_LIST},
	{"mono", "MONO_GAC_PREFIX", LOADS_LIST},
	{"tclsh", "TCLLIBPATH", LOADS_SPACES},
	{"tclsh", "TCL_LIBRARY", 0},
	{"expect", "TCLLIBPATH", LOADS_SPACES},
	{"expect", "TCL_LIBRARY", 0},
	{"R", "R_PROFILE", 0},
	{"R", "R_PROFILE_USER", 0},
	{"R", "R_ENVIRON", 0},
	{"R", "R_ENVIRON_USER", 0},
	{"R", "R_LIBS", LOADS_LIST},
	{"R", "R_LIBS_USER", LOADS_LIST},
	{"R", "R_LIBS_SITE", LOADS_LIST},
	{"R", "R_HOME", 0},
	{"julia", "JULIA_LOAD_PATH", LOADS_LIST},
	{"julia", "JULIA_DEPOT_PATH", LOADS_LIST},
	{"julia", "JULIA_PROJECT", 0},
	{"guile", "GUILE_LOAD_PATH", LOADS_LIST},
	{"guile", "GUILE_LOAD_COMPILED_PATH", LOADS_LIST},
	{"gawk", "AWKPATH", LOADS_LIST},
	{"gawk", "AWKLIBPATH", LOADS_LIST},
	{"sbcl", "SBCL_HOME", 0},
	{"sbcl", "SBCL_CORE", 0},
	{"racket", "PLTCOLLECTS", LOADS_LIST},
	{"racket", "PLTADDONDIR", 0},
	{"octave", "OCTAVE_PATH", LOADS_LIST},
	{"emacs", "EMACSLOADPATH", LOADS_LIST},
	{"bash", "BASH_ENV", 0},
	{"zsh", "ZDOTDIR", 0},
	{"zsh", "FPATH", LOADS_LIST},
	{"ksh", "FPATH", LOADS_LIST},
};

/* What stands behind "NAME=", or NULL. */
static const char *variable_value(const char *entry, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(entry, name, len) != 0)
		return NULL;
	if (entry[len] == '_')
		len += strspn(entry + len, "_0123456789");
	return entry[len] == '=' ? entry + len + 1 : NULL;
}

const char *loads_variable(const struct loads_of *of, const char *name)
{
	const char *value;

	for (size_t at = 0; at < of->environment_len; at += strlen(of->environment + at) + 1) {
		value = variable_value(of->environment + at, name);
		if (value && *value)
			return value;
	}
	return NULL;
}

bool loads_has_variable(const struct loads_of *of, const char *name)
{
	return loads_variable(of, name);
}

/* Interpreters can be told to pay no heed to their variables. */
static bool are_ignored(const struct loads_of *of)
{
	if (loads_is_of(of, "python"))
		return loads_has_letter(of, "EI", "WXQcm");
	return loads_is_of(of, "perl") && loads_has_letter(of, "T", "eEICDFilx0mMVd");
}

/* Perl and Ruby do without the dash. */
static int variables_meet_option(const struct loads *loads, const char *word, const char *next)
{
	char room[4096];

	if (*word == '-' || !(loads_is_of(loads->of, "perl") || loads_is_of(loads->of, "ruby")))
		return options_meet(loads, word, next);
	snprintf(room, sizeof(room), "-%s", word);
	return options_meet(loads, room, next);
}

/* Options apart by spaces. */
static int meet_words(const struct loads *loads, const char *value)
{
	char *words = strdup(value);
	int r = 0;

	if (!words)
		return -ENOMEM;
	for (char *at = words; (at = strchr(at, ' '));)
		*at++ = '\0';
	for (const char *word = words, *end = words + strlen(value), *next; word < end && r == 0;
	     word = next) {
		next = word + strlen(word) + 1;
		if (*word)
			r = variables_meet_option(loads, word, next < end ? next : NULL);
	}
	free(words);
	return r;
}

static int meet_entry(const struct loads *loads, const char *entry)
{
	int r = 0;

	for (size_t i = 0; i < PM_COUNT(variables) && r == 0; i++) {
		const struct variable *row = &variables[i];
		const char *value = loads_is_of(loads->of, row->runtime)
					    ? variable_value(entry, row->name)
					    : NULL;

		if (!value || (row->form & LOADS_CLASSES && !loads_seeks_classes(loads->of)))
			continue;
		r = row->form & LOADS_WORDS ? meet_words(loads, value)
					    : loads_meet_value(loads, row->form, value);
	}
	return r;
}

/* Python takes packages from the home it is told of; those of a user who isn't root are his own. */
static int meet_home(const struct loads *loads)
{
	const struct loads_of *of = loads->of;
	const char *home = loads_variable(of, "HOME");
	char path[4096];

	if (!of->is_roots || !loads_is_python(of) || !home || *home != '/' ||
	    loads_has_letter(of, "sI", "WXQcm") ||
	    (!are_ignored(of) && (loads_has_variable(of, "PYTHONNOUSERSITE") ||
				  loads_has_variable(of, "PYTHONUSERBASE"))))
		return 0;
	size_t len = (size_t)snprintf(path, sizeof(path), "%s/.local/lib", home);
	return len < sizeof(path) ? loads->meet(loads->data, path, len) : 0;
}

int loads_meet_variables(const struct loads *loads)
{
	const struct loads_of *of = loads->of;
	int r = meet_home(loads);

	if (are_ignored(of))
		return r;
	for (size_t at = 0; r == 0 && at < of->environment_len;
	     at += strlen(of->environment + at) + 1)
		r = meet_entry(loads, of->environment + at);
	return r;
}

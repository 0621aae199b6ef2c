#include "behind/command.h"
#include "behind/words.h"

#include <errno.h>
#include <portmote/model.h>

/*
 * Programs that run another: which of their short options have a value, and how many words stand
 * before the command. A new one is a new row.
 */
static const struct wrapper {
	const char *name, *valued;
	size_t operands;
	bool takes_assignments;
} wrappers[] = {
	{"env", "uC", 0, true},
	{"nice", "n", 0, false},
	{"ionice", "cn", 0, false},
	{"chrt", "TPD", 1, false},
	{"taskset", "", 1, false},
	{"setsid", "", 0, false},
	{"nohup", "", 0, false},
	{"stdbuf", "ioe", 0, false},
	{"timeout", "ks", 1, false},
	{"setpriv", "", 0, false},
	{"runuser", "ug", 0, false},
	{"sudo", "ugCDhprRTtU", 0, true},
	{"numactl", "", 0, false},
	{"tini", "pe", 0, false},
	{"dumb-init", "r", 0, false},
	{"catatonit", "", 0, false},
	{"authbind", "", 0, false},
	{"eatmydata", "", 0, false},
	{"systemd-cat", "tp", 0, false},
	{"chpst", "uUbenolmdpfcrt/", 0, false},
	{"prlimit", "", 0, false},
	{"flock", "wE", 1, false},
	{"unshare", "SGRw", 0, false},
	{"nsenter", "tSG", 0, false},
	{"chroot", "", 1, false},
	{"doas", "uC", 0, false},
	{"gosu", "", 1, false},
	{"su-exec", "", 1, false},
	{"setuidgid", "", 1, false},
	{"s6-setuidgid", "", 1, false},
	{"softlimit", "admsopfcrtln", 0, false},
	{"envdir", "", 1, false},
	{"s6-envdir", "", 1, false},
	{"cgexec", "g", 0, false},
	{"aa-exec", "pn", 0, false},
	{"systemd-inhibit", "", 0, false},
	{"dbus-run-session", "", 0, false},
	{"xvfb-run", "nsefwp", 0, false},
	{"faketime", "", 1, false},
	{"proxychains4", "f", 0, false},
	{"torsocks", "uapP", 0, false},
	{"valgrind", "", 0, false},
	{"strace", "abeEIopPsSuX", 0, false},
	{"gdbserver", "", 1, false},
	{"npx", "p", 0, false},
	{"busybox", "", 0, false},
	{"toybox", "", 0, false},
};

/* Programs that run another after a word: the managers of languages' packages. */
static const struct launcher {
	const char *verb;
	struct wrapper wrapper;
} launchers[] = {
	{"exec", {"bundle", "", 0, false}},	 {"exec", {"rbenv", "", 0, false}},
	{"exec", {"pyenv", "", 0, false}},	 {"exec", {"nodenv", "", 0, false}},
	{"exec", {"asdf", "", 0, false}},	 {"exec", {"npm", "w", 0, false}},
	{"exec", {"pnpm", "C", 0, false}},	 {"exec", {"yarn", "", 0, false}},
	{"run", {"poetry", "CP", 0, false}},	 {"run", {"pipenv", "", 0, false}},
	{"run", {"pdm", "p", 0, false}},	 {"run", {"uv", "p", 0, false}},
	{"run", {"conda", "np", 0, false}},	 {"run", {"mamba", "np", 0, false}},
	{"run", {"micromamba", "np", 0, false}},
};

static const char *const shells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh"};

/* Interpreters: options with a value, and those whose value is what is run. */
static const struct interpreter {
	const char *name, *valued;
	struct {
		const char *option;
		enum pm_kind kind;
	} runs;
	const char *inlined; /* options by which code is given: it has no name */
	enum pm_kind kind;   /* of the first word that is no option */
} interpreters[] = {
	{"python", " -W -X ", {"-m", PM_KIND_MODULE}, " -c ", PM_KIND_SCRIPT},
	{"python2", " -W -X ", {"-m", PM_KIND_MODULE}, " -c ", PM_KIND_SCRIPT},
	{"python3", " -W -X ", {"-m", PM_KIND_MODULE}, " -c ", PM_KIND_SCRIPT},
	{"perl", " -I -M ", {NULL, 0}, " -e -E ", PM_KIND_SCRIPT},
	{"ruby", " -I -r -C ", {NULL, 0}, " -e ", PM_KIND_SCRIPT},
	{"node", " -r --require --import --loader ", {NULL, 0}, " -e -p --eval ", PM_KIND_SCRIPT},
	{"nodejs", " -r --require ", {NULL, 0}, " -e -p --eval ", PM_KIND_SCRIPT},
	{"php", " -c -d -z ", {"-f", PM_KIND_SCRIPT}, " -r -S ", PM_KIND_SCRIPT},
	{"java",
	 " -cp -classpath --class-path -p --module-path --add-modules --add-opens ",
	 {"-jar", PM_KIND_JAR},
	 " -m --module ",
	 PM_KIND_CLASS},
};

enum { DEPTH_MAX = 6 };

struct parsing {
	struct pm_arena *arena;
	struct unit_command *ret;
	int depth;
};

static int read_words(struct parsing *parsing, const struct words *words, size_t at);

static bool command_is_listed(const char *list, const char *word)
{
	char text[64];

	snprintf(text, sizeof(text), " %.60s ", word);
	return strstr(list, text);
}

static bool is_assignment(const char *word)
{
	size_t width =
		strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return width && word[width] == '=';
}

/* ---- wrappers ---------------------------------------------------------------------- */

/* Long options with their value in the next word look like those without: then nothing is told. */
static int read_wrapped(struct parsing *parsing, const struct words *words, size_t at,
			const struct wrapper *wrapper)
{
	bool doubtful = false;

	for (; at < words->count && words->word[at][0] == '-'; at++) {
		const char *option = words->word[at];

		if (!strcmp(option, "--")) {
			at++;
			break;
		}
		if (!strncmp(option, "-S", 2) || !strncmp(option, "--split", 7))
			return 0;
		doubtful |= option[1] == '-' && !strchr(option, '=');
		if (option[1] != '-' && !option[2] && strchr(wrapper->valued, option[1]))
			at++;
	}
	while (wrapper->takes_assignments && at < words->count && is_assignment(words->word[at]))
		at++;
	at += wrapper->operands;
	if (at >= words->count || (doubtful && words->word[at][0] != '/'))
		return 0;
	return read_words(parsing, words, at);
}

/* ---- shells ------------------------------------------------------------------------ */

/* One simple command, which nothing follows and nothing is put into? ">>log 2>&1" is. */
static bool is_simple(const char *text)
{
	for (const char *at = text; *at; at++)
		if (strchr(";|`()\n{}", *at) || (*at == '&' && (at == text || at[-1] != '>')))
			return false;
	return true;
}

static int command_read_line(struct parsing *parsing, const char *line)
{
	struct words *words = is_simple(line) ? calloc(1, sizeof(*words)) : NULL;
	size_t at = 0;

	if (!words)
		return is_simple(line) ? -ENOMEM : 0;
	int r = words_split(parsing->arena, line, strlen(line), words);
	while (r == 0 && at < words->count &&
	       (is_assignment(words->word[at]) || !strcmp(words->word[at], "exec")))
		at++;
	if (r == 0 && at < words->count)
		r = read_words(parsing, words, at);
	free(words);
	return r == -EINVAL ? 0 : r;
}

static int read_shell(struct parsing *parsing, const struct words *words, size_t at)
{
	const char *shell = words->word[at++];

	for (; at < words->count && words->word[at][0] == '-'; at++)
		if (words->word[at][1] != '-' && strchr(words->word[at], 'c'))
			return at + 1 < words->count
				       ? command_read_line(parsing, words->word[at + 1])
				       : 0;
	if (at < words->count) {
		parsing->ret->runner = shell;
		parsing->ret->program = words->word[at];
		parsing->ret->kind = PM_KIND_SCRIPT;
	}
	return 0;
}

/* ---- interpreters ------------------------------------------------------------------ */

static void read_interpreted(struct parsing *parsing, const struct words *words, size_t at,
			     const struct interpreter *interpreter)
{
	struct unit_command *ret = parsing->ret;
	const char *runner = words->word[at++];

	for (; at < words->count && words->word[at][0] == '-'; at++) {
		const char *option = words->word[at];
		bool is_run = interpreter->runs.option && !strcmp(option, interpreter->runs.option);

		if (command_is_listed(interpreter->inlined, option))
			return;
		if (is_run && at + 1 < words->count) {
			*ret = (struct unit_command){ret->front, runner, option,
						     words->word[at + 1], interpreter->runs.kind};
			return;
		}
		at += command_is_listed(interpreter->valued, option);
	}
	if (at < words->count)
		*ret = (struct unit_command){ret->front, runner, NULL, words->word[at],
					     interpreter->kind};
}

/* What such a program runs is a script of its language, as a rule. */
static int read_launched(struct parsing *parsing, const struct words *words, size_t at,
			 const struct launcher *launcher)
{
	if (at + 1 >= words->count || strcmp(words->word[at + 1], launcher->verb) != 0)
		return 0;
	int r = read_wrapped(parsing, words, at + 2, &launcher->wrapper);
	struct unit_command *ret = parsing->ret;
	if (ret->program && ret->kind == PM_KIND_EXE)
		*ret = (struct unit_command){ret->front, words->word[at], launcher->verb,
					     ret->program, PM_KIND_SCRIPT};
	return r;
}

/* "ip netns exec NAME", "ip vrf exec NAME". */
static bool is_ip_exec(const struct words *words, size_t at, const char *name)
{
	return !strcmp(name, "ip") && at + 4 < words->count &&
	       (!strcmp(words->word[at + 1], "netns") || !strcmp(words->word[at + 1], "vrf")) &&
	       !strcmp(words->word[at + 2], "exec");
}

/* ---- all of it --------------------------------------------------------------------- */

static int read_words(struct parsing *parsing, const struct words *words, size_t at)
{
	const char *word = words->word[at];
	char name[PM_PROGRAM_SIZE];

	if (parsing->depth++ == DEPTH_MAX || strchr(word, '$') || word[0] == '-')
		return 0;
	pm_program_name(word, name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(wrappers); i++)
		if (!strcmp(name, wrappers[i].name))
			return read_wrapped(parsing, words, at + 1, &wrappers[i]);
	for (size_t i = 0; i < PM_COUNT(launchers); i++)
		if (!strcmp(name, launchers[i].wrapper.name))
			return read_launched(parsing, words, at, &launchers[i]);
	for (size_t i = 0; i < PM_COUNT(shells); i++)
		if (!strcmp(name, shells[i]))
			return read_shell(parsing, words, at);
	for (size_t i = 0; i < PM_COUNT(interpreters); i++)
		if (!strcmp(name, interpreters[i].name)) {
			read_interpreted(parsing, words, at, &interpreters[i]);
			return 0;
		}
	if (is_ip_exec(words, at, name))
		return read_words(parsing, words, at + 4);
	parsing->ret->program = word;
	parsing->ret->kind = PM_KIND_EXE;
	return 0;
}

int command_read(struct pm_arena *arena, const char *value, size_t len, struct unit_command *ret)
{
	struct words *words = calloc(1, sizeof(*words));
	struct parsing parsing = {.arena = arena, .ret = ret};

	*ret = (struct unit_command){0};
	if (!words)
		return -ENOMEM;
	int r = words_split(arena, value, len, words);
	if (r == 0 && words->count) {
		size_t marks = strspn(words->word[0], "-@:+!|");
		bool is_named = memchr(words->word[0], '@', marks);

		words->word[0] += marks;
		/* What it shall call itself. */
		if (is_named && words->count > 1)
			memmove(&words->word[1], &words->word[2],
				(--words->count - 1) * sizeof(words->word[0]));
		ret->front = *words->word[0] ? words->word[0] : NULL;
		if (ret->front)
			r = read_words(&parsing, words, 0);
	}
	free(words);
	return r == -EINVAL ? 0 : r;
}

void command_write(const struct unit_command *command, struct pm_buf *ret)
{
	const char *const parts[] = {command->runner, command->option,
				     command->program ? command->program : command->front};
	bool any = false;

	for (size_t i = 0; i < PM_COUNT(parts); i++) {
		if (!parts[i])
			continue;
		if (any)
			pm_buf_puts(ret, " ");
		words_quote(parts[i], ret);
		any = true;
	}
}

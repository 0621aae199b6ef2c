/* The table of runtimes, and the one reader of their command lines. */
#include "program/runtime.h"

#include <ctype.h>

/* What an option does to the word behind it, or to the search. */
enum effect {
	VALUE = ':',  /* the next word is its value */
	JOINED = '.', /* what follows in the same word is its value */
	DIGITS = '#', /* digits that follow in the same word are */
	CODE = '!',   /* the next word is a program text */
	MODULE = '@', /* the next word is the module */
	JAR = '$',    /* the next word is the archive */
	SCRIPT = '=', /* the next word is the script */
	FILES = '+',  /* the next word says where classes are loaded from */
};

#define EMACS "--script= -script= -x= --load= -load= -l= --eval! -eval! --execute! --chdir:"

/*
 * A new runtime is a new row. Options are separated by spaces, each with its effect behind it;
 * those that are not listed stand for themselves.
 */
static const struct runtime {
	const char *program;
	const char *also; /* another name that it is called by, or "" */
	const char
		*letters; /* of single-dash clusters, as in getopt(3); NULL: it has no clusters */
	const char *options; /* whole words */
	const char
		*skip; /* sub-commands, passed over where the script is expected; or with effect */
	const char *find;  /* look for the first of these options anywhere, and nothing else */
	enum pm_runs kind; /* of the first word that is no option */
} runtimes[] = {
	{"python3", "python", "W:X:Q:c!m@", "--check-hash-based-pycs:", "", NULL, PM_RUNS_SCRIPT},
	{"python2", "", "W:X:Q:c!m@", "", "", NULL, PM_RUNS_SCRIPT},
	{"python", "", "W:X:Q:c!m@", "", "", NULL, PM_RUNS_SCRIPT},
	{"pypy", "pypy3", "W:X:c!m@", "", "", NULL, PM_RUNS_SCRIPT},
	{"platform-python", "python3", "W:X:Q:c!m@", "", "", NULL, PM_RUNS_SCRIPT},
	{"perl", "", "e!E!I:C.D.F.i.l#x.0#m.M.V.d.", "", "", NULL, PM_RUNS_SCRIPT},
	{"ruby", "", "e!I:r:E:C:F.K.T.W.x.0#i.",
	 "--encoding: --external-encoding: --internal-encoding: --require:", "", NULL,
	 PM_RUNS_SCRIPT},
	{"node", "nodejs", "r:C:e!p!",
	 "--require: --import: --loader: --experimental-loader: --conditions: --eval! --print! "
	 "--title: --icu-data-dir: --openssl-config: --redirect-warnings: --env-file: "
	 "--env-file-if-exists: --snapshot-blob: --build-snapshot-config: --diagnostic-dir: "
	 "--unhandled-rejections: --max-http-header-size: --disable-warning: --disable-proto: "
	 "--dns-result-order: --input-type: --inspect-publish-uid: --watch-path: --v8-pool-size: "
	 "--allow-fs-read: --allow-fs-write: --cpu-prof-dir: --cpu-prof-interval: --cpu-prof-name: "
	 "--heap-prof-dir: --heap-prof-interval: --heap-prof-name: --heapsnapshot-signal: "
	 "--heapsnapshot-near-heap-limit: --experimental-default-type: --experimental-policy: "
	 "--experimental-config-file: --policy-integrity: --report-dir: --report-directory: "
	 "--report-filename: --report-signal: --secure-heap: --secure-heap-min: --tls-cipher-list: "
	 "--tls-keylog: --trace-event-categories: --trace-event-file-pattern: --use-largepages: "
	 "--trace-require-module: --localstorage-file: --inspect-port: --debug-port: "
	 "--network-family-autoselection-attempt-timeout:",
	 "", NULL, PM_RUNS_SCRIPT},
	{"deno", "", NULL,
	 "--config: -c: --import-map: --lock: --cert: --location: --seed: --preload: --port: "
	 "--log-level: -L:",
	 "run serve eval! repl! task! test! bench! jupyter! lsp!", NULL, PM_RUNS_SCRIPT},
	{"bun", "", "r:e!p!", "--preload: --require: --eval! --print! --config:", "run repl!", NULL,
	 PM_RUNS_SCRIPT},
	{"java", "", NULL,
	 "-cp+ -classpath+ --class-path+ -p+ --module-path+ -jar$ -m@ --module@ --add-modules: "
	 "--add-opens: --add-exports: --add-reads: --patch-module: --limit-modules: "
	 "--upgrade-module-path: --describe-module: -d: --source:",
	 "", NULL, PM_RUNS_CLASS},
	{"php", "", "c:d:z:f=r!B!R!E!F=S:t:",
	 "--file= --run! --process-file= --process-code! --process-begin! --process-end! --define: "
	 "--php-ini: --zend-extension: --server: --docroot:",
	 "", NULL, PM_RUNS_SCRIPT},
	{"beam.smp", "", NULL, "", "", "-s -run -progname", PM_RUNS_MODULE},
	{"mono", "", NULL, "--config: --runtime:", "", NULL, PM_RUNS_SCRIPT},
	{"mono-sgen", "mono", NULL, "--config: --runtime:", "", NULL, PM_RUNS_SCRIPT},
	{"dotnet", "", NULL,
	 "--depsfile: --runtimeconfig: --additionalprobingpath: --additional-deps: "
	 "--fx-version: --roll-forward:",
	 "exec", NULL, PM_RUNS_SCRIPT},
	{"dash", "sh", "c!s!o:", "", "", NULL, PM_RUNS_SCRIPT},
	{"bash", "sh", "c!s!o:O:", "--rcfile: --init-file:", "", NULL, PM_RUNS_SCRIPT},
	{"zsh", "sh", "c!s!o:", "", "", NULL, PM_RUNS_SCRIPT},
	{"ksh", "sh", "c!s!o:", "", "", NULL, PM_RUNS_SCRIPT},
	{"lua", "", "e!l:W.", "", "", NULL, PM_RUNS_SCRIPT},
	{"luajit", "lua", "e!l:b!j.O.", "", "", NULL, PM_RUNS_SCRIPT},
	{"tclsh", "", NULL, "-encoding:", "", NULL, PM_RUNS_SCRIPT},
	{"expect", "", "c:f=b=d.D:", "", "", NULL, PM_RUNS_SCRIPT},
	{"R", "", NULL, "--file= -f= -e! --args! -g: --gui: --encoding: -d: --debugger:", "", NULL,
	 PM_RUNS_SCRIPT},
	{"julia", "", "e!E!p:t:J:L:H:C:g.O.",
	 "--eval! --print! --load: --sysimage: --threads: --procs: --home: --cpu-target: "
	 "--machine-file:",
	 "", NULL, PM_RUNS_SCRIPT},
	{"guile", "", "c!e:l:L:C:x:s=", "", "", NULL, PM_RUNS_SCRIPT},
	{"gawk", "awk", "F:v:f=E=i:l:e!d.D.L.o.p.Z:",
	 "--file= --exec= --source! --assign: --field-separator: --include: --load:", "", NULL,
	 PM_RUNS_INLINE},
	{"swipl", "prolog", "f=l=s=g:t:p:x:D:G:o:", "", "", NULL, PM_RUNS_SCRIPT},
	{"sbcl", "lisp", NULL,
	 "--script= --load= --eval! --core: --userinit: --sysinit: --control-stack-size: "
	 "--dynamic-space-size: --tls-limit:",
	 "", NULL, PM_RUNS_INLINE},
	{"clisp", "lisp.run", "i=x!M:B:K:L:N:E:m:p:", "", "", NULL, PM_RUNS_SCRIPT},
	{"ecl", "", NULL, "--shell= -shell= --load= -load= --eval! -eval! --dir: -dir:", "", NULL,
	 PM_RUNS_INLINE},
	{"racket", "gracket", "e!f=r=u=t=l:p:k:S:R:C:G:X:A:I:N:W:O:L:",
	 "--eval! --load= --script= --require-script= --require= --lib: --search: --collects: "
	 "--config: --addon: --compiled:",
	 "", NULL, PM_RUNS_SCRIPT},
	{"ocaml", "", NULL, "-I: -init= -open: -e!", "", NULL, PM_RUNS_SCRIPT},
	{"octave-cli", "octave", "p:", "--eval! --path: --exec-path: --image-path:", "", NULL,
	 PM_RUNS_SCRIPT},
	{"octave-gui", "octave", "p:", "--eval! --path: --exec-path: --image-path:", "", NULL,
	 PM_RUNS_SCRIPT},
	{"wish", "", NULL, "-encoding:", "", NULL, PM_RUNS_SCRIPT},
	{"pwsh", "", NULL, "-File= -f= -Command! -c! -EncodedCommand! -ec! -WorkingDirectory:", "",
	 NULL, PM_RUNS_SCRIPT},
	{"fish", "", "c!C:o:d:f:", "--command! --init-command:", "", NULL, PM_RUNS_SCRIPT},
	{"emacs", "", NULL, EMACS, "", NULL, PM_RUNS_INLINE},
	{"emacs-nox", "emacs", NULL, EMACS, "", NULL, PM_RUNS_INLINE},
	{"emacs-gtk", "emacs", NULL, EMACS, "", NULL, PM_RUNS_INLINE},
};

/* "php82", "node20": a number that pm_program_name() took for a part of the name. */
static bool is_named(const struct runtime *runtime, const char *name, bool with_number)
{
	const char *const names[] = {runtime->program, runtime->also};

	for (size_t i = 0; i < PM_COUNT(names); i++) {
		size_t len = strlen(names[i]);
		size_t digits = with_number ? strspn(name + strnlen(name, len), "0123456789") : 0;

		if (len && !strncmp(name, names[i], len) && !name[len + digits])
			return true;
	}
	return false;
}

const struct runtime *runtime_find(const char *program)
{
	for (int with_number = 0; with_number < 2; with_number++)
		for (size_t i = 0; i < PM_COUNT(runtimes); i++)
			if (is_named(&runtimes[i], program, with_number))
				return &runtimes[i];
	return NULL;
}

struct command_words {
	const char *at, *end;
};

/* The next word, or NULL. What has no NUL at its end was cut, and is no word. */
static const char *runtime_next_word(struct command_words *words)
{
	const char *word = words->at;
	const char *nul =
		word < words->end ? memchr(word, '\0', (size_t)(words->end - word)) : NULL;

	if (!nul)
		return NULL;
	words->at = nul + 1;
	return word;
}

/* Does the list "a: b! c" hold `word`, or what stands before its '='? Its mark, or 0. */
static char effect_of(const char *list, const char *word)
{
	size_t len = word[1] == '-' ? strcspn(word, "=") : strlen(word);

	for (const char *at = list; *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len + 1 && !memcmp(at, word, len))
			return at[len];
	return 0;
}

static bool runtime_is_listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; *at; at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len && !memcmp(at, word, len))
			return true;
	return false;
}

static void runtime_take(struct runtime_words *ret, enum pm_runs kind, const char *name)
{
	ret->kind = name ? kind : PM_RUNS_UNKNOWN;
	ret->name = kind == PM_RUNS_INLINE ? NULL : name;
	if (kind == PM_RUNS_SCRIPT || kind == PM_RUNS_JAR)
		ret->files = name;
}

/* What an option does; true: it told what is run. */
static bool apply(char effect, const char *value, struct runtime_words *ret)
{
	switch (effect) {
	case CODE:
		ret->kind = PM_RUNS_INLINE;
		return true;
	case MODULE: /* "module/class" of java(1) */
		if (value && strchr(value, '/'))
			runtime_take(ret, PM_RUNS_CLASS, strchr(value, '/') + 1);
		else
			runtime_take(ret, PM_RUNS_MODULE, value);
		return true;
	case JAR:
		runtime_take(ret, PM_RUNS_JAR, value);
		return true;
	case SCRIPT:
		runtime_take(ret, PM_RUNS_SCRIPT, value);
		return true;
	case FILES:
		ret->files = value;
		return false;
	default:
		return false;
	}
}

/* What the letter at `at` does; of digits that are its value, `at` comes to the last. */
static char effect_of_letter(const struct runtime *runtime, const char **at)
{
	const char *letter = strchr(runtime->letters, **at);
	char effect = letter && isalnum((unsigned char)**at) ? letter[1] : '\0';

	if (effect == DIGITS)
		*at += strspn(*at + 1, "0123456789");
	return effect == DIGITS || isalnum((unsigned char)effect) ? '\0' : effect;
}

const char *runtime_valued(const struct runtime *runtime, const char *word)
{
	if (!runtime->letters || word[0] != '-' || word[1] == '-')
		return NULL;
	for (word++; *word; word++)
		if (effect_of_letter(runtime, &word))
			return word;
	return NULL;
}

/* A cluster of single letters, "-wT" or "-umhttp.server"; true: it told what is run. */
static bool read_cluster(const struct runtime *runtime, const char *word,
			 struct command_words *words, struct runtime_words *ret)
{
	const char *letter = runtime_valued(runtime, word);
	char effect = letter ? effect_of_letter(runtime, &letter) : '\0';

	if (!letter || effect == JOINED)
		return false;
	return apply(effect, letter[1] ? letter + 1 : runtime_next_word(words), ret);
}

/* What the runtime itself, or a language upon it, begins with: "-progname erl", "-s elixir". */
static bool is_application(const char *name)
{
	static const char *const none[] = {"erl", "elixir", "iex"};

	for (size_t i = 0; i < PM_COUNT(none); i++)
		if (!strcmp(name, none[i]))
			return false;
	return true;
}

/* The value behind the first of some options, wherever it stands. */
static void find_anywhere(const struct runtime *runtime, struct command_words words,
			  struct runtime_words *ret)
{
	for (const char *word; (word = runtime_next_word(&words));)
		if (runtime_is_listed(runtime->find, word)) {
			runtime_take(ret, runtime->kind, runtime_next_word(&words));
			if (!ret->name || is_application(ret->name))
				return;
			*ret = (struct runtime_words){0};
		}
}

static void read_options(const struct runtime *runtime, struct command_words words,
			 struct runtime_words *ret)
{
	for (const char *word; (word = runtime_next_word(&words));) {
		if (!strcmp(word, "--")) {
			runtime_take(ret, runtime->kind, runtime_next_word(&words));
			return;
		}
		if (word[0] == '-' && word[1]) {
			char effect = effect_of(runtime->options, word);

			const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;

			if (effect ? apply(effect, equals ? equals + 1 : runtime_next_word(&words),
					   ret)
				   : runtime->letters && word[1] != '-' &&
					     read_cluster(runtime, word, &words, ret))
				return;
			continue;
		}
		if (!*word || runtime_is_listed(runtime->skip, word))
			continue;
		if (effect_of(runtime->skip, word) == CODE) {
			ret->kind = PM_RUNS_INLINE;
			return;
		}
		if (*word == '@' && runtime->kind == PM_RUNS_CLASS)
			return; /* the words stand in a file */
		if (!strcmp(word, "-"))
			ret->kind = PM_RUNS_INLINE;
		else
			runtime_take(ret, runtime->kind, word);
		return;
	}
}

/* Is `word` a way to call the runtime, rather than a title put over the command line? */
static bool is_call(const struct runtime *runtime, const char *word)
{
	char name[PM_PROGRAM_SIZE];

	/* A login shell is called with a dash. */
	pm_program_name(word + (*word == '-'), name, sizeof(name));
	return is_named(runtime, name, true);
}

void runtime_read(const struct runtime *runtime, const char *bytes, size_t len,
		  struct runtime_words *ret)
{
	struct command_words words = {.at = bytes, .end = bytes + len};
	const char *first = runtime_next_word(&words);

	*ret = (struct runtime_words){0};
	if (!first)
		return;
	if (runtime->find)
		find_anywhere(runtime, words, ret);
	else
		read_options(runtime, words, ret);
	if (ret->kind != PM_RUNS_UNKNOWN)
		return;
	/* Nothing is named: it is told what to do by a file of options, standard input, a text. */
	if (!is_call(runtime, first))
		ret->title = first;
	else if (bytes[len - 1] == '\0') /* else the end was cut off, and may name something */
		ret->kind = PM_RUNS_INLINE;
}

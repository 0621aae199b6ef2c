/* What command lines of runtimes name: hazard 33's words, without the waiting. */
#include "collect/program/runtime.h"

#include <check.h>

/* Words are apart by '|' here, each ended by a NUL in nature; '~': there was more. */
static const struct {
	const char *program, *words, *kind, *name, *files, *title;
} cases[] = {
	{"python3", "python3|/usr/bin/gunicorn|app", "script", "/usr/bin/gunicorn",
	 "/usr/bin/gunicorn", NULL},
	{"python3", "/usr/bin/python3.11|-u|-W|ignore|x.py", "script", "x.py", "x.py", NULL},
	{"python3", "python3|-Wignore|x.py", "script", "x.py", "x.py", NULL},
	{"python3", "python3|-m|http.server|3643", "module", "http.server", NULL, NULL},
	{"python3", "python3|-Im|http.server", "module", "http.server", NULL, NULL},
	{"python3", "python3|-mhttp.server", "module", "http.server", NULL, NULL},
	{"python3", "python3|-c|import x|/usr/sbin/sshd", "inline", NULL, NULL, NULL},
	{"python3", "python3", "inline", NULL, NULL, NULL},
	{"python3", "python3|-|/usr/sbin/sshd", "inline", NULL, NULL, NULL},
	{"python3", "python3|--|-odd.py", "script", "-odd.py", "-odd.py", NULL},
	{"python3", "nginx: master process|evil.py", "script", "evil.py", "evil.py", NULL},
	{"python3", "gunicorn: worker [app]||||", "unknown", NULL, NULL, "gunicorn: worker [app]"},
	{"python3", "python3|-m", "inline", NULL, NULL, NULL},
	{"python3", "python3|-m|http.ser~", "unknown", NULL, NULL, NULL},
	{"perl", "/usr/bin/perl|-wT|/usr/sbin/munin-node|--foreground", "script",
	 "/usr/sbin/munin-node", "/usr/sbin/munin-node", NULL},
	{"perl", "perl|-I|/lib|-Mstrict|x.pl", "script", "x.pl", "x.pl", NULL},
	{"perl", "perl|-ne|print", "inline", NULL, NULL, NULL},
	{"perl", "postgrey --inet=10023", "unknown", NULL, NULL, "postgrey --inet=10023"},
	{"R", "/usr/lib/R/bin/exec/R|--no-echo|--file=/srv/x.R|--args|80", "script", "/srv/x.R",
	 "/srv/x.R", NULL},
	{"R", "R|--vanilla|-e|x()", "inline", NULL, NULL, NULL},
	{"julia", "julia|-t|4|--project=/srv|/srv/x.jl|80", "script", "/srv/x.jl", "/srv/x.jl",
	 NULL},
	{"expect", "expect|-d|-f|/srv/x.exp|80", "script", "/srv/x.exp", "/srv/x.exp", NULL},
	{"ruby", "ruby3.1|-rset|-I|lib|/usr/bin/puma", "script", "/usr/bin/puma", "/usr/bin/puma",
	 NULL},
	{"node", "node|--require|./x.js|--max-old-space-size=4096|/srv/app/node_modules/.bin/vite",
	 "script", "/srv/app/node_modules/.bin/vite", "/srv/app/node_modules/.bin/vite", NULL},
	{"node", "node-red||||", "unknown", NULL, NULL, "node-red"},
	{"java", "java|-Xmx1g|-Da=b|-jar|/opt/x.jar|-jar|y.jar", "jar", "/opt/x.jar", "/opt/x.jar",
	 NULL},
	{"java", "/usr/lib/jvm/bin/java|-cp|a.jar:b/*|--add-opens|java.base/x=y|org.a.Main|start",
	 "class", "org.a.Main", "a.jar:b/*", NULL},
	{"java", "java|-p|/m|-m|org.a/org.a.Main", "class", "org.a.Main", "/m", NULL},
	{"java", "java|-cp|/a|--class-path=/b|org.a.Main", "class", "org.a.Main", "/b", NULL},
	{"java", "java|@/etc/args", "inline", NULL, NULL, NULL},
	{"java", "java|-Xmx1g|-cp|/a|@args", "inline", NULL, "/a", NULL},
	{"node", "node|--eval=x|/usr/bin/vite", "inline", NULL, NULL, NULL},
	{"perl", "perl|-le|x|/usr/sbin/munin-node", "inline", NULL, NULL, NULL},
	{"perl", "perl|-0777ne|x|/usr/sbin/munin-node", "inline", NULL, NULL, NULL},
	{"bash", "bash|-s|/etc/init.d/ssh", "inline", NULL, NULL, NULL},
	{"php", "php|-S|0.0.0.0:80|router.php", "script", "router.php", "router.php", NULL},
	{"php", "php|-d|x=y|-f|/srv/x.php", "script", "/srv/x.php", "/srv/x.php", NULL},
	{"beam.smp", "beam.smp|-W|w|--|-root|/x|-progname|erl|--|-s|rabbit|boot", "module",
	 "rabbit", NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|couchdb|--", "module", "couchdb", NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|erl|--", "inline", NULL, NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|erl|--|-eval|x()", "inline", NULL, NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|erl|--|-run|ejabberd|boot", "module", "ejabberd", NULL,
	 NULL},
	{"dotnet", "dotnet|exec|--depsfile|a|/opt/x.dll", "script", "/opt/x.dll", "/opt/x.dll",
	 NULL},
	{"deno", "deno|run|--allow-net|main.ts", "script", "main.ts", "main.ts", NULL},
	{"deno", "deno|eval|Deno.serve()", "inline", NULL, NULL, NULL},
	{"deno", "deno|repl", "inline", NULL, NULL, NULL},
	{"deno", "deno|task|start", "inline", NULL, NULL, NULL},
	{"deno", "deno|task|-q|dev", "inline", NULL, NULL, NULL},
	{"deno", "deno|bench", "inline", NULL, NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|erl|--|-noshell|-s|elixir|start_cli|-extra|x.exs",
	 "inline", NULL, NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|erl|--|-s|elixir|start_iex|-s|web|boot", "module",
	 "web", NULL, NULL},
	{"beam.smp", "beam.smp|--|-progname|erl|--|-s|iex|start", "inline", NULL, NULL, NULL},
	{"deno", "deno|run|eva", "script", "eva", "eva", NULL},
	{"bun", "bun|-e|x|y.ts", "inline", NULL, NULL, NULL},
	{"lua", "lua5.4|-e|x", "inline", NULL, NULL, NULL},
	{"luajit", "luajit-2.1|x.lua", "script", "x.lua", "x.lua", NULL},
	{"php", "php|-r|x", "inline", NULL, NULL, NULL},
	{"php82", "php82|x.php", "script", "x.php", "x.php", NULL},
	{"ruby31", "ruby31|-e|x", "inline", NULL, NULL, NULL},
	{"nodejs", "nodejs|x.js", "script", "x.js", "x.js", NULL},
	{"pypy", "pypy3.9|-c|x", "inline", NULL, NULL, NULL},
	{"platform-python", "/usr/libexec/platform-python|-m|http.server", "module", "http.server",
	 NULL, NULL},
	{"tclsh", "tclsh8.6", "inline", NULL, NULL, NULL},
	{"guile", "guile|-c|x", "inline", NULL, NULL, NULL},
	{"gawk", "gawk|-v|a=b|-f/srv/x.awk|y", "script", "/srv/x.awk", "/srv/x.awk", NULL},
	{"gawk", "/usr/bin/awk|-F:|BEGIN { x }|/srv/y", "inline", NULL, NULL, NULL},
	{"swipl", "swipl|-q|-g|main|/srv/x.pl|80", "script", "/srv/x.pl", "/srv/x.pl", NULL},
	{"sbcl", "sbcl|--core|/c|--noinform|--load|/srv/x.lisp", "script", "/srv/x.lisp",
	 "/srv/x.lisp", NULL},
	{"sbcl", "sbcl|--eval|x", "inline", NULL, NULL, NULL},
	{"racket", "racket|-l|racket/base|-t|/srv/x.rkt", "script", "/srv/x.rkt", "/srv/x.rkt",
	 NULL},
	{"emacs-nox", "emacs|-Q|--script|/srv/x.el", "script", "/srv/x.el", "/srv/x.el", NULL},
	{"emacs-nox", "emacs|--daemon|/srv/text", "inline", NULL, NULL, NULL},
	{"pwsh", "pwsh|-NoProfile|-File|/srv/x.ps1", "script", "/srv/x.ps1", "/srv/x.ps1", NULL},
	{"dash", "/bin/sh|/usr/bin/run", "script", "/usr/bin/run", "/usr/bin/run", NULL},
	{"bash", "-bash", "inline", NULL, NULL, NULL},
	{"bash", "bash|-ec|nc -l 80", "inline", NULL, NULL, NULL},
};

static void same(const char *a, const char *b)
{
	ck_assert_msg(a == b || (a && b && !strcmp(a, b)), "%s, not %s", a ? a : "NULL",
		      b ? b : "NULL");
}

START_TEST(command_lines)
{
	struct runtime_words words;
	char bytes[512];
	size_t len = strlen(cases[_i].words) + 1;

	memcpy(bytes, cases[_i].words, len);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(bytes[i] == '|' ? '\0' : bytes[i]);
	len -= bytes[len - 2] == '~' ? 2 : 0; /* cut off */
	ck_assert_ptr_nonnull(runtime_find(cases[_i].program));
	runtime_read(runtime_find(cases[_i].program), bytes, len, &words);
	ck_assert_str_eq(pm_runs_name(words.kind), cases[_i].kind);
	same(words.name, cases[_i].name);
	same(words.files, cases[_i].files);
	same(words.title, cases[_i].title);
}
END_TEST

/* A word that was cut is no word: "/usr/bin/ssh" of "/usr/bin/sshd-evil" must not count. */
START_TEST(cut_words)
{
	static const char bytes[] = "python3\0/usr/bin/gunicorn-not";
	struct runtime_words words;

	for (size_t len = 0; len < sizeof(bytes); len++) {
		runtime_read(runtime_find("python3"), bytes, len, &words);
		ck_assert_ptr_null(words.name);
	}
	runtime_read(runtime_find("python3"), bytes, sizeof(bytes), &words);
	same(words.name, "/usr/bin/gunicorn-not");
	ck_assert_ptr_null(runtime_find("nginx"));
}
END_TEST

Suite *suite_collect_runtime(void);
Suite *suite_collect_runtime(void)
{
	Suite *suite = suite_create("collect_runtime");
	TCase *tcase = tcase_create("runtime");

	tcase_add_loop_test(tcase, command_lines, 0, PM_COUNT(cases));
	tcase_add_test(tcase, cut_words);
	suite_add_tcase(suite, tcase);
	return suite;
}

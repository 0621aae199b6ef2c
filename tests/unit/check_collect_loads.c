/* What options of interpreters load beside their programs. */
#include "collect/program/loads.h"

#include <check.h>

/* Words apart by spaces; paths apart by spaces, as they are met. */
static const struct {
	const char *program, *words, *paths;
} cases[] = {
	{"node", "node server.js", ""},
	{"node", "node -r /a/b.js server.js -r /c.js", "/a/b.js"},
	{"node", "node --require ./b.js --import=file:///c.mjs /srv/x.js", "./b.js /c.mjs"},
	{"node", "node -r dotenv/config --title /x server.js", "node_modules/dotenv/config"},
	{"node", "node --max-old-space-size=4096 /srv/x.js", ""},
	{"java", "java -javaagent:/opt/jmx.jar=9404:/etc/jmx.yml -jar /srv/a.jar", "/opt/jmx.jar"},
	{"java", "java -agentpath:/opt/p.so -Xbootclasspath/a:/a.jar:/b.jar -cp /c Main",
	 "/opt/p.so /a.jar /b.jar"},
	{"java", "java -Djava.io.tmpdir=/tmp -Xlog:gc:/var/log/gc -jar /srv/a.jar -javaagent:/x",
	 ""},
	{"java", "java --patch-module java.base=/p --module-path /m:/n -m a/b", "/p /m /n"},
	{"perl", "perl -w -I/a -I /b -MFoo /srv/x.pl -I/c", "/a /b"},
	{"perl", "perl -e 1 -I/c", "/c"},
	{"perl", "perl -Mlib=/a -MFoo=/no /srv/x.pl", "/a"},
	{"java", "java -Djava.class.path=/a.jar:/b Main -Djava.class.path=/c", "/a.jar /b"},
	{"beam.smp", "beam.smp -- -progname erl -home /root -pa /a -s app start -pz /b", "/a /b"},
	{"beam.smp", "beam.smp -- -home /root -s app -config /c", ""},
	{"perl", "perl -wI/a -0777MFoo -Tmlib=/b,/c /srv/x.pl", "/a /b /c"},
	{"perl", "perl -Mlocal::lib=/a -ne Ifoo", "/a"},
	{"ruby", "ruby -wI/a -vr/b.rb /srv/x.rb", "/a /b.rb"},
	{"python3", "python3 -uXpycache_prefix=/a -X dev -X pycache_prefix=/b /srv/x.py", "/a /b"},
	{"php", "php -d include_path=/a:/b -d opcache.preload=/c -ndauto_append_file=/d /srv/x.php",
	 "/a /b /c /d"},
	{"beam.smp", "beam.smp -- -boot /a -escript main x -run escript start -extra /b 80",
	 "/a.boot /b"},
	{"julia", "julia -iL/a --project=/b /srv/x.jl", "/a /b"},
	{"deno", "deno run --config /a.json /srv/x.ts", "/a.json"},
	{"ruby", "ruby -I/a:/b -r/c.rb -rjson -W0 /srv/x.rb", "/a /b /c.rb"},
	{"php", "php -d auto_prepend_file=/a.php -dmemory_limit=1G /srv/x.php", "/a.php"},
	{"php", "php -c /etc/own -S 0.0.0.0:80", "/etc/own ."},
	{"gawk", "gawk -i/a.awk -l filefuncs -f /srv/x.awk", "/a.awk"},
	{"sbcl", "sbcl --core /a.core --script /srv/x.lisp", "/a.core"},
	{"racket", "racket -S /a /srv/x.rkt", "/a"},
	{"python3", "python3 -m http.server", ". http/server.py http/server"},
	{"python3", "python3 -u -c 1", "."},
	{"python3", "python3 -Im http.server", "http/server.py http/server"},
	{"python3", "python3 -W Ignore -P -c 1", ""},
	{"python3", "python3 -W I -c 1", "."},
	{"python3", "python3 -", "."},
	{"node", "node --diagnostic-dir /a --env-file /b /srv/x.js", "/b"},
	{"node", "node --snapshot-blob=/a.blob --unhandled-rejections strict /srv/x.js", "/a.blob"},
	{"java", "java @/etc/app.args", "/etc/app.args"},
	{"java", "java -XX:SharedArchiveFile=/a.jsa:/b.jsa -XX:Flags=/c -jar /srv/a.jar @/d",
	 "/a.jsa /b.jsa /c"},
	{"java", "java -Xmx1g Main", "."},
	{"java", "java -cp /a Main", ""},
	{"java", "java -p /a -m a/b.Main", "/a"},
	{"java", "java /home/x/Evil.java", "/home/x/Evil.java"},
	{"beam.smp", "beam.smp -- -root /r -- -home /root -pa /a /b -noshell -pz /c",
	 "/r /a /b /c"},
	{"php", "php -S 0.0.0.0:80", "."},
	{"php", "php -t /a -S 0.0.0.0:80", "/a"},
	{"php", "php --server=0.0.0.0:80 --docroot /a /srv/router.php", "/a"},
	{"php", "php --define auto_append_file=/a.php /srv/x.php", "/a.php"},
	{"python3", "python3 -X dev /srv/x.py -m y", ""},
	{"bash", "bash --rcfile /a /srv/x.sh", "/a"},
	{"dotnet", "dotnet exec --depsfile /a.json --additionalprobingpath=/b /srv/x.dll",
	 "/a.json /b"},
};

/* Variables apart by '|'. */
static const struct {
	const char *program, *words, *environment, *paths;
} environments[] = {
	{"node", "node /srv/x.js",
	 "HOME=/root|NODE_OPTIONS=--require /a.js --no-warnings --import=b|X=-r /c",
	 "/a.js node_modules/b"},
	{"node", "node /srv/x.js", "NODE_PATH=/a:/b|XNODE_PATH=/c|NODE_PATHS=/d", "/a /b"},
	{"node", "node /srv/x.js", "PYTHONPATH=/a|JAVA_TOOL_OPTIONS=-javaagent:/b", ""},
	{"python3", "python3 /srv/x.py", "PYTHONPATH=/a:/b|PYTHONUSERBASE=/c", "/a /b /c"},
	{"python3", "python3 -Es /srv/x.py -m y", "PYTHONPATH=/a", ""},
	{"python3", "python3 -c 1", "PYTHONSAFEPATH=1", ""},
	{"python3", "python3 -E /srv/x.py", "HOME=/a|PYTHONNOUSERSITE=1", "/a/.local/lib"},
	{"python3", "python3 -us /srv/x.py", "HOME=/a", ""},
	{"python3", "python3 -I /srv/x.py", "HOME=/a", ""},
	{"python3", "python3 /srv/x.py -s", "PYTHONNOUSERSITE=1|HOME=/a", ""},
	{"python3", "python3 /srv/x.py", "HOME=/a|PYTHONUSERBASE=/b", "/b"},
	{"perl", "perl /srv/x.pl", "HOME=/a|PERL_USE_UNSAFE_INC=1", "."},
	{"perl", "perl /srv/x.pl", "PERL_USE_UNSAFE_INC=0", ""},
	{"perl", "perl -T /srv/x.pl", "PERL_USE_UNSAFE_INC=1", ""},
	{"gawk", "gawk -f x.awk", "AWKPATH=/a:/b", "/a /b"},
	{"platform-python", "platform-python /srv/x.py", "PYTHONPATH=/a", "/a"},
	{"pypy3", "pypy3 /srv/x.py -E", "PYTHONPATH=/a", "/a"},
	{"perl", "perl /srv/x.pl", "PERL5LIB=/a|PERL5OPT=-I/b -MFoo  -Mlib=/c", "/a /b /c"},
	{"perl", "perl -wT /srv/x.pl", "PERL5LIB=/a", ""},
	{"perl", "perl /srv/x.pl", "PERL5OPT=Mlib=/a w -wI/b", "/a /b"},
	{"python3", "python3 /srv/x.py", "PYTHONPYCACHEPREFIX=/a", "/a"},
	{"tclsh", "tclsh /srv/x.tcl", "TCLLIBPATH=/a {/b} /c|TCL_LIBRARY=/d", "/a /b /c /d"},
	{"java", "java -jar /srv/a.jar", "OPENJ9_JAVA_OPTIONS=-Xmx1g -javaagent:/a", "/a"},
	{"R", "R --no-echo --file=/srv/x.R", "R_PROFILE_USER=/a|R_LIBS=/b:/c", "/a /b /c"},
	{"zsh", "zsh /srv/x", "FPATH=/a:/b", "/a /b"},
	{"ruby", "ruby /srv/x.rb", "RUBYOPT=-r/a.rb -W0|RUBYLIB=/b", "/a.rb /b"},
	{"java", "java -jar /srv/a.jar",
	 "JAVA_TOOL_OPTIONS=-javaagent:/a.jar=x -Xmx1g|CLASSPATH=/b", "/a.jar"},
	{"java", "java Main", "CLASSPATH=/a:/b.jar", "/a /b.jar"},
	{"java", "java -cp /c Main", "CLASSPATH=/a", ""},
	{"java", "java Main", "CLASSPATH=", "."},
	{"lua", "lua /srv/x.lua",
	 "LUA_INIT_5_4=@/a.lua|LUA_INIT=print(1)|LUA_PATH_5_4=/b/?.lua;;/c/?/init.lua",
	 "/a.lua /b/ /c/"},
	{"beam.smp", "beam.smp -- -progname erl", "ERL_FLAGS=-pa /a -kernel x|ERL_LIBS=/b",
	 "/a /b"},
	{"bash", "bash /srv/x.sh", "BASH_ENV=/a|ENV=/b", "/a"},
	{"php", "php /srv/x.php", "PHP_INI_SCAN_DIR=:/a", "/a"},
};

static int meet(void *data, const char *path, size_t len)
{
	struct pm_buf *met = data;

	pm_buf_printf(met, "%s%.*s", met->len ? " " : "", (int)len, path);
	return 0;
}

static size_t split(char *bytes, size_t size, const char *text, char by)
{
	size_t len = (size_t)snprintf(bytes, size, "%s", text) + 1;

	ck_assert_uint_le(len, size);
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == by)
			bytes[i] = '\0';
	return len;
}

/* Cut anywhere, it is read no farther than it goes. */
static void check_cuts(const struct loads_of *of, struct pm_buf *met)
{
	for (size_t cut = 0; cut < of->len; cut++) {
		struct loads_of part = *of;
		struct runtime_words words;
		char *bytes = malloc(cut + 1);

		memcpy(bytes, of->bytes, cut);
		part.bytes = bytes;
		part.len = cut;
		part.words = &words;
		runtime_read(runtime_find(of->runtime), bytes, cut, &words);
		loads_read(&part, meet, met);
		free(bytes);
	}
	for (size_t cut = 0; cut < of->environment_len; cut++) {
		struct loads_of part = *of;
		char *bytes = malloc(cut + 1);

		memcpy(bytes, of->environment, cut);
		part.environment = bytes;
		part.environment_len = cut;
		loads_read(&part, meet, met);
		free(bytes);
	}
}

static void check_paths(const char *program, const char *line, const char *environment,
			const char *paths)
{
	char bytes[256], variables[256];
	struct runtime_words words;
	struct pm_buf met = {0};
	struct loads_of of = {.runtime = program, .words = &words, .is_roots = true};

	of.bytes = bytes;
	of.len = split(bytes, sizeof(bytes), line, ' ');
	of.environment = variables;
	of.environment_len = split(variables, sizeof(variables), environment, '|');
	runtime_read(runtime_find(program), bytes, of.len, &words);
	ck_assert_int_eq(loads_read(&of, meet, &met), 0);
	ck_assert_str_eq(pm_buf_text(&met), paths);
	check_cuts(&of, &met);
	pm_buf_release(&met);
}

START_TEST(options)
{
	check_paths(cases[_i].program, cases[_i].words, "", cases[_i].paths);
}
END_TEST

START_TEST(variables)
{
	check_paths(environments[_i].program, environments[_i].words, environments[_i].environment,
		    environments[_i].paths);
}
END_TEST

/* Of a line that is longer than is read, what stands before its end counts. */
START_TEST(cut_words)
{
	static const char line[] = "node\0-r\0/a.js\0/srv/x.js\0cut";
	struct runtime_words words;
	struct pm_buf met = {0};
	struct loads_of of = {
		.runtime = "node", .bytes = line, .len = sizeof(line) - 1, .words = &words};

	runtime_read(runtime_find("node"), line, sizeof(line) - 1, &words);
	ck_assert_int_eq(loads_read(&of, meet, &met), 0);
	ck_assert_str_eq(pm_buf_text(&met), "/a.js");
	pm_buf_release(&met);
}
END_TEST

Suite *suite_collect_loads(void);
Suite *suite_collect_loads(void)
{
	Suite *suite = suite_create("collect_loads");
	TCase *tests = tcase_create("loads");

	tcase_add_loop_test(tests, options, 0, PM_COUNT(cases));
	tcase_add_loop_test(tests, variables, 0, PM_COUNT(environments));
	tcase_add_test(tests, cut_words);
	suite_add_tcase(suite, tests);
	return suite;
}

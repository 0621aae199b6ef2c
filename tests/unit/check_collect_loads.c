/* What options of interpreters load beside their programs. */
#include "collect/loads.h"

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
	{"ruby", "ruby -I/a:/b -r/c.rb -rjson -W0 /srv/x.rb", "/a /b /c.rb"},
	{"php", "php -d auto_prepend_file=/a.php -dmemory_limit=1G /srv/x.php", "/a.php"},
	{"php", "php -c /etc/own -S 0.0.0.0:80", "/etc/own"},
	{"python3", "python3 -m http.server", "http/server.py http/server"},
	{"python3", "python3 -X dev /srv/x.py -m y", ""},
	{"bash", "bash --rcfile /a /srv/x.sh", "/a"},
	{"dotnet", "dotnet exec --depsfile /a.json --additionalprobingpath=/b /srv/x.dll",
	 "/a.json /b"},
};

static int meet(void *data, const char *path, size_t len)
{
	struct pm_buf *met = data;

	pm_buf_printf(met, "%s%.*s", met->len ? " " : "", (int)len, path);
	return 0;
}

START_TEST(options)
{
	char bytes[256];
	size_t len = strlen(cases[_i].words) + 1;
	struct runtime_words words;
	struct pm_buf met = {0};

	memcpy(bytes, cases[_i].words, len);
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == ' ')
			bytes[i] = '\0';
	runtime_read(runtime_find(cases[_i].program), bytes, len, &words);
	ck_assert_int_eq(loads_read(cases[_i].program, bytes, len, &words, meet, &met), 0);
	ck_assert_str_eq(pm_buf_text(&met), cases[_i].paths);
	/* Cut anywhere, it is read no farther than it goes. */
	for (size_t cut = 0; cut < len; cut++) {
		char *part = malloc(cut + 1);

		memcpy(part, bytes, cut);
		runtime_read(runtime_find(cases[_i].program), part, cut, &words);
		loads_read(cases[_i].program, part, cut, &words, meet, &met);
		free(part);
	}
	pm_buf_release(&met);
}
END_TEST

Suite *suite_collect_loads(void);
Suite *suite_collect_loads(void)
{
	Suite *suite = suite_create("collect_loads");
	TCase *tests = tcase_create("loads");

	tcase_add_loop_test(tests, options, 0, PM_COUNT(cases));
	suite_add_tcase(suite, tests);
	return suite;
}

/* Reading policies: what every form means, and where every fault is told to be. */
#include "policy/day.h"
#include "policy/values.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"

static struct pm_policy policy;
static struct pm_error err;

static int parse(const char *bytes, size_t len)
{
	pm_policy_release(&policy);
	err.text[0] = '\0';
	return pm_policy_parse("p.yaml", bytes, len, pm_registry_builtin(), &policy, &err);
}

static int parse_text(const char *text)
{
	return parse(text, strlen(text));
}

static void tear_down(void)
{
	pm_policy_release(&policy);
}

/* Every key there is, in every way to write it. */
static const char example[] = "# what may listen\n"
			      "portmote: 1\n"
			      "default: deny               # or judge\n"
			      "fail-on: [impostor, mismatch, unknown, high, port-shared]\n"
			      "containers: judge\n"
			      "listeners:\n"
			      "  - port: 22/tcp\n"
			      "    owner: {exe: /usr/sbin/sshd, user: root}\n"
			      "    exposure: any\n"
			      "    netns: host\n"
			      "    required: true\n"
			      "    why: remote administration\n"
			      "    expires: 2027-01-31\n"
			      "  - port: [8000-8010/tcp, domain/udp, ephemeral/udp]\n"
			      "    owner:\n"
			      "      - program: \"na*\"\n"
			      "        unit: 'named@?.service'\n"
			      "        container: docker/*\n"
			      "      - kernel: vxlan\n"
			      "    exposure: loopback\n"
			      "    netns: web\n"
			      "    required: false\n"
			      "  - {port: 4789/udp, netns: any, exposure: none}\n";

START_TEST(reads_all)
{
	ck_assert_msg(parse_text(example) == 0, "%s", err.text);
	ck_assert_str_eq(policy.path, "p.yaml");
	ck_assert_int_eq(policy.by_default, PM_DEFAULT_DENY);
	ck_assert_int_eq(policy.containers, PM_CONTAINERS_JUDGE);
	ck_assert_uint_eq(policy.fail_on.verdicts, 1u << PM_VERDICT_IMPOSTOR |
							   1u << PM_VERDICT_MISMATCH |
							   1u << PM_VERDICT_UNKNOWN);
	ck_assert_uint_eq(policy.fail_on.flags, 1u << PM_FLAG_PORT_SHARED);
	ck_assert_uint_eq(policy.fail_on.severities, 1u << PM_SEVERITY_HIGH);
	ck_assert_uint_eq(policy.rule_count, 3);

	const struct pm_policy_rule *rule = &policy.rules[0];
	ck_assert_uint_eq(rule->line, 7);
	ck_assert_uint_eq(rule->column, 5);
	ck_assert_uint_eq(rule->port_count, 1);
	ck_assert_uint_eq(rule->ports[0].first, 22);
	ck_assert_uint_eq(rule->ports[0].last, 22);
	ck_assert_int_eq(rule->ports[0].protocol, PM_PROTOCOL_TCP);
	ck_assert_uint_eq(rule->owner_count, 1);
	ck_assert_str_eq(rule->owners[0].exe, "/usr/sbin/sshd");
	ck_assert_str_eq(rule->owners[0].user, "root");
	ck_assert_ptr_null(rule->owners[0].program);
	ck_assert_int_eq(rule->exposure, PM_EXPOSURE_ANY);
	ck_assert_ptr_null(rule->netns); /* "host" is what is meant where it is absent */
	ck_assert(rule->required && !rule->is_denied);
	ck_assert_str_eq(rule->why, "remote administration");
	ck_assert_str_eq(rule->expires, "2027-01-31");
	ck_assert_int_eq(rule->expired, 1801440000);

	rule = &policy.rules[1];
	ck_assert_uint_eq(rule->line, 14);
	ck_assert_uint_eq(rule->port_count, 3);
	ck_assert_uint_eq(rule->ports[0].first, 8000);
	ck_assert_uint_eq(rule->ports[0].last, 8010);
	ck_assert_uint_eq(rule->ports[1].first, 53);
	ck_assert_int_eq(rule->ports[1].protocol, PM_PROTOCOL_UDP);
	ck_assert(rule->ports[2].is_ephemeral && !rule->ports[1].is_ephemeral);
	ck_assert_uint_eq(rule->owner_count, 2);
	ck_assert_str_eq(rule->owners[0].program, "na*");
	ck_assert_str_eq(rule->owners[0].unit, "named@?.service");
	ck_assert_str_eq(rule->owners[0].container, "docker/*");
	ck_assert_str_eq(rule->owners[1].kernel, "vxlan");
	ck_assert_int_eq(rule->exposure, PM_EXPOSURE_LOOPBACK);
	ck_assert_str_eq(rule->netns, "web");
	ck_assert(!rule->required && !rule->expires && !rule->why);

	rule = &policy.rules[2];
	ck_assert(rule->is_denied && !rule->owner_count);
	ck_assert_str_eq(rule->netns, "any");
}
END_TEST

START_TEST(defaults)
{
	ck_assert_int_eq(parse_text("portmote: 1"), 0);
	ck_assert_int_eq(policy.by_default, PM_DEFAULT_DENY);
	ck_assert_int_eq(policy.containers, PM_CONTAINERS_JUDGE);
	ck_assert_mem_eq(&policy.fail_on, &pm_fail_on_default, sizeof(policy.fail_on));
	ck_assert_uint_eq(policy.rule_count, 0);
	ck_assert_int_eq(parse_text("portmote: 1\nfail-on: []\ncontainers: ignore\n"
				    "default: judge\nlisteners: [{port: 1/tcp}]\n"),
			 0);
	ck_assert_uint_eq(
		policy.fail_on.verdicts | policy.fail_on.flags | policy.fail_on.severities, 0);
	ck_assert_int_eq(policy.containers, PM_CONTAINERS_IGNORE);
	ck_assert_int_eq(policy.by_default, PM_DEFAULT_JUDGE);
	ck_assert_int_eq(policy.rules[0].exposure, PM_EXPOSURE_ANY);
}
END_TEST

/* ---- a slip in a key --------------------------------------------------------------- */

static bool is_key_letter(char c)
{
	return (c >= 'a' && c <= 'z') || c == '-';
}

/* The next key of the example from `at` on, and its length; NULL at the end. */
static const char *next_key(const char *at, size_t *ret_len)
{
	for (; *at; at++) {
		size_t len = 0;

		if (*at == '#')
			at += strcspn(at, "\n");
		if (at > example && is_key_letter(at[-1]))
			continue;
		while (is_key_letter(at[len]))
			len++;
		if (len > 1 && at[len] == ':' && (at[len + 1] == ' ' || at[len + 1] == '\n')) {
			*ret_len = len;
			return at;
		}
	}
	return NULL;
}

/* With `len` bytes at `at` as `put`, the fault stands at the place of the key. */
static void expect_slip(const char *key, const char *at, size_t len, const char *put)
{
	struct pm_buf text = {0};
	char place[64];
	size_t line = 1, column = 1;

	for (const char *c = example; c < key; c++) {
		column = *c == '\n' ? 1 : column + 1;
		line += *c == '\n';
	}
	pm_buf_add(&text, example, (size_t)(at - example));
	pm_buf_puts(&text, put);
	pm_buf_puts(&text, at + len);
	snprintf(place, sizeof(place), "p.yaml:%zu:%zu: there is no key '", line, column);
	int r = parse(pm_buf_text(&text), text.len);
	if (r != -EINVAL || strncmp(err.text, place, strlen(place)) != 0)
		ck_abort_msg("%d: '%s', not '%s':\n%s", r, err.text, place, pm_buf_text(&text));
	pm_buf_release(&text);
}

START_TEST(mistyped_key_is_refused)
{
	size_t len, keys = 0;

	for (const char *key = example; (key = next_key(key, &len)); key += len, keys++)
		for (size_t i = 0; i < len; i++) {
			char letter[] = "a";

			expect_slip(key, key + i, 1, "");
			for (char c = 'a'; c <= 'z'; c++) {
				letter[0] = c;
				if (c != key[i])
					expect_slip(key, key + i, 1, letter);
				expect_slip(key, key + i, 0, letter);
			}
		}
	ck_assert_uint_eq(keys, 26); /* 5 of the policy, 15 of its rules, 6 of owners */
}
END_TEST

START_TEST(suggests)
{
	parse_text("portmote: 1\nlisteners:\n- prt: 22/tcp\n");
	ck_assert_str_eq(err.text, "p.yaml:3:3: there is no key 'prt'; did you mean 'port'?");
	parse_text("portmote: 1\nxylophone: 1\n");
	ck_assert_str_eq(err.text, "p.yaml:2:1: there is no key 'xylophone'; the keys here are "
				   "portmote, default, fail-on, containers, listeners");
}
END_TEST

/* ---- faults ------------------------------------------------------------------------ */

#define HEAD "portmote: 1\nlisteners:\n"

/* The sentence begins with the place, and then has the words. */
static const struct fault {
	const char *text, *place, *words;
} faults[] = {
	{"", "1:1", "there is no policy in it"},
	{"# nothing\n", "1:1", "there is no policy in it"},
	{"22/tcp\n", "1:1", "a mapping is wanted here, not text"},
	{"- 1\n", "1:1", "a mapping is wanted here, not a list"},
	{"~\n", "1:1", "a mapping is wanted here, not nothing"},
	{"default: deny\n", "1:1", "the key 'portmote' is missing"},
	{"portmote: 2\n", "1:11", "no '2' is known"},
	{"portmote: \"1\"\n", "1:11", "no '1' is known"},
	{"portmote: 01\n", "1:11", "no '01' is known"},
	{"portmote:\n", "1:10", "the number 1 is wanted here, not nothing"},
	{"portmote: [1]\n", "1:11", "the number 1 is wanted here, not a list"},
	{"portmote: 1\nportmote: 1\n", "2:1", "is there twice, first on line 1"},
	{"portmote: 1\ndefault: judge\ndefault: deny\n", "3:1", "is there twice, first on line 2"},
	{"portmote: 1\ndefault: allow\n", "2:10", "'allow' is none of deny, judge"},
	{"portmote: 1\ndefault: {deny: 1}\n", "2:10", "a word is wanted here, not a mapping"},
	{"portmote: 1\ncontainers: Judge\n", "2:13", "'Judge' is none of judge, deny, ignore"},
	{"portmote: 1\nfail-on: mismatch\n", "2:10", "a list is wanted here, not text"},
	{"portmote: 1\nfail-on: [impostor, mismach]\n", "2:21", "'mismach' is none of"},
	{"portmote: 1\nfail-on: [[high]]\n", "2:11", "a word is wanted here, not a list"},
	{"portmote: 1\nlisteners:\n", "2:11", "a list is wanted here, not nothing"},
	{"portmote: 1\nlisteners: {}\n", "2:12", "a list is wanted here, not a mapping"},
	{"portmote: 1\n[a]: 1\n", "2:1", "a key is a word, not a list"},
	{"portmote: 1\n? {a: 1}\n: 1\n", "2:3", "a key is a word, not a mapping"},
	{"portmote: 1\n<<: {}\n", "2:1", "there is no key '<<'"},
	{"portmote: 1\n\"\": 1\n", "2:1", "there is no key ''"},
	{HEAD "- 22/tcp\n", "3:3", "a mapping is wanted here, not text"},
	{HEAD "-\n", "3:2", "a mapping is wanted here, not nothing"},
	{HEAD "- why: x\n", "3:3", "this rule has no key 'port'"},
	{HEAD "- {}\n", "3:3", "this rule has no key 'port'"},
	{HEAD "- port: 22/tcp\n  port: 23/tcp\n", "4:3", "is there twice, first on line 3"},
	{HEAD "- {port: 22}\n", "3:10", "'22' does not say /tcp or /udp"},
	{HEAD "- {port: ssh}\n", "3:10", "'ssh' does not say /tcp or /udp"},
	{HEAD "- {port: 22/TCP}\n", "3:10", "not 'TCP'"},
	{HEAD "- {port: 22/tcp6}\n", "3:10", "not 'tcp6'"},
	{HEAD "- {port: 22/mptcp}\n", "3:10", "tcp (which covers mptcp)"},
	{HEAD "- {port: 22/tcp/udp}\n", "3:10", "not 'tcp/udp'"},
	{HEAD "- {port: 22/}\n", "3:10", "not ''"},
	{HEAD "- {port: /tcp}\n", "3:10", "'' is no port or range"},
	{HEAD "- {port: 0/tcp}\n", "3:10", "'0' is no port or range"},
	{HEAD "- {port: 0-10/tcp}\n", "3:10", "'0-10' is no port or range"},
	{HEAD "- {port: 65536/tcp}\n", "3:10", "'65536' is no port or range"},
	{HEAD "- {port: 4294967318/tcp}\n", "3:10", "'4294967318' is no port or range"},
	{HEAD "- {port: -1/tcp}\n", "3:10", "'-1' is no port or range"},
	{HEAD "- {port: +22/tcp}\n", "3:10", "'+22' is no port or range"},
	{HEAD "- {port: 022/tcp}\n", "3:10", "'022' is no port or range"},
	{HEAD "- {port: 10-9/tcp}\n", "3:10", "'10-9' is no port or range"},
	{HEAD "- {port: 1-2-3/tcp}\n", "3:10", "'1-2-3' is no port or range"},
	{HEAD "- {port: 1 -2/tcp}\n", "3:10", "'1 -2' is no port or range"},
	{HEAD "- {port: '22 /tcp'}\n", "3:10", "'22 ' is no port or range"},
	{HEAD "- {port: 0x16/tcp}\n", "3:10", "no port of a service '0x16' for tcp"},
	{HEAD "- {port: shh/tcp}\n", "3:10", "no port of a service 'shh' for tcp"},
	{HEAD "- {port: Ephemeral/udp}\n", "3:10", "no port of a service 'Ephemeral' for udp"},
	{HEAD "- {port: []}\n", "3:10", "this list is empty"},
	{HEAD "- {port: [22/tcp, 0/tcp]}\n", "3:19", "'0' is no port or range"},
	{HEAD "- {port: [[22/tcp]]}\n", "3:11", "a port such as 22/tcp is wanted here, not a list"},
	{HEAD "- {port: {22: tcp}}\n", "3:10", "or a list of them, is wanted here, not a mapping"},
	{HEAD "- {port: }\n", "3:10", "is wanted here, not nothing"},
	{HEAD "- {port: 1/tcp, owner: sshd}\n", "3:24", "or a list of them, is wanted here, not"},
	{HEAD "- {port: 1/tcp, owner: {}}\n", "3:24", "this mapping is empty"},
	{HEAD "- {port: 1/tcp, owner: []}\n", "3:24", "this list is empty"},
	{HEAD "- {port: 1/tcp, owner: [{exe: /x}, sshd]}\n", "3:36", "a mapping is wanted here"},
	{HEAD "- {port: 1/tcp, owner: {exe: ''}}\n", "3:30", "this text is empty"},
	{HEAD "- {port: 1/tcp, owner: {exe: ~}}\n", "3:30", "text is wanted here, not nothing"},
	{HEAD "- {port: 1/tcp, owner: {exe: null}}\n", "3:30", "text is wanted here, not nothing"},
	{HEAD "- {port: 1/tcp, owner: {exe: [/a, /b]}}\n", "3:30",
	 "text is wanted here, not a list"},
	{HEAD "- {port: 1/tcp, owner: {kernel: nfs, user: root}}\n", "3:24",
	 "'kernel' stands alone"},
	{HEAD "- {port: 1/tcp, exposure: world}\n", "3:27",
	 "'world' is none of loopback, link-local, private, public, any, none"},
	{HEAD "- {port: 1/tcp, netns: [a]}\n", "3:24", "text is wanted here, not a list"},
	{HEAD "- {port: 1/tcp, required: yes}\n", "3:27", "'yes' is none of false, true"},
	{HEAD "- {port: 1/tcp, required: True}\n", "3:27", "'True' is none of false, true"},
	{HEAD "- {port: 1/tcp, required: 1}\n", "3:27", "'1' is none of false, true"},
	{HEAD "- {port: 1/tcp, required: 'true'}\n", "3:27", "wanted here, not text"},
	{HEAD "- {port: 1/tcp, why: {a: b}}\n", "3:22", "text is wanted here, not a mapping"},
	{HEAD "- {port: 1/tcp, expires: never}\n", "3:26", "'never' is no day"},
	{HEAD "- {port: 1/tcp, required: true, exposure: none}\n", "3:3",
	 "'required' makes no sense"},
	{HEAD "- {port: 1/tcp, expires: 2027-01-31, exposure: none}\n", "3:3",
	 "'expires' makes no sense"},
	/* What would make one text stand for another. */
	{"portmote: &a 1\n", "1:11", "an anchor (&) has no place"},
	{"portmote: 1\nlisteners: &l []\n", "2:12", "an anchor (&) has no place"},
	{"&a portmote: 1\n", "1:1", "an anchor (&) has no place"},
	{"portmote: 1\nlisteners: *l\n", "2:12", "an alias (*) has no place"},
	{"portmote: !!int 1\n", "1:11", "a tag (!) has no place"},
	{"portmote: ! 1\n", "1:11", "a tag (!) has no place"},
	{"portmote: 1\nlisteners: !!seq []\n", "2:12", "a tag (!) has no place"},
	{"!!map {portmote: 1}\n", "1:1", "a tag (!) has no place"},
	{"%TAG ! tag:x,2000:\n---\nportmote: !x 1\n", "3:11", "a tag (!) has no place"},
	{"portmote: 1\n---\ndefault: judge\n", "2:1", "a second document begins here"},
	{"portmote: 1\n...\ndefault: judge\n", "3:1", "did not find expected <document start>"},
	{"portmote: 1\n...\n---\ndefault: judge\n", "3:1", "a second document begins here"},
	{"---\nportmote: 1\n---\n", "3:1", "a second document begins here"},
	{"portmote: 1\nlisteners: [[[[[[[1]]]]]]]\n", "2:13", "a mapping is wanted here"},
	{"portmote: 1\nlisteners: [[[[[[[[1]]]]]]]]\n", "2:19", "nested deeper than 8"},
	{"[[[[[[[[[1]]]]]]]]]\n", "1:9", "nested deeper than 8"},
	{"{a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}\n", "1:33", "nested deeper than 8"},
	/* What libyaml finds. */
	{"portmote: 1\n\tdefault: deny\n", "2:1", "that begins on line"},
	{"portmote: 1\nlisteners: [\n", "3:1", "did not find expected node content"},
	{"portmote: 1\nlisteners: [{port: 1/tcp]\n", "2:25", "that begins on line 2"},
	{"portmote: 1\n default: deny\n", "2:9", "mapping values are not allowed"},
	{"portmote: 1\ndefault: \"deny\n", "3:1", "that begins on line 2"},
	{"portmote: 1\ndefault: @deny\n", "2:10", "cannot start any token"},
	{"%YAML 9.9\n---\nportmote: 1\n", "1:1", "incompatible YAML document"},
};

START_TEST(fault_has_its_place)
{
	const struct fault *fault = &faults[_i];
	char start[32];

	snprintf(start, sizeof(start), "p.yaml:%s: ", fault->place);
	ck_assert_int_eq(parse_text(fault->text), -EINVAL);
	ck_assert_msg(!strncmp(err.text, start, strlen(start)) && strstr(err.text, fault->words),
		      "'%s', not '%s ... %s'", err.text, start, fault->words);
}
END_TEST

static const struct fault_bytes {
	const char *bytes;
	size_t len;
	const char *sentence;
} characters[] = {
#define BYTES(text) text, sizeof(text) - 1
	{BYTES("portmote: 1\n\0"), "p.yaml:2:1: the character U+0000 has no place in a policy"},
	{BYTES("portmote: \"1\\0\"\n"), "p.yaml:1:11: a NUL byte stands in this text"},
	{BYTES("\0"), "p.yaml:1:1: the character U+0000 has no place in a policy"},
	{BYTES("# \x1b[31m\n"), "p.yaml:1:3: the character U+001B has no place in a policy"},
	{BYTES("# \x7f\n"), "p.yaml:1:3: the character U+007F has no place in a policy"},
	{BYTES("# \xc2\x85\n"), "p.yaml:1:3: the character U+0085 has no place in a policy"},
	{BYTES("# \xe2\x80\xae\n"), "p.yaml:1:3: the character U+202E has no place in a policy"},
	{BYTES("# \xe2\x80\xa8\n"), "p.yaml:1:3: the character U+2028 has no place in a policy"},
	{BYTES("portmote: 1\n\xef\xbb\xbf"),
	 "p.yaml:2:1: the character U+FEFF has no place in a policy"},
	{BYTES("# \xc3\xa4\xc3\xa4\xff\n"), "p.yaml:1:5: the byte 0xff is not UTF-8 here"},
	{BYTES("\r\n\r\r\n\n# \xc3"), "p.yaml:5:3: the byte 0xc3 is not UTF-8 here"},
	{BYTES("\xc0\x80"), "p.yaml:1:1: the byte 0xc0 is not UTF-8 here"}, /* overlong */
	{BYTES("\xe0\x80\x80"), "p.yaml:1:1: the byte 0xe0 is not UTF-8 here"},
	{BYTES("\xed\xa0\x80"), "p.yaml:1:1: the byte 0xed is not UTF-8 here"}, /* surrogate */
	{BYTES("\xf4\x90\x80\x80"), "p.yaml:1:1: the byte 0xf4 is not UTF-8 here"},
	{BYTES("\xf8\x88\x80\x80\x80"), "p.yaml:1:1: the byte 0xf8 is not UTF-8 here"},
	{BYTES("\xe2\x80"), "p.yaml:1:1: the byte 0xe2 is not UTF-8 here"},
	{BYTES("\x80"), "p.yaml:1:1: the byte 0x80 is not UTF-8 here"},
	{BYTES("\xff\xfep\0o\0"), "p.yaml:1:1: the byte 0xff is not UTF-8 here"}, /* UTF-16 */
};

START_TEST(bytes)
{
	ck_assert_int_eq(parse(characters[_i].bytes, characters[_i].len), -EINVAL);
	ck_assert_str_eq(err.text, characters[_i].sentence);
}
END_TEST

/* ---- what is read all the same ----------------------------------------------------- */

START_TEST(line_ends)
{
	static const char *const texts[] = {
		"\xef\xbb\xbfportmote: 1\r\nlisteners:\r\n- port: 22/tcp\r\n  why: x\r\n",
		"portmote: 1\rlisteners:\r- port: 22/tcp\r  why: x\r",
		"portmote: 1\nlisteners:\n- port: 22/tcp\n  why: x",
		"%YAML 1.1\n---\n{portmote: 1, listeners: [{port: 22/tcp, why: x}]}\n...\n# end\n",
		"\"portmote\": 1\n'listeners':\n- port: >-\n    22/tcp\n  why: |-\n    x\n",
	};

	ck_assert_msg(parse_text(texts[_i]) == 0, "%s", err.text);
	ck_assert_uint_eq(policy.rule_count, 1);
	ck_assert_uint_eq(policy.rules[0].ports[0].first, 22);
	ck_assert_str_eq(policy.rules[0].why, "x");
}
END_TEST

/* After a byte order mark and CRLF, places are those that an editor shows. */
START_TEST(line_ends_of_faults)
{
	parse_text("\xef\xbb\xbfportmoot: 1\r\n");
	ck_assert_str_eq(err.text,
			 "p.yaml:1:1: there is no key 'portmoot'; did you mean 'portmote'?");
	parse_text("\xef\xbb\xbfportmote: 1\r\n# \xc3\xa4\r\nlisteners: [{\xc3\xa4: 1}]\r\n");
	ck_assert_str_eq(err.text, "p.yaml:3:14: there is no key '\\xc3\\xa4'; the keys here are "
				   "port, owner, exposure, netns, required, why, expires");
}
END_TEST

/* Text has the alphabet of a snapshot, and can be copied from a report. */
START_TEST(alphabet)
{
	static const struct {
		const char *yaml, *text;
	} cases[] = {
		{"/usr/bin/foo", "/usr/bin/foo"},
		{"/opt/\xc3\xa4", "/opt/\\xc3\\xa4"},
		{"'/opt/\\xc3\\xa4'", "/opt/\\xc3\\xa4"},
		{"/opt/\\xff", "/opt/\\xff"},
		{"/opt/\\x5cx41", "/opt/\\x5cx41"},
		{"/opt/\\x41", "/opt/\\x5cx41"}, /* no report writes that: a backslash */
		{"/opt/\\xFF", "/opt/\\x5cxFF"},
		{"/opt/\\", "/opt/\\x5c"},
		{"/opt/\\x", "/opt/\\x5cx"},
		{"\"a\\nb\\tc\"", "a\\x0ab\\x09c"},
		{"\"a\\e[31mb\"", "a\\x1b[31mb"},
		{"8080", "8080"},
		{"true", "true"},
		{"'~'", "~"},
	};
	char text[256];

	snprintf(text, sizeof(text), HEAD "- port: 1/tcp\n  owner: {exe: %s}\n  why: %s\n",
		 cases[_i].yaml, cases[_i].yaml);
	ck_assert_msg(parse_text(text) == 0, "%s", err.text);
	ck_assert_str_eq(policy.rules[0].owners[0].exe, cases[_i].text);
	ck_assert_str_eq(policy.rules[0].why, cases[_i].text);
}
END_TEST

START_TEST(services)
{
	ck_assert_int_eq(parse_text(HEAD "- port: [SSH/tcp, x11/tcp, 3com-tsmux/udp]\n"), 0);
	const struct pm_policy_rule *rule = &policy.rules[0];
	ck_assert_uint_ge(rule->port_count, 3);
	ck_assert_uint_eq(rule->ports[0].first, 22);
	bool has_x11 = false;
	for (size_t i = 0; i < rule->port_count; i++)
		has_x11 |= rule->ports[i].first == 6000 && rule->ports[i].last == 6063;
	ck_assert(has_x11);
	ck_assert_uint_eq(rule->ports[rule->port_count - 1].first, 106);
	ck_assert_int_eq(rule->ports[rule->port_count - 1].protocol, PM_PROTOCOL_UDP);
}
END_TEST

/* Every day of two hundred years, to and fro, against timegm(3). */
START_TEST(days)
{
	char text[128], day[POLICY_DAY_SIZE];
	struct tm tm;

	for (time_t time = 0; time < (time_t)(200 * 365.25 * 86400); time += 86400) {
		EXPECT(gmtime_r(&time, &tm));
		EXPECT(strftime(day, sizeof(day), "%Y-%m-%d", &tm) == 10);
		snprintf(text, sizeof(text), HEAD "- {port: 1/tcp, expires: %s}\n", day);
		EXPECT(parse_text(text) == 0);
		EXPECT(policy.rules[0].expired == time + 86400);
		EXPECT(!strcmp(policy_day(time + 86399, text), day));
	}
	ck_assert_str_eq(policy_day(-1, day), "1970-01-01");
	ck_assert_str_eq(policy_day(INT64_MAX, day), "9999-12-31");
}
END_TEST

START_TEST(no_days)
{
	static const char *const words[] = {
		"2027-02-29",  "2100-02-29",	      "2027-13-01", "2027-00-01", "2027-01-00",
		"2027-01-32",  "2027-04-31",	      "2027-1-31",  "2027-01-1",  "27-01-31",
		"2027/01/31",  "2027-01-31Z",	      "2027-01",    "20270131",	  "1969-12-31",
		"12027-01-31", "2027-01-31 00:00:00", "2027-01-+1", "2027-01--1",
	};
	char text[128];

	snprintf(text, sizeof(text), HEAD "- {port: 1/tcp, expires: %s}\n", words[_i]);
	ck_assert_int_eq(parse_text(text), -EINVAL);
	ck_assert(strstr(err.text, "p.yaml:3:26: 'expires': '"));
	ck_assert_int_eq(parse_text(HEAD "- {port: 1/tcp, expires: 2028-02-29}\n"), 0);
	ck_assert_int_eq(parse_text(HEAD "- {port: 1/tcp, expires: 9999-12-31}\n"), 0);
	ck_assert_int_eq(policy.rules[0].expired, 253402300800);
}
END_TEST

/* ---- hostile ----------------------------------------------------------------------- */

static void repeat(struct pm_buf *buf, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		pm_buf_puts(buf, text);
}

static void expect_refused(struct pm_buf *buf, const char *words)
{
	ck_assert(!buf->failed);
	ck_assert_int_eq(parse(buf->data, buf->len), -EINVAL);
	ck_assert_msg(strstr(err.text, words), "'%s', not '%s'", err.text, words);
	pm_buf_clear(buf);
}

START_TEST(hostile)
{
	struct pm_buf buf = {0};

	pm_buf_puts(&buf, "a: &a [x, x]\n");
	for (char c = 'b'; c < 'z'; c++)
		pm_buf_printf(&buf, "%c: &%c [*%c, *%c]\n", c, c, c - 1, c - 1);
	expect_refused(&buf, "p.yaml:1:4: an anchor (&) has no place");
	repeat(&buf, "[", 1000000);
	expect_refused(&buf, "p.yaml:1:9: lists and mappings are nested deeper than 8");
	repeat(&buf, "{a: ", 250000);
	expect_refused(&buf, "p.yaml:1:33: lists and mappings are nested deeper than 8");
	repeat(&buf, "- ", 500000);
	expect_refused(&buf, "nested deeper than 8");
	repeat(&buf, "? ", 500000);
	expect_refused(&buf, "nested deeper than 8");
	repeat(&buf, "a", 1000000);
	expect_refused(&buf, "a mapping is wanted here, not text");
	repeat(&buf, "[a,a", 1);
	repeat(&buf, ",a", 500000);
	expect_refused(&buf, "more than 200000 texts, lists and mappings");
	repeat(&buf, "- a\n", 260000);
	expect_refused(&buf, "p.yaml:200001:3: more than 200000 texts, lists and mappings");
	repeat(&buf, "!", 1000000);
	expect_refused(&buf, "p.yaml:1:");
	repeat(&buf, "portmote: 1\n", 80000);
	expect_refused(&buf, "p.yaml:2:1: the key 'portmote' is there twice");
	repeat(&buf, "a", 1000000);
	pm_buf_puts(&buf, ": 1\n");
	expect_refused(&buf, "p.yaml:1:");
	repeat(&buf, " ", PM_POLICY_MAX + 1);
	expect_refused(&buf, "p.yaml:1:1: more than 1048576 bytes");
	pm_buf_puts(&buf, HEAD "- port: 1/tcp\n  why: ");
	repeat(&buf, "a", 4096);
	ck_assert_int_eq(parse(buf.data, buf.len), 0);
	ck_assert_uint_eq(strlen(policy.rules[0].why), 4096);
	pm_buf_puts(&buf, "a");
	expect_refused(&buf, "p.yaml:4:8: 'why': this text has more than 4096 bytes");
	pm_buf_release(&buf);
}
END_TEST

/* As much as there can be of what is allowed. */
START_TEST(largest_policy_is_read)
{
	static const char rule[] = "- {port: [22/tcp, 1-65535/udp, ephemeral/udp]}\n";
	struct pm_buf buf = {0};

	pm_buf_puts(&buf, HEAD);
	while (buf.len + sizeof(rule) < PM_POLICY_MAX)
		pm_buf_puts(&buf, rule);
	ck_assert_msg(parse(buf.data, buf.len) == 0, "%s", err.text);
	ck_assert_uint_gt(policy.rule_count, 22000);
	ck_assert_uint_eq(policy.rules[policy.rule_count - 1].line, policy.rule_count + 2);
	pm_buf_clear(&buf);
	pm_buf_puts(&buf, HEAD);
	repeat(&buf, "- port: ssh/tcp\n", 1000);
	ck_assert_int_eq(parse(buf.data, buf.len), 0);
	repeat(&buf, "- port: ssh/tcp\n", 60000);
	expect_refused(&buf, "p.yaml:1003:9: 'port': more than 1000 ports go by the name");
	pm_buf_release(&buf);
}
END_TEST

/* Of every beginning of the example: never a crash, always a sentence or a policy. */
START_TEST(cut)
{
	for (size_t len = 0; len < sizeof(example); len++) {
		int r = parse(example, len);

		EXPECT(r == 0 || r == -EINVAL);
		EXPECT((r == 0) == !err.text[0]);
		EXPECT(r == 0 || !strncmp(err.text, "p.yaml:", 7));
	}
}
END_TEST

/* The example of portmote-policy(5) is a policy, and the page has every key. */
START_TEST(manual)
{
	struct pm_buf text = {0};
	int fd = open(PM_MAN_PAGES "/portmote-policy.5", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pm_read_all(fd, "page", PM_POLICY_MAX, &text, &err), 0);
	close(fd);
	const char *page = pm_buf_text(&text),
		   *from = strstr(page, ".Bd -literal -offset indent\n");
	const char *end = strstr(page, "\n.Ed");
	ck_assert(from && end && from < end);
	from = strchr(from, '\n') + 1;
	ck_assert_msg(parse(from, (size_t)(end - from)) == 0, "%s", err.text);
	ck_assert_uint_gt(policy.rule_count, 5);

	size_t len, keys = 0;
	for (const char *key = example; (key = next_key(key, &len)); key += len, keys++) {
		char item[64];

		snprintf(item, sizeof(item), "\n.It %.*s\n", (int)len, key);
		ck_assert_msg(strstr(page, item), "no '%s'", item + 1);
	}
	ck_assert_uint_gt(keys, 0);
	pm_buf_release(&text);
}
END_TEST

Suite *suite_policy_parse(void);

Suite *suite_policy_parse(void)
{
	Suite *suite = suite_create("judge/policy_parse");
	TCase *tcase = tcase_create("policy_parse");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, NULL, tear_down);
	tcase_add_test(tcase, reads_all);
	tcase_add_test(tcase, defaults);
	tcase_add_test(tcase, mistyped_key_is_refused);
	tcase_add_test(tcase, suggests);
	tcase_add_loop_test(tcase, fault_has_its_place, 0, PM_COUNT(faults));
	tcase_add_loop_test(tcase, bytes, 0, PM_COUNT(characters));
	tcase_add_loop_test(tcase, line_ends, 0, 5);
	tcase_add_test(tcase, line_ends_of_faults);
	tcase_add_loop_test(tcase, alphabet, 0, 14);
	tcase_add_test(tcase, services);
	tcase_add_test(tcase, days);
	tcase_add_loop_test(tcase, no_days, 0, 19);
	tcase_add_test(tcase, hostile);
	tcase_add_test(tcase, largest_policy_is_read);
	tcase_add_test(tcase, cut);
	tcase_add_test(tcase, manual);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* Findings: which, in which words, and what their fingerprints rest on. */
#include <check.h>

#include "report/findings/findings.h"

/* The table has a row for each, with the names of the other rooms. */
START_TEST(table)
{
	for (size_t i = 0; i < FINDING_RULES; i++) {
		ck_assert_ptr_nonnull(finding_rules[i].id);
		ck_assert_ptr_nonnull(finding_rules[i].text);
		ck_assert_ptr_nonnull(finding_rules[i].help);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(finding_rules[i].id, finding_rules[k].id);
	}
	for (int i = 0; i < PM_VERDICTS; i++)
		ck_assert_str_eq(finding_rules[i].id, pm_verdict_name((enum pm_verdict_kind)i));
	for (int i = 0; i < PM_FLAGS; i++)
		ck_assert_str_eq(finding_rules[PM_VERDICTS + i].id, pm_flag_name((enum pm_flag)i));
}
END_TEST

/* ---- a host of three listeners ----------------------------------------------------- */

enum { FOO, BAR, WORKER, LISTENERS };

static struct pm_process processes[] = {
	{.pid = 11, .comm = "foo", .exe = {.path = "/usr/bin/foo"}},
	{.pid = 12, .comm = "bar", .exe = {.path = "/usr/bin/bar"}},
};
static size_t holders[] = {0, 1};
static struct pm_netns netns = {.inode = 4026531840, .label = "host"};
static struct pm_listener listeners[LISTENERS];
static struct pm_verdict verdicts[LISTENERS];
static struct pm_snapshot snapshot;
static struct pm_judgement judgement;
static struct pm_report report;

static void make_host(void)
{
	free((void *)report.labels);
	netns.label = "host";
	for (size_t i = 0; i < LISTENERS; i++) {
		listeners[i] = (struct pm_listener){.protocol = PM_PROTOCOL_TCP,
						    .port = 3643,
						    .inode = (uint32_t)(100 + i),
						    .cookie = 200 + i,
						    .owner = PM_OWNER_PROCESS,
						    .first_holder = i == BAR,
						    .holders = 1};
		verdicts[i] = (struct pm_verdict){.kind = PM_VERDICT_MISMATCH,
						  .owner = &processes[i == BAR],
						  .program = i == BAR ? "bar" : "foo"};
	}
	snapshot = (struct pm_snapshot){.host = "example",
					.netns = &netns,
					.netns_count = 1,
					.listeners = listeners,
					.listener_count = LISTENERS,
					.processes = processes,
					.process_count = PM_COUNT(processes),
					.holders = holders,
					.holder_count = PM_COUNT(holders)};
	judgement = (struct pm_judgement){.verdicts = verdicts, .count = LISTENERS};
	report = (struct pm_report){.snapshot = &snapshot,
				    .registry = pm_registry_builtin(),
				    .knowledge = pm_knowledge_builtin(),
				    .labels = pm_label_all(&snapshot, pm_registry_builtin()),
				    .judgement = &judgement,
				    .fail_on = &pm_fail_on_default};
	ck_assert_ptr_nonnull(report.labels);
}

static void find(unsigned only, struct findings *ret)
{
	make_host();
	ck_assert_int_eq(findings_find(&report, only, ret), 0);
}

/* The print of the first finding, as the host is now. */
static char *fingerprint(void)
{
	struct findings findings;
	char *copy;

	ck_assert_int_eq(findings_find(&report, 0, &findings), 0);
	ck_assert_uint_gt(findings.count, 0);
	copy = strdup(findings.items[0].fingerprint);
	findings_release(&findings);
	return copy;
}

/* Workers of one program are one; another program at the same place is another. */
START_TEST(folded)
{
	struct findings findings;
	const struct finding *of;

	find(0, &findings);
	ck_assert_uint_eq(findings.count, LISTENERS);
	ck_assert_str_eq(findings.items[FOO].fingerprint, findings.items[WORKER].fingerprint);
	ck_assert_str_ne(findings.items[FOO].fingerprint, findings.items[BAR].fingerprint);
	ck_assert_uint_eq(findings.items[WORKER].first, FOO);
	ck_assert_uint_eq(findings.items[FOO].count, 2);
	ck_assert_uint_eq(findings.items[BAR].count, 1);
	ck_assert_str_eq(findings.items[FOO].key, "host tcp 0.0.0.0:3643");
	ck_assert_uint_eq(findings_of(&findings, BAR, &of), 1);
	ck_assert_ptr_eq(of, &findings.items[BAR]);
	ck_assert_uint_eq(findings_of(&findings, PM_NO_LISTENER, &of), 0);
	findings_release(&findings);
	find(1u << PM_VERDICT_MATCH, &findings);
	ck_assert_uint_eq(findings.count, 0);
	findings_release(&findings);
}
END_TEST

/* Of one name and at one place, and yet not one: each owner is told, and told apart for good. */
START_TEST(owners)
{
	struct findings findings;
	char *before;

	make_host();
	before = fingerprint();
	verdicts[BAR].program = verdicts[FOO].program;
	ck_assert_int_eq(findings_find(&report, 0, &findings), 0);
	ck_assert_uint_eq(findings.items[FOO].count, 2);
	ck_assert_uint_eq(findings.items[BAR].count, 1);
	ck_assert_uint_eq(findings.items[BAR].first, BAR);
	ck_assert_str_eq(findings.items[FOO].fingerprint, findings.items[WORKER].fingerprint);
	ck_assert_str_ne(findings.items[FOO].fingerprint, findings.items[BAR].fingerprint);
	/* Whoever comes first by what it is has the fingerprint that both would have alone. */
	ck_assert_str_eq(findings.items[BAR].fingerprint, before);
	findings_release(&findings);
	free(before);
}
END_TEST

/* What a restart changes is not in it; what makes another finding is. */
START_TEST(stable)
{
	make_host();
	char *before = fingerprint(), *now;

	processes[0].pid = 99;
	processes[0].started = listeners[FOO].uid = 5;
	listeners[FOO].inode = 77;
	listeners[FOO].cgroup_id = 79;
	listeners[FOO].cookie = 78;
	netns.inode = 4026532000;
	snapshot.time = 1000;
	now = fingerprint();
	ck_assert_str_eq(before, now);
	free(now);
	processes[0].pid = 11;

#define DIFFERS(change)                                                                            \
	do {                                                                                       \
		change;                                                                            \
		now = fingerprint();                                                               \
		ck_assert_msg(strcmp(before, now), "%s", #change);                                 \
		free(now);                                                                         \
		make_host();                                                                       \
	} while (0)
	DIFFERS(listeners[FOO].port = 3644);
	DIFFERS(listeners[FOO].protocol = PM_PROTOCOL_UDP);
	DIFFERS(listeners[FOO].address[0] = 127);
	DIFFERS((listeners[FOO].ifindex = 1, listeners[FOO].device = "lo"));
	DIFFERS(netns.label = "blue");
	DIFFERS(verdicts[FOO].program = "other");
	DIFFERS(verdicts[FOO].kind = PM_VERDICT_IMPOSTOR);
	free(before);
}
END_TEST

/* ---- with a policy ----------------------------------------------------------------- */

static struct pm_policy_port port = {.first = 22, .last = 22};
static struct pm_policy_rule rule = {.line = 7, .ports = &port, .port_count = 1};
static struct pm_policy policy = {.path = "a.policy", .fail_on = {.flags = 1u << PM_FLAG_HIDDEN}};
static struct pm_violation all[] = {
	{.kind = PM_VIOLATION_OWNER,
	 .listener = FOO,
	 .rule = &rule,
	 .expected = "exe /usr/bin/x",
	 .found = "exe /usr/bin/foo"},
	{.kind = PM_VIOLATION_VERDICT, .listener = BAR, .flags = 1u << PM_FLAG_HIDDEN},
	{.kind = PM_VIOLATION_MISSING, .listener = PM_NO_LISTENER, .rule = &rule},
};
static struct pm_check check = {.violations = all, .violation_count = PM_COUNT(all)};

static void make_check(void)
{
	make_host();
	verdicts[BAR].flags = 1u << PM_FLAG_HIDDEN;
	report.policy = &policy;
	report.check = &check;
}

/* The verdict, where a rule does not answer for it, and each flag stand under their own rules. */
START_TEST(violation_by_violation)
{
	static const struct {
		bool by_verdict;
		unsigned flags;
		size_t count;
		const char *ids[3];
	} cases[] = {
		{true, 0, 1, {"mismatch"}},
		{false, 1u << PM_FLAG_USER_WRITABLE, 1, {"user-writable"}},
		{true,
		 1u << PM_FLAG_HIDDEN | 1u << PM_FLAG_USER_WRITABLE,
		 3,
		 {"mismatch", "user-writable", "hidden"}},
	};
	struct pm_violation violation = {.kind = PM_VIOLATION_VERDICT,
					 .listener = BAR,
					 .by_verdict = cases[_i].by_verdict,
					 .flags = cases[_i].flags};
	struct pm_check one = {.violations = &violation, .violation_count = 1};
	struct findings findings;

	make_check();
	policy.fail_on.verdicts = 1u << PM_VERDICT_MISMATCH;
	report.check = &one;
	ck_assert_int_eq(findings_find(&report, 0, &findings), 0);
	ck_assert_uint_eq(findings.count, cases[_i].count);
	for (size_t i = 0; i < findings.count; i++)
		ck_assert_str_eq(finding_rules[findings.items[i].rule].id, cases[_i].ids[i]);
	findings_release(&findings);
	policy.fail_on.verdicts = 0;
}
END_TEST

/* What breaks it, and that alone: two mismatches are none here. */
START_TEST(violations)
{
	struct findings findings;
	const struct finding *of;

	make_check();
	ck_assert_int_eq(findings_find(&report, 0, &findings), 0);
	ck_assert_uint_eq(findings.count, PM_COUNT(all));
	ck_assert_str_eq(finding_rules[findings.items[0].rule].id, "wrong-owner");
	ck_assert_str_eq(findings.items[0].message,
			 "wrong-owner: 3643 registered to AudioJuggler, owned by pid 11 "
			 "/usr/bin/foo; expected exe /usr/bin/x; found exe /usr/bin/foo "
			 "(a.policy:7)");
	ck_assert_str_eq(finding_rules[findings.items[1].rule].id, "hidden");
	ck_assert_str_eq(findings.items[2].message,
			 "missing: 22/tcp is required, and nobody listens (a.policy:7)");
	ck_assert_uint_eq(findings_of(&findings, PM_NO_LISTENER, &of), 1);
	ck_assert_str_eq(of->key, "host required 22/tcp");
	findings_release(&findings);
}
END_TEST

static char *print(const char *name)
{
	char *text = NULL;
	size_t size;
	struct pm_report_options options = {.out = open_memstream(&text, &size), .header = true};

	ck_assert_ptr_nonnull(options.out);
	ck_assert_int_eq(pm_format_find(name)->print(&report, &options), 0);
	fclose(options.out);
	return text;
}

/* Each format for tools tells a violation of each kind, and where nobody listens too. */
static const struct {
	const char *format;
	const char *tells[6];
} told[] = {
	{"sarif",
	 {"\"ruleId\": \"wrong-owner\"", "\"ruleId\": \"hidden\"", "\"ruleId\": \"missing\"",
	  "\"uri\": \"my%20host\"", "\"fullyQualifiedName\": \"host required 22/tcp\"",
	  "\"text\": \"missing: 22/tcp is required, and nobody listens (a.policy:7)\""}},
	{"junit",
	 {" tests=\"5\" failures=\"3\" errors=\"0\"",
	  "<failure type=\"wrong-owner\" message=", "<failure type=\"hidden\" message=",
	  "<testcase classname=\"portmote.policy\" name=\"host required 22/tcp\">",
	  "<failure type=\"missing\" message=\"missing: 22/tcp is required, and nobody listens "}},
	{"tap",
	 {"\n1..5\nok 1 - coverage", "\nnot ok 2 - host tcp 0.0.0.0:3643 foo, mismatch\n",
	  "\nnot ok 3 - host tcp 0.0.0.0:3643 bar, mismatch\n",
	  "\nok 4 - host tcp 0.0.0.0:3643 foo, mismatch\n", "\nnot ok 5 - host required 22/tcp\n",
	  "message: 'missing: 22/tcp is required"}},
	{"prometheus",
	 {"portmote_findings{rule=\"wrong-owner\",level=\"error\"} 1\n",
	  "portmote_findings{rule=\"hidden\",level=\"error\"} 1\n",
	  "portmote_findings{rule=\"missing\",level=\"error\"} 1\n",
	  "portmote_findings{rule=\"mismatch\",level=\"error\"} 0\n",
	  "portmote_listeners{verdict=\"mismatch\"} 3\n"}},
	{"html",
	 {"<span class=\"place\">host required 22/tcp</span>",
	  "<p>22/tcp is required, and nobody listens (a.policy:7)</p>",
	  "<span class=\"tag error\">wrong-owner</span>",
	  "<li><span class=\"tag error\">3 findings"}},
};

START_TEST(formats)
{
	make_check();
	snapshot.host = "my host";
	snapshot.coverage.sockets = snapshot.coverage.holders = "netlink";
	char *text = print(told[_i].format);
	for (size_t k = 0; k < PM_COUNT(told[_i].tells) && told[_i].tells[k]; k++)
		ck_assert_msg(strstr(text, told[_i].tells[k]), "%s does not have %s:\n%s",
			      told[_i].format, told[_i].tells[k], text);
	free(text);
}
END_TEST

/* Nobody listens, nothing is wrong. */
START_TEST(nothing)
{
	make_host();
	snapshot.listener_count = judgement.count = 0;
	snapshot.coverage.sockets = snapshot.coverage.holders = "netlink";
	for (size_t i = 0; i < PM_COUNT(told); i++) {
		char *text = print(told[i].format);

		ck_assert_uint_gt(strlen(text), 0);
		ck_assert_ptr_null(strstr(text, "not ok"));
		ck_assert_ptr_null(strstr(text, "<failure"));
		ck_assert_ptr_null(strstr(text, "\"ruleId\""));
		free(text);
	}
}
END_TEST

/* A namespace without name is not told by its number; two workers are one series. */
START_TEST(unnamed_netns_has_no_number)
{
	make_host();
	netns.label = NULL;
	char *text = print("prometheus");
	const char *first = strstr(text, "portmote_listener_info{netns=\"unnamed\",");

	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(strstr(text, "4026531840"));
	const char *second = strstr(first + 1, "portmote_listener_info{");
	ck_assert_ptr_nonnull(second);
	ck_assert_ptr_null(strstr(second + 1, "portmote_listener_info{"));
	free(text);
}
END_TEST

Suite *suite_report_findings(void);
Suite *suite_report_findings(void)
{
	Suite *suite = suite_create("report findings");
	TCase *cases = tcase_create("findings");

	tcase_add_test(cases, table);
	tcase_add_test(cases, folded);
	tcase_add_test(cases, owners);
	tcase_add_test(cases, stable);
	tcase_add_test(cases, violations);
	tcase_add_loop_test(cases, violation_by_violation, 0, 3);
	tcase_add_loop_test(cases, formats, 0, (int)PM_COUNT(told));
	tcase_add_test(cases, nothing);
	tcase_add_test(cases, unnamed_netns_has_no_number);
	suite_add_tcase(suite, cases);
	return suite;
}

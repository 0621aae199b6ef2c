/* Names that a reader of some format would take for more than a name, wherever names can stand. */
#include "expect.h"
#include "sides.h"

#include <ctype.h>

static const char *const names[] = {
	"[all is well](https://evil.example)",
	"](x) [y",
	"[1]",
	"{0}",
	"}{",
	"{{x}}",
	"`id`",
	"=1+1",
	"+1",
	"-2+3",
	"@SUM(1)",
	"  =1+1",
	" @x",
	"'=1",
	"\"=1\"",
	"a,=1",
	"<script>x</script>",
	"]]>&lt;",
	"# TODO",
	"$(id)",
	"\\x1b[31m\\x0a::error::x",
};

/* Where a name can stand, each its own case. */
enum place {
	COMM,
	EXE,
	SCRIPT,
	TITLE,
	UNIT,
	USER,
	CGROUP,
	CONTAINER,
	NETNS,
	HOST,
	DEVICE,
	BEHIND,
	SERVICE,
	WRITABLE,
	GAP,
	EXPECTED,
	PATH,
	PLACES
};

struct host {
	struct made made;
	struct pm_policy_port port;
	struct pm_policy_rule rule;
	struct pm_policy policy;
	struct pm_violation violations[2];
	const struct pm_policy_rule *rules[4];
	struct pm_check check;
	struct pm_report report;
};

static void put_name(struct host *host, enum place place, const char *name)
{
	struct pm_snapshot *snapshot = &host->made.snapshot;
	struct pm_process *process = &snapshot->processes[0];
	const char **const places[PLACES] = {
		[COMM] = &process->comm,
		[EXE] = &process->exe.path,
		[SCRIPT] = &process->running.file.path,
		[TITLE] = &process->running.title,
		[UNIT] = &process->unit,
		[USER] = &process->user,
		[CGROUP] = &process->cgroup,
		[CONTAINER] = &process->container.name,
		[NETNS] = &snapshot->netns[0].label,
		[HOST] = &snapshot->host,
		[DEVICE] = &snapshot->listeners[0].device,
		[BEHIND] = &process->behind,
		[SERVICE] = &snapshot->listeners[1].service,
		[WRITABLE] = &process->exe.writable,
		[GAP] = &snapshot->coverage.gaps[0].detail,
		[EXPECTED] = &host->violations[0].expected,
		[PATH] = &host->policy.path,
	};

	if (place == CONTAINER)
		process->container = (struct pm_container){.runtime = "docker", .id = "0123"};
	if (place == SCRIPT || place == TITLE)
		process->running.runtime = "python3";
	*places[place] = name;
}

static void make_host(struct host *host, enum place place, const char *name, bool checked)
{
	*host = (struct host){0};
	made_add(&host->made, "tcp 0.0.0.0%eth0:3643 foo; udp 0.0.0.0:4789 - owner=kernel "
			      "service=x; gap processes");
	host->policy = (struct pm_policy){.path = "policy", .fail_on = pm_fail_on_default};
	host->rule = (struct pm_policy_rule){.line = 7, .ports = &host->port, .port_count = 1};
	host->violations[0] = (struct pm_violation){.kind = PM_VIOLATION_OWNER,
						    .rule = &host->rule,
						    .expected = "exe x",
						    .found = "exe y"};
	host->violations[1] = (struct pm_violation){.kind = PM_VIOLATION_MISSING,
						    .listener = PM_NO_LISTENER,
						    .rule = &host->rule,
						    .expected = "exe z"};
	host->made.snapshot.coverage.sockets = host->made.snapshot.coverage.holders = "none";
	put_name(host, place, name);
	made_judge(&host->made);
	host->check = (struct pm_check){.violations = host->violations,
					.violation_count = PM_COUNT(host->violations),
					.rules = host->rules};
	host->report = (struct pm_report){.snapshot = &host->made.snapshot,
					  .registry = pm_registry_builtin(),
					  .knowledge = pm_knowledge_builtin(),
					  .labels = host->made.labels,
					  .judgement = &host->made.judgement,
					  .fail_on = &pm_fail_on_default,
					  .policy = checked ? &host->policy : NULL,
					  .check = checked ? &host->check : NULL};
}

/* ---- what each format must not have ------------------------------------------------ */

static void expect_printable(const char *text)
{
	for (; *text; text++)
		EXPECT(isprint((unsigned char)*text) || *text == '\n' ||
		       (*text == '\r' && text[1] == '\n'));
}

/* In the text of a JSON string, a message of SARIF: no bracket by itself, no single brace. */
static void expect_plain_message(const char *text)
{
	for (; *text != '"'; text++) {
		if (text[0] == '\\' && text[1] == '\\' && (text[2] == '[' || text[2] == ']')) {
			text += 2;
			continue;
		}
		if (text[0] == '\\') {
			text++;
			continue;
		}
		EXPECT(*text != '[' && *text != ']');
		if (*text == '{' || *text == '}') {
			EXPECT(text[0] == text[1]);
			text++;
		}
	}
}

static void expect_plain_messages(const char *text)
{
	static const char key[] = "\"text\": \"";

	for (const char *at = text; (at = strstr(at, key)); at++)
		expect_plain_message(at + sizeof(key) - 1);
}

/* No cell is a formula, quoted or not, behind spaces or not. */
static void expect_no_formula(const char *text)
{
	bool is_quoted = false, is_first = true;

	for (; *text; text++) {
		if (*text == '"' && is_first && !is_quoted) {
			is_quoted = true;
			continue;
		}
		if (is_first && *text == ' ')
			continue;
		EXPECT(!is_first || !strchr("=+-@\t", *text));
		is_first = false;
		if (is_quoted && text[0] == '"' && text[1] == '"')
			text++;
		else if (is_quoted && text[0] == '"')
			is_quoted = false;
		else if (!is_quoted && strchr(",\n", *text))
			is_first = true;
	}
}

static void expect_no_markup(const char *text)
{
	ck_assert_ptr_null(strstr(text, "<script>x"));
	ck_assert_ptr_null(strstr(text, "]]>"));
}

static const struct {
	const char *format;
	void (*expect)(const char *text);
} formats[] = {
	{"text", expect_printable}, {"json", expect_printable},	      {"jsonl", expect_printable},
	{"csv", expect_no_formula}, {"sarif", expect_plain_messages}, {"junit", expect_no_markup},
	{"tap", expect_printable},  {"prometheus", expect_printable}, {"html", expect_no_markup},
};

static void print(const struct pm_report *report, size_t format)
{
	static char text[1 << 20];
	struct pm_report_options options = {.header = true,
					    .out = fmemopen(text, sizeof(text), "w")};

	ck_assert_ptr_nonnull(options.out);
	ck_assert_int_eq(pm_format_find(formats[format].format)->print(report, &options), 0);
	ck_assert_int_eq(fclose(options.out), 0);
	ck_assert_uint_gt(strlen(text), 0);
	expect_printable(text);
	formats[format].expect(text);
}

START_TEST(hostile_name_in_every_place)
{
	for (size_t k = 0; k < PM_COUNT(names); k++) {
		struct host host;

		make_host(&host, (enum place)_i, names[k], (k + (size_t)_i) % 2);
		for (size_t format = 0; format < PM_COUNT(formats); format++)
			print(&host.report, format);
		made_release(&host.made);
	}
}
END_TEST

Suite *suite_report_injection(void);

Suite *suite_report_injection(void)
{
	Suite *suite = suite_create("report_injection");
	TCase *tests = tcase_create("names");

	tcase_add_loop_test(tests, hostile_name_in_every_place, 0, PLACES);
	suite_add_tcase(suite, tests);
	return suite;
}

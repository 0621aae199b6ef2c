#include "tools/junit.h"
#include "findings/difference.h"
#include "findings/difference_findings.h"
#include "keys.h"
#include "tools/markup.h"

struct junit {
	const struct pm_report *report;
	FILE *out;
	struct findings findings;
	struct pm_buf text; /* of a field */
	size_t tests, failures, errors;
};

/* The namespace and the protocol group the cases; a point would be taken for a package. */
static void write_class(struct junit *junit, size_t i)
{
	pm_buf_clear(&junit->text);
	add_field(junit->report, i, "netns", &junit->text);
	for (char *at = junit->text.data; at && *at; at++)
		if (*at == '.')
			*at = '_';
	fprintf(junit->out, " classname=\"portmote.");
	markup_text(
		junit->out,
		junit->report->snapshot->netns[junit->report->snapshot->listeners[i].netns].label
			? pm_buf_text(&junit->text)
			: "unnamed");
	fprintf(junit->out, ".%s\"",
		pm_protocol_name(junit->report->snapshot->listeners[i].protocol));
}

static void junit_write_field(struct junit *junit, size_t i, const char *column)
{
	pm_buf_clear(&junit->text);
	add_field(junit->report, i, column, &junit->text);
	if (!junit->text.len)
		return;
	fprintf(junit->out, "%s: ", column);
	markup_text(junit->out, pm_buf_text(&junit->text));
	fputc('\n', junit->out);
}

static void write_failure(struct junit *junit, const struct finding *finding)
{
	const struct finding_rule *rule = &finding_rules[finding->rule];

	fputs("      <failure", junit->out);
	markup_attribute(junit->out, "type", rule->id);
	markup_attribute(junit->out, "message", finding->message);
	fputc('>', junit->out);
	markup_text(junit->out, rule->text);
	fputc('\n', junit->out);
	markup_text(junit->out, rule->help);
	fputc('\n', junit->out);
	if (finding_is_there(finding)) {
		junit_write_field(junit, finding->listener, "reasons");
		junit_write_field(junit, finding->listener, "accept");
	}
	fputs("</failure>\n", junit->out);
}

static void write_output(struct junit *junit, size_t i)
{
	fputs("      <system-out>", junit->out);
	junit_write_field(junit, i, "verdict");
	junit_write_field(junit, i, "finding");
	junit_write_field(junit, i, "exposure");
	junit_write_field(junit, i, "user");
	junit_write_field(junit, i, "flags");
	fputs("</system-out>\n", junit->out);
}

static void junit_write_listener(struct junit *junit, size_t i)
{
	const struct finding *findings;
	size_t count = findings_of(&junit->findings, i, &findings);

	fputs("    <testcase", junit->out);
	write_class(junit, i);
	pm_buf_clear(&junit->text);
	add_key(junit->report, i, &junit->text);
	markup_attribute(junit->out, "name", pm_buf_text(&junit->text));
	fputs(">\n", junit->out);
	for (size_t k = 0; k < count; k++)
		write_failure(junit, &findings[k]);
	write_output(junit, i);
	fputs("    </testcase>\n", junit->out);
}

static void write_missing(struct junit *junit, const struct finding *finding)
{
	fputs("    <testcase classname=\"portmote.policy\"", junit->out);
	markup_attribute(junit->out, "name", finding->key);
	fputs(">\n", junit->out);
	write_failure(junit, finding);
	fputs("    </testcase>\n", junit->out);
}

static void begin_coverage(struct junit *junit)
{
	fputs("    <testcase classname=\"portmote\" name=\"coverage\">\n", junit->out);
}

static void junit_write_gap(struct junit *junit, const struct pm_gap *gap, const char *when)
{
	const char *what = pm_gap_what_name(gap->what), *why = pm_gap_why_name(gap->why);

	fprintf(junit->out, "      <error type=\"%s-%s\"", what, why);
	markup_attribute(junit->out, "message", gap->detail);
	fprintf(junit->out, ">incomplete%s: %s %s (%zu)</error>\n", when, what, why, gap->count);
}

static void junit_write_coverage(struct junit *junit)
{
	const struct pm_coverage *coverage = &junit->report->snapshot->coverage;

	begin_coverage(junit);
	for (size_t i = 0; i < coverage->gap_count; i++)
		junit_write_gap(junit, &coverage->gaps[i], "");
	fputs("    </testcase>\n", junit->out);
}

static void write_counts(const struct junit *junit)
{
	markup_count(junit->out, "tests", junit->tests);
	markup_count(junit->out, "failures", junit->failures);
	markup_count(junit->out, "errors", junit->errors);
}

/* Once all is counted, as the counts come first. */
static void begin_suite(struct junit *junit, const struct pm_snapshot *snapshot)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"portmote\"",
	      junit->out);
	write_counts(junit);
	fputs(">\n  <testsuite name=\"portmote\"", junit->out);
	write_counts(junit);
	pm_buf_clear(&junit->text);
	pm_report_time(snapshot->time, &junit->text);
	markup_attribute(junit->out, "timestamp", pm_buf_text(&junit->text));
	markup_attribute(junit->out, "hostname", snapshot->host ? snapshot->host : "");
	fputs(">\n", junit->out);
}

static void end_suite(struct junit *junit)
{
	fputs("  </testsuite>\n</testsuites>\n", junit->out);
}

/* Cases, and those of them that fail; the one of the coverage is the one that can have errors. */
static void count_cases(struct junit *junit, unsigned only)
{
	const struct finding *of;
	size_t missing = findings_of(&junit->findings, PM_NO_LISTENER, &of);

	junit->tests = 1 + missing;
	junit->failures = missing;
	junit->errors = junit->report->snapshot->coverage.gap_count > 0;
	for (size_t i = 0; i < junit->report->snapshot->listener_count; i++) {
		if (!is_listed(junit->report, only, i))
			continue;
		junit->tests++;
		junit->failures += findings_of(&junit->findings, i, &of) > 0;
	}
}

static void write_suite(struct junit *junit, unsigned only)
{
	const struct pm_snapshot *snapshot = junit->report->snapshot;
	const struct finding *missing;
	size_t count = findings_of(&junit->findings, PM_NO_LISTENER, &missing);

	count_cases(junit, only);
	begin_suite(junit, snapshot);
	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (is_listed(junit->report, only, i))
			junit_write_listener(junit, i);
	for (size_t k = 0; k < count; k++)
		write_missing(junit, &missing[k]);
	junit_write_coverage(junit);
	end_suite(junit);
}

/* What the format returns, where finding what there is to write came to `r`. */
static int end_junit(struct junit *junit, int r)
{
	int outcome = r < 0 ? r : printed(&junit->text, junit->out);

	pm_buf_release(&junit->text);
	findings_release(&junit->findings);
	return outcome;
}

int junit_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct junit junit = {.report = report, .out = options->out};
	int r = findings_find(report, options->only, &junit.findings);

	if (r == 0)
		write_suite(&junit, options->only);
	return end_junit(&junit, r);
}

/* ---- what changed ------------------------------------------------------------------ */

static void junit_write_difference(struct junit *junit, const struct pm_comparison *comparison,
				   size_t k)
{
	const struct finding *finding = &junit->findings.items[k];
	const struct pm_difference *difference = &comparison->diff->items[k];
	size_t i;

	junit->report = difference_report(comparison, difference, &i);
	fprintf(junit->out, "    <testcase classname=\"portmote.diff.%s\"",
		finding_rules[finding->rule].id);
	markup_attribute(junit->out, "name", finding->key);
	fputs(">\n", junit->out);
	if (difference->kind != PM_DIFF_EXE) {
		write_failure(junit, finding);
		write_output(junit, i);
	} else {
		fputs("      <system-out>", junit->out);
		markup_text(junit->out, finding->message);
		fputs("</system-out>\n", junit->out);
	}
	fputs("    </testcase>\n", junit->out);
}

/* It also says since when, or what was recorded for the next time. */
static void junit_write_both_coverages(struct junit *junit, const struct pm_comparison *comparison)
{
	const struct pm_gap *gap;
	const char *when;

	begin_coverage(junit);
	pm_buf_clear(&junit->text);
	difference_unseen(comparison, &junit->text);
	if (junit->text.len) {
		fputs("      <error type=\"unseen\"", junit->out);
		markup_attribute(junit->out, "message", pm_buf_text(&junit->text));
		fputs("/>\n", junit->out);
	}
	for (size_t i = 0; (gap = difference_gap(comparison, i, &when)); i++)
		junit_write_gap(junit, gap, when);
	pm_buf_clear(&junit->text);
	difference_summary(comparison, &junit->text);
	fputs("      <system-out>", junit->out);
	markup_text(junit->out, pm_buf_text(&junit->text));
	fputs("</system-out>\n    </testcase>\n", junit->out);
}

static void write_diff_suite(struct junit *junit, const struct pm_comparison *comparison)
{
	size_t count = junit->findings.count;

	junit->tests = 1 + count;
	for (size_t k = 0; k < count; k++)
		junit->failures += comparison->diff->items[k].kind != PM_DIFF_EXE;
	junit->errors = !difference_is_complete(comparison);
	begin_suite(junit, comparison->after->snapshot);
	for (size_t k = 0; k < count; k++)
		junit_write_difference(junit, comparison, k);
	junit_write_both_coverages(junit, comparison);
	end_suite(junit);
}

int junit_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	struct junit junit = {.out = options->out};
	int r = difference_findings(comparison, &junit.findings);

	if (r == 0)
		write_diff_suite(&junit, comparison);
	return end_junit(&junit, r);
}

#include "tools/tap.h"
#include "findings/difference.h"
#include "findings/difference_findings.h"
#include "findings/finding_rules.h"
#include "keys.h"

struct tap {
	const struct pm_report *report;
	FILE *out;
	struct findings findings;
	struct pm_buf text;
	size_t number; /* of the last point */
};

/* In a description a # would begin a directive; it and the backslash are escaped by one. */
static void write_point(struct tap *tap, bool ok, const char *description)
{
	fprintf(tap->out, "%s %zu - ", ok ? "ok" : "not ok", ++tap->number);
	for (; *description; description++) {
		if (*description == '#' || *description == '\\')
			fputc('\\', tap->out);
		fputc(*description, tap->out);
	}
	fputc('\n', tap->out);
}

/* "key: 'text'", a scalar of YAML in single quotes, in which these alone are written twice. */
static void write_fact(struct tap *tap, const char *before, const char *key, const char *text)
{
	fprintf(tap->out, "  %s%s: '", before, key);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', tap->out);
		fputc(*text, tap->out);
	}
	fputs("'\n", tap->out);
}

static void tap_write_field(struct tap *tap, size_t i, const char *column)
{
	pm_buf_clear(&tap->text);
	add_field(tap->report, i, column, &tap->text);
	if (tap->text.len)
		write_fact(tap, "", column, pm_buf_text(&tap->text));
}

static void tap_write_findings(struct tap *tap, const struct finding *findings, size_t count)
{
	fputs("  ---\n  findings:\n", tap->out);
	for (size_t k = 0; k < count; k++) {
		const struct finding_rule *rule = &finding_rules[findings[k].rule];

		write_fact(tap, "  - ", "rule", rule->id);
		write_fact(tap, "    ", "severity", finding_level_name(findings[k].level));
		write_fact(tap, "    ", "message", findings[k].message);
		write_fact(tap, "    ", "help", rule->help);
	}
	if (finding_is_there(findings)) {
		tap_write_field(tap, findings->listener, "exposure");
		tap_write_field(tap, findings->listener, "user");
		tap_write_field(tap, findings->listener, "reasons");
		tap_write_field(tap, findings->listener, "accept");
	}
	fputs("  ...\n", tap->out);
}

/* "host tcp 0.0.0.0:22 sshd, match" */
static void tap_write_listener(struct tap *tap, size_t i)
{
	const struct pm_verdict *verdict = &tap->report->judgement->verdicts[i];
	const struct finding *findings;
	size_t count = findings_of(&tap->findings, i, &findings);

	pm_buf_clear(&tap->text);
	add_key(tap->report, i, &tap->text);
	pm_buf_printf(&tap->text, "%s%s, %s", verdict->program ? " " : "",
		      verdict->program ? verdict->program : "", pm_verdict_name(verdict->kind));
	write_point(tap, !count, pm_buf_text(&tap->text));
	if (count)
		tap_write_findings(tap, findings, count);
}

static void tap_write_gap(struct tap *tap, const struct pm_gap *gap)
{
	write_fact(tap, "  - ", "what", pm_gap_what_name(gap->what));
	write_fact(tap, "    ", "why", pm_gap_why_name(gap->why));
	fprintf(tap->out, "      count: %zu\n", gap->count);
	write_fact(tap, "    ", "detail", gap->detail);
}

static void tap_write_coverage(struct tap *tap)
{
	const struct pm_coverage *coverage = &tap->report->snapshot->coverage;

	write_point(tap, !coverage->gap_count, "coverage: all could be seen");
	if (!coverage->gap_count)
		return;
	fputs("  ---\n  gaps:\n", tap->out);
	for (size_t i = 0; i < coverage->gap_count; i++)
		tap_write_gap(tap, &coverage->gaps[i]);
	fputs("  ...\n", tap->out);
}

static void write_all(struct tap *tap, unsigned only)
{
	const struct finding *missing;
	size_t count = findings_of(&tap->findings, PM_NO_LISTENER, &missing);
	size_t points = 1 + count, listeners = tap->report->snapshot->listener_count;

	for (size_t i = 0; i < listeners; i++)
		points += is_listed(tap->report, only, i);
	fprintf(tap->out, "TAP version 13\n1..%zu\n", points);
	tap_write_coverage(tap);
	for (size_t i = 0; i < listeners; i++)
		if (is_listed(tap->report, only, i))
			tap_write_listener(tap, i);
	for (size_t k = 0; k < count; k++) {
		write_point(tap, false, missing[k].key);
		tap_write_findings(tap, &missing[k], 1);
	}
}

/* What the format returns, where finding what there is to write came to `r`. */
static int end_tap(struct tap *tap, int r)
{
	int outcome = r < 0 ? r : printed(&tap->text, tap->out);

	pm_buf_release(&tap->text);
	findings_release(&tap->findings);
	return outcome;
}

int tap_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct tap tap = {.report = report, .out = options->out};
	int r = findings_find(report, options->only, &tap.findings);

	if (r == 0)
		write_all(&tap, options->only);
	return end_tap(&tap, r);
}

/* ---- what changed ------------------------------------------------------------------ */

/* "opened host tcp 0.0.0.0:3643 foo, mismatch" */
static void tap_write_difference(struct tap *tap, const struct pm_comparison *comparison, size_t k)
{
	const struct finding *finding = &tap->findings.items[k];
	const struct pm_difference *difference = &comparison->diff->items[k];
	size_t i;

	tap->report = difference_report(comparison, difference, &i);
	const struct pm_verdict *verdict = &tap->report->judgement->verdicts[i];

	pm_buf_clear(&tap->text);
	pm_buf_printf(&tap->text, "%s %s%s%s, %s", pm_diff_name(difference->kind), finding->key,
		      verdict->program ? " " : "", verdict->program ? verdict->program : "",
		      pm_verdict_name(verdict->kind));
	write_point(tap, difference->kind == PM_DIFF_EXE, pm_buf_text(&tap->text));
	tap_write_findings(tap, finding, 1);
}

/* It also says since when, or what was recorded for the next time. */
static void tap_write_both_coverages(struct tap *tap, const struct pm_comparison *comparison)
{
	const struct pm_gap *gap;
	const char *when;

	write_point(tap, difference_is_complete(comparison), "coverage: all could be seen");
	pm_buf_clear(&tap->text);
	difference_summary(comparison, &tap->text);
	fputs("  ---\n", tap->out);
	write_fact(tap, "", "diff", pm_buf_text(&tap->text));
	pm_buf_clear(&tap->text);
	difference_unseen(comparison, &tap->text);
	if (tap->text.len)
		write_fact(tap, "", "unseen", pm_buf_text(&tap->text));
	for (size_t i = 0; (gap = difference_gap(comparison, i, &when)); i++) {
		fputs(i ? "" : "  gaps:\n", tap->out);
		tap_write_gap(tap, gap);
		write_fact(tap, "    ", "side", *when ? "before" : "after");
	}
	fputs("  ...\n", tap->out);
}

static void tap_write_all_differences(struct tap *tap, const struct pm_comparison *comparison)
{
	fprintf(tap->out, "TAP version 13\n1..%zu\n", 1 + tap->findings.count);
	tap_write_both_coverages(tap, comparison);
	for (size_t k = 0; k < tap->findings.count; k++)
		tap_write_difference(tap, comparison, k);
}

int tap_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	struct tap tap = {.out = options->out};
	int r = difference_findings(comparison, &tap.findings);

	if (r == 0)
		tap_write_all_differences(&tap, comparison);
	return end_tap(&tap, r);
}

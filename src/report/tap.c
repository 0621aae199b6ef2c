/*
 * TAP, version 13: a test point for each listener, "not ok" by its findings; one for each that a
 * policy misses; and the first for what could be seen, "not ok" with each gap. That the rest is
 * still told is why a gap is no "Bail out!".
 */
#include "findings.h"
#include "formats.h"
#include "listing.h"

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

static void write_field(struct tap *tap, size_t i, const char *column)
{
	pm_buf_clear(&tap->text);
	add_field(tap->report, i, column, &tap->text);
	if (tap->text.len)
		write_fact(tap, "", column, pm_buf_text(&tap->text));
}

static void write_findings(struct tap *tap, const struct finding *findings, size_t count)
{
	fputs("  ---\n  findings:\n", tap->out);
	for (size_t k = 0; k < count; k++) {
		const struct finding_rule *rule = &finding_rules[findings[k].rule];

		write_fact(tap, "  - ", "rule", rule->id);
		write_fact(tap, "    ", "severity", finding_level_name(rule->level));
		write_fact(tap, "    ", "message", findings[k].message);
		write_fact(tap, "    ", "help", rule->help);
	}
	if (findings->listener != PM_NO_LISTENER) {
		write_field(tap, findings->listener, "exposure");
		write_field(tap, findings->listener, "user");
		write_field(tap, findings->listener, "reasons");
		write_field(tap, findings->listener, "accept");
	}
	fputs("  ...\n", tap->out);
}

/* "host tcp 0.0.0.0:22 sshd, match" */
static void write_listener(struct tap *tap, size_t i)
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
		write_findings(tap, findings, count);
}

static void write_coverage(struct tap *tap)
{
	const struct pm_coverage *coverage = &tap->report->snapshot->coverage;

	write_point(tap, !coverage->gap_count, "coverage: all could be seen");
	if (!coverage->gap_count)
		return;
	fputs("  ---\n  gaps:\n", tap->out);
	for (size_t i = 0; i < coverage->gap_count; i++) {
		write_fact(tap, "  - ", "what", pm_gap_what_name(coverage->gaps[i].what));
		write_fact(tap, "    ", "why", pm_gap_why_name(coverage->gaps[i].why));
		fprintf(tap->out, "      count: %zu\n", coverage->gaps[i].count);
		write_fact(tap, "    ", "detail", coverage->gaps[i].detail);
	}
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
	write_coverage(tap);
	for (size_t i = 0; i < listeners; i++)
		if (is_listed(tap->report, only, i))
			write_listener(tap, i);
	for (size_t k = 0; k < count; k++) {
		write_point(tap, false, missing[k].key);
		write_findings(tap, &missing[k], 1);
	}
}

int tap_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct tap tap = {.report = report, .out = options->out};
	int r = findings_find(report, options->only, &tap.findings);

	if (r == 0) {
		write_all(&tap, options->only);
		r = printed(&tap.text, options->out);
	}
	pm_buf_release(&tap.text);
	findings_release(&tap.findings);
	return r;
}

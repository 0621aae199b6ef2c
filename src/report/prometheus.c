/*
 * Prometheus' text format, for the textfile collector of its node exporter. Series bear what stays
 * over restarts, and nothing else: each new pid would be a new series for ever.
 */
#include "findings.h"
#include "formats.h"
#include "listing.h"

#include <errno.h>
#include <inttypes.h>

static void head(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void write_verdicts(const struct pm_report *report, FILE *out)
{
	size_t count[PM_VERDICTS] = {0};

	for (size_t i = 0; i < report->judgement->count; i++)
		count[report->judgement->verdicts[i].kind]++;
	head(out, "portmote_listeners", "Listeners, by what they were judged.");
	for (int kind = 0; kind < PM_VERDICTS; kind++)
		fprintf(out, "portmote_listeners{verdict=\"%s\"} %zu\n",
			pm_verdict_name((enum pm_verdict_kind)kind), count[kind]);
}

static int write_findings(const struct pm_report *report, unsigned only, FILE *out)
{
	size_t count[FINDING_RULES] = {0};
	struct findings findings;
	int r = findings_find(report, only, &findings);

	for (size_t k = 0; k < findings.count; k++)
		count[findings.items[k].rule]++;
	head(out, "portmote_findings", "Findings, by the rule that they break.");
	for (size_t rule = 0; rule < FINDING_RULES; rule++)
		fprintf(out, "portmote_findings{rule=\"%s\",level=\"%s\"} %zu\n",
			finding_rules[rule].id, finding_level_name(finding_rules[rule].level),
			count[rule]);
	findings_release(&findings);
	return r;
}

static void write_coverage(const struct pm_snapshot *snapshot, FILE *out)
{
	const struct pm_coverage *coverage = &snapshot->coverage;
	size_t count[PM_GAP_WHATS] = {0};

	for (size_t i = 0; i < coverage->gap_count; i++)
		count[coverage->gaps[i].what]++;
	head(out, "portmote_complete", "Whether all could be seen.");
	fprintf(out, "portmote_complete %d\n", !coverage->gap_count);
	head(out, "portmote_gaps", "Reasons why not all could be seen, by what could not.");
	for (int what = 0; what < PM_GAP_WHATS; what++)
		fprintf(out, "portmote_gaps{what=\"%s\"} %zu\n",
			pm_gap_what_name((enum pm_gap_what)what), count[what]);
	head(out, "portmote_last_audit_timestamp_seconds", "When the audit began.");
	fprintf(out, "portmote_last_audit_timestamp_seconds %" PRId64 "\n", snapshot->time);
}

/* ---- a series for each listener -----------------------------------------------------------------
 */

/* A backslash, a quote and a line break are written as \\, \" and \n. */
static void add_label(struct pm_buf *series, const char *name, const char *text)
{
	pm_buf_printf(series, "%s%s=\"", series->len ? "," : "", name);
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			pm_buf_puts(series, "\\");
		if (*text == '\n')
			pm_buf_puts(series, "\\n");
		else
			pm_buf_add(series, text, 1);
	}
	pm_buf_puts(series, "\"");
}

static char *make_series(const struct pm_report *report, size_t i)
{
	static const char *const columns[] = {"protocol",  "address",	 "port",    "device",
					      "state",	   "exposure",	 "program", "verdict",
					      "ethertype", "ip_protocol"};
	const char *netns = report->snapshot->netns[report->snapshot->listeners[i].netns].label;
	struct pm_buf series = {0}, text = {0};

	add_label(&series, "netns", netns ? netns : "unnamed");
	for (size_t k = 0; k < PM_COUNT(columns); k++) {
		pm_buf_clear(&text);
		add_field(report, i, columns[k], &text);
		if (text.len)
			add_label(&series, columns[k], pm_buf_text(&text));
	}
	if (series.failed || text.failed)
		pm_buf_release(&series);
	pm_buf_release(&text);
	return series.data; /* NULL: out of memory */
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Workers share a series, which must not be there twice. */
static int write_listeners(const struct pm_report *report, unsigned only, FILE *out)
{
	char **series = calloc(report->snapshot->listener_count + 1, sizeof(*series));
	size_t count = 0;
	int r = series ? 0 : -ENOMEM;

	for (size_t i = 0; i < report->snapshot->listener_count && r == 0; i++)
		if (is_listed(report, only, i))
			r = (series[count++] = make_series(report, i)) ? 0 : -ENOMEM;
	head(out, "portmote_listener_info", "What listens, and what it was judged; always 1.");
	if (r == 0 && count)
		qsort(series, count, sizeof(*series), compare);
	for (size_t k = 0; k < count && r == 0; k++)
		if (!k || strcmp(series[k - 1], series[k]) != 0)
			fprintf(out, "portmote_listener_info{%s} 1\n", series[k]);
	for (size_t k = 0; k < count; k++)
		free(series[k]);
	free(series);
	return r;
}

int prometheus_print(const struct pm_report *report, const struct pm_report_options *options)
{
	write_coverage(report->snapshot, options->out);
	write_verdicts(report, options->out);
	int r = write_findings(report, options->only, options->out);
	if (r == 0)
		r = write_listeners(report, options->only, options->out);
	return r < 0 ? r : ferror(options->out) ? -EIO : 0;
}

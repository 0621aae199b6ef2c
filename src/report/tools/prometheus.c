#include "tools/prometheus.h"
#include "findings/difference.h"
#include "findings/finding_rules.h"
#include "keys.h"

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

static void prometheus_write_findings(const struct findings *findings, FILE *out)
{
	size_t count[FINDING_RULES] = {0};

	for (size_t k = 0; k < findings->count; k++)
		count[findings->items[k].rule]++;
	head(out, "portmote_findings", "Findings, by the rule that they break.");
	for (size_t rule = 0; rule < FINDING_RULES; rule++)
		fprintf(out, "portmote_findings{rule=\"%s\",level=\"%s\"} %zu\n",
			finding_rules[rule].id, finding_level_name(finding_rules[rule].level),
			count[rule]);
}

static void prometheus_write_coverage(const struct pm_snapshot *snapshot, FILE *out)
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

/* ---- a series for each listener, and for each finding ------------------------------ */

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

static void prometheus_add_listener(const struct pm_report *report, size_t i, struct pm_buf *series)
{
	static const char *const columns[] = {"protocol",  "address",	 "port",    "device",
					      "state",	   "exposure",	 "program", "verdict",
					      "ethertype", "ip_protocol"};
	const char *netns = report->snapshot->netns[report->snapshot->listeners[i].netns].label;
	struct pm_buf text = {0};

	add_label(series, "netns", netns ? netns : "unnamed");
	for (size_t k = 0; k < PM_COUNT(columns); k++) {
		pm_buf_clear(&text);
		add_field(report, i, columns[k], &text);
		if (text.len)
			add_label(series, columns[k], pm_buf_text(&text));
	}
	series->failed |= text.failed;
	pm_buf_release(&text);
}

/* What an alert has to say: the rule, what it is about, and whose port that is. */
static void add_finding(const struct pm_report *report, const struct finding *finding,
			struct pm_buf *series)
{
	const struct finding_rule *rule = &finding_rules[finding->rule];
	struct pm_buf text = {0};

	add_label(series, "rule", rule->id);
	add_label(series, "level", finding_level_name(rule->level));
	add_label(series, "listener", finding->key);
	if (finding->listener != PM_NO_LISTENER) {
		const struct pm_label *label = &report->labels[finding->listener];

		prometheus_add_listener(report, finding->listener, series);
		pm_label_registered_to(report->registry, label->rows, label->row_count, &text);
		if (text.len)
			add_label(series, "registered", pm_buf_text(&text));
	}
	series->failed |= text.failed;
	pm_buf_release(&text);
}

/* The labels of series of one name. */
struct series {
	char **items;
	size_t count, room;
};

/* Takes what is in `labels`, and leaves it empty. */
static int add_series(struct series *series, struct pm_buf *labels)
{
	char **item = labels->failed ? NULL
				     : pm_array_add(&series->items, &series->count, &series->room,
						    sizeof(*item));

	if (!item) {
		pm_buf_release(labels);
		return -ENOMEM;
	}
	*item = labels->data;
	*labels = (struct pm_buf){0};
	return 0;
}

static int prometheus_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Workers share a series, which must not be there twice. */
static void write_series(struct series *series, const char *name, FILE *out)
{
	if (series->count)
		qsort(series->items, series->count, sizeof(*series->items), prometheus_compare);
	for (size_t k = 0; k < series->count; k++)
		if (!k || strcmp(series->items[k - 1], series->items[k]) != 0)
			fprintf(out, "%s{%s} 1\n", name, series->items[k]);
	for (size_t k = 0; k < series->count; k++)
		free(series->items[k]);
	free(series->items);
}

static int write_finding_infos(const struct pm_report *report, const struct findings *findings,
			       FILE *out)
{
	struct series series = {0};
	int r = 0;

	for (size_t k = 0; k < findings->count && r == 0; k++) {
		struct pm_buf labels = {0};

		add_finding(report, &findings->items[k], &labels);
		r = add_series(&series, &labels);
	}
	head(out, "portmote_finding_info",
	     "A finding, and the listener that it is about; always 1.");
	write_series(&series, "portmote_finding_info", out);
	return r;
}

static int write_listeners(const struct pm_report *report, unsigned only, FILE *out)
{
	struct series series = {0};
	int r = 0;

	for (size_t i = 0; i < report->snapshot->listener_count && r == 0; i++) {
		struct pm_buf labels = {0};

		if (!is_listed(report, only, i))
			continue;
		prometheus_add_listener(report, i, &labels);
		r = add_series(&series, &labels);
	}
	head(out, "portmote_listener_info", "What listens, and what it was judged; always 1.");
	write_series(&series, "portmote_listener_info", out);
	return r;
}

static int write_all_findings(const struct pm_report *report,
			      const struct pm_report_options *options,
			      const struct findings *findings)
{
	prometheus_write_findings(findings, options->out);
	int r = write_finding_infos(report, findings, options->out);
	if (r < 0)
		return r;
	return write_listeners(report, options->only, options->out);
}

int prometheus_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct findings findings;
	int r = findings_find(report, options->only, &findings);

	prometheus_write_coverage(report->snapshot, options->out);
	write_verdicts(report, options->out);
	if (r == 0)
		r = write_all_findings(report, options, &findings);
	findings_release(&findings);
	return r < 0 ? r : written(options->out);
}

/* ---- what changed ------------------------------------------------------------------ */

static void write_differences(const struct pm_diff *diff, FILE *out)
{
	size_t count[PM_DIFFS] = {0};

	for (size_t k = 0; diff && k < diff->count; k++)
		count[diff->items[k].kind]++;
	head(out, "portmote_differences", "Differences since the snapshot, by what changed.");
	for (int kind = 0; kind < PM_DIFFS; kind++)
		fprintf(out, "portmote_differences{change=\"%s\"} %zu\n",
			pm_diff_name((enum pm_diff_kind)kind), count[kind]);
	head(out, "portmote_diff_unseen",
	     "Listeners of the snapshot that could not be looked for.");
	fprintf(out, "portmote_diff_unseen %zu\n", diff ? diff->unseen : 0);
}

/* Where there is nothing yet to compare with, no time stands for it. */
int prometheus_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	FILE *out = options->out;

	head(out, "portmote_diff_complete", "Whether all could be seen, then and now.");
	fprintf(out, "portmote_diff_complete %d\n", difference_is_complete(comparison));
	write_differences(comparison->diff, out);
	if (comparison->before) {
		head(out, "portmote_diff_since_timestamp_seconds", "When the snapshot began.");
		fprintf(out, "portmote_diff_since_timestamp_seconds %" PRId64 "\n",
			comparison->before->snapshot->time);
	}
	head(out, "portmote_last_diff_timestamp_seconds", "When what it is compared with began.");
	fprintf(out, "portmote_last_diff_timestamp_seconds %" PRId64 "\n",
		comparison->after->snapshot->time);
	return written(out);
}

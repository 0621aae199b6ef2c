/*
 * What changed, for a mail: a head, a line for each difference, what could not be seen; and nothing
 * at all where there is nothing to be said.
 */
#include "difference.h"
#include "text.h"

#include <errno.h>

struct lines {
	const struct pm_comparison *comparison;
	FILE *out;
	struct pm_buf place, sense; /* of the line to be written next */
	enum pm_diff_kind kind;
};

static const char *host_of(const struct pm_report *report)
{
	return report->snapshot->host ? report->snapshot->host : "this host";
}

static void write_recorded(const struct pm_comparison *comparison, FILE *out)
{
	size_t count = comparison->after->snapshot->listener_count;

	if (comparison->state)
		fprintf(out, "recorded %zu listener%s of %s in %s\n", count, count == 1 ? "" : "s",
			host_of(comparison->after), comparison->state);
	else
		fputs("nothing was recorded, as not all could be seen (see --partial)\n", out);
}

/* "web1: 3 differences since 2026-11-20T05:00:00Z" */
static void write_head(const struct pm_comparison *comparison, size_t count, struct pm_buf *text,
		       FILE *out)
{
	const char *before = host_of(comparison->before), *after = host_of(comparison->after);

	pm_buf_clear(text);
	pm_report_time(comparison->before->snapshot->time, text);
	fprintf(out, "%s: %zu difference%s ", after, count, count == 1 ? "" : "s");
	if (strcmp(before, after) != 0)
		fprintf(out, "from %s ", before);
	fprintf(out, "since %s\n", pm_buf_text(text));
}

static void flush(struct lines *lines)
{
	if (lines->place.len)
		fprintf(lines->out, "%s: %s, %s\n", pm_diff_name(lines->kind),
			pm_buf_text(&lines->place), pm_buf_text(&lines->sense));
	pm_buf_clear(&lines->place);
	pm_buf_clear(&lines->sense);
}

/* What differs in its address alone, IPv4 and IPv6 as a rule, is one line. */
static void add_line(struct lines *lines, const struct pm_difference *difference)
{
	struct pm_buf sense = {0};

	difference_sense(lines->comparison, difference, &sense);
	if (lines->kind != difference->kind ||
	    strcmp(pm_buf_text(&sense), pm_buf_text(&lines->sense)) != 0) {
		flush(lines);
		lines->kind = difference->kind;
		pm_buf_puts(&lines->sense, pm_buf_text(&sense));
	}
	pm_buf_puts(&lines->place, lines->place.len ? ", " : "");
	difference_place(lines->comparison, difference, &lines->place);
	lines->place.failed |= sense.failed;
	pm_buf_release(&sense);
}

static void write_gaps(const struct pm_report *report, const char *when, FILE *out)
{
	const struct pm_coverage *coverage = &report->snapshot->coverage;

	for (size_t i = 0; i < coverage->gap_count; i++)
		fprintf(out, "incomplete%s: %s %s (%zu): %s\n", when,
			pm_gap_what_name(coverage->gaps[i].what),
			pm_gap_why_name(coverage->gaps[i].why), coverage->gaps[i].count,
			coverage->gaps[i].detail);
}

static void write_coverage(const struct pm_comparison *comparison, FILE *out)
{
	size_t unseen = comparison->diff ? comparison->diff->unseen : 0;

	if (unseen)
		fprintf(out,
			"%zu listener%s of before could not be looked for: whether %s closed "
			"is not known\n",
			unseen, unseen == 1 ? "" : "s", unseen == 1 ? "it is" : "they are");
	if (comparison->before)
		write_gaps(comparison->before, " before", out);
	write_gaps(comparison->after, "", out);
}

/* Upgrades alone, told where nobody asked, are no news. */
static bool is_silent(const struct pm_comparison *comparison,
		      const struct pm_report_options *options)
{
	return !pm_diff_differs(comparison->diff) && comparison->state && !options->verbose;
}

int text_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	const struct pm_diff *diff = comparison->diff;
	struct lines lines = {.comparison = comparison, .out = options->out};
	size_t count = diff && !is_silent(comparison, options) ? diff->count : 0;

	if (!diff)
		write_recorded(comparison, options->out);
	if (count && options->header)
		write_head(comparison, count, &lines.sense, options->out);
	pm_buf_clear(&lines.sense);
	for (size_t k = 0; k < count; k++)
		add_line(&lines, &diff->items[k]);
	flush(&lines);
	if (options->header)
		write_coverage(comparison, options->out);
	bool failed = lines.place.failed || lines.sense.failed;
	pm_buf_release(&lines.place);
	pm_buf_release(&lines.sense);
	return failed ? -ENOMEM : ferror(options->out) ? -EIO : 0;
}

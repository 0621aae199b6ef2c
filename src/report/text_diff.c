/*
 * What changed, for a mail: a head, a line for each difference, what could not be seen; and nothing
 * at all where there is nothing to be said.
 */
#include "difference.h"
#include "text.h"

#include <errno.h>

struct lines {
	const struct pm_comparison *comparison;
	struct pm_buf text; /* what is written at the end, when it is known how much there is */
	size_t count;
	struct pm_buf place, sense; /* of the line to be added next */
	enum pm_diff_kind kind;
};

/* A line that is none of a difference. */
static void write_line(struct lines *lines)
{
	if (lines->sense.len)
		fprintf(lines->out, "%s\n", pm_buf_text(&lines->sense));
	pm_buf_clear(&lines->sense);
	return report->snapshot->host ? report->snapshot->host : "this host";
}

static void write_recorded(const struct pm_comparison *comparison, FILE *out)
{
	size_t count = comparison->after->snapshot->listener_count;

	fprintf(out, "recorded %zu listener%s of %s in %s\n", count, count == 1 ? "" : "s",
		host_of(comparison->after), comparison->state);
}

/* "web1: 3 differences since 2026-11-20T05:00:00Z" */
static void write_head(const struct pm_comparison *comparison, size_t count, FILE *out)
{
	const char *before = host_of(comparison->before), *after = host_of(comparison->after);
	struct pm_buf text = {0};

	pm_report_time(comparison->before->snapshot->time, &text);
	fprintf(out, "%s: %zu difference%s ", after, count, count == 1 ? "" : "s");
	if (strcmp(before, after) != 0)
		fprintf(out, "from %s ", before);
	fprintf(out, "since %s\n", pm_buf_text(&text));
	pm_buf_release(&text);
}

static void flush(struct lines *lines)
{
	if (lines->place.len) {
		pm_buf_printf(&lines->text, "%s: %s, %s\n", pm_diff_name(lines->kind),
			      pm_buf_text(&lines->place), pm_buf_text(&lines->sense));
		lines->count++;
	}
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

static void write_coverage(struct lines *lines)
{
	const struct pm_gap *gap;
	const char *when;

	difference_unseen(lines->comparison, &lines->sense);
	write_line(lines);
	for (size_t i = 0; (gap = difference_gap(lines->comparison, i, &when)); i++)
		fprintf(lines->out, "incomplete%s: %s %s (%zu): %s\n", when,
			pm_gap_what_name(gap->what), pm_gap_why_name(gap->why), gap->count,
			gap->detail);
}

/* Upgrades alone, told where nobody asked, are no news. */
static bool is_silent(const struct pm_comparison *comparison,
		      const struct pm_report_options *options)
{
	return !pm_diff_differs(comparison->diff) && comparison->state && !options->verbose;
}

/* All lines, with how many they are before them. */
static bool write_lines(struct lines *lines, const struct pm_report_options *options)
{
	const struct pm_diff *diff = lines->comparison->diff;

	for (size_t k = 0; k < diff->count; k++)
		add_line(lines, &diff->items[k]);
	flush(lines);
	if (lines->count && options->header)
		write_head(lines->comparison, lines->count, options->out);
	fputs(pm_buf_text(&lines->text), options->out);
	bool failed = lines->text.failed || lines->place.failed || lines->sense.failed;
	pm_buf_release(&lines->text);
	pm_buf_release(&lines->place);
	pm_buf_release(&lines->sense);
	return !failed;
}

int text_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	struct lines lines = {.comparison = comparison};
	bool ok = true;

	if (!diff || (count && options->header))
		difference_summary(comparison, &lines.sense);
	write_line(&lines);
	for (size_t k = 0; k < count; k++)
		add_line(&lines, &diff->items[k]);
	flush(&lines);
	if (options->header)
		write_coverage(&lines);
	bool failed = lines.place.failed || lines.sense.failed;
	pm_buf_release(&lines.place);
	pm_buf_release(&lines.sense);
	return failed ? -ENOMEM : ferror(options->out) ? -EIO : 0;
	if (!comparison->diff && comparison->state)
		write_recorded(comparison, options->out);
	if (comparison->diff && !is_silent(comparison, options))
		ok = write_lines(&lines, options);
	if (options->header)
		write_coverage(comparison, options->out);
	return !ok ? -ENOMEM : ferror(options->out) ? -EIO : 0;
}

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

/* A line that is none of a difference. */
static void write_line(struct lines *lines)
{
	if (lines->sense.len)
		fprintf(lines->out, "%s\n", pm_buf_text(&lines->sense));
	pm_buf_clear(&lines->sense);
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

int text_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	const struct pm_diff *diff = comparison->diff;
	struct lines lines = {.comparison = comparison, .out = options->out};
	size_t count = diff && !is_silent(comparison, options) ? diff->count : 0;

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
}

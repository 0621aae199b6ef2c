#include "text/text_diff.h"
#include "findings/difference.h"
#include "keys.h"

#include <errno.h>

struct text_diff_lines {
	const struct pm_comparison *comparison;
	struct pm_buf text;	    /* the lines so far: how many they are stands before them */
	size_t count;		    /* of those that are differences */
	struct pm_buf place, sense; /* of the line to be added next */
	enum pm_diff_kind kind;
};

static void text_diff_flush(struct text_diff_lines *lines)
{
	if (lines->place.len) {
		lines->count += lines->kind != PM_DIFF_EXE;
		pm_buf_printf(&lines->text, "%s: %s, %s\n", pm_diff_name(lines->kind),
			      pm_buf_text(&lines->place), pm_buf_text(&lines->sense));
	}
	pm_buf_clear(&lines->place);
	pm_buf_clear(&lines->sense);
}

/* What differs in its address alone, IPv4 and IPv6 as a rule, is one line. */
static void text_diff_add_line(struct text_diff_lines *lines,
			       const struct pm_difference *difference)
{
	struct pm_buf sense = {0};

	difference_sense(lines->comparison, difference, &sense);
	if (lines->kind != difference->kind ||
	    strcmp(pm_buf_text(&sense), pm_buf_text(&lines->sense)) != 0) {
		text_diff_flush(lines);
		lines->kind = difference->kind;
		pm_buf_puts(&lines->sense, pm_buf_text(&sense));
	}
	pm_buf_puts(&lines->place, lines->place.len ? ", " : "");
	difference_place(lines->comparison, difference, &lines->place);
	lines->place.failed |= sense.failed;
	pm_buf_release(&sense);
}

static void text_diff_write_coverage(const struct pm_comparison *comparison, struct pm_buf *line,
				     FILE *out)
{
	const struct pm_gap *gap;
	const char *when;

	pm_buf_clear(line);
	difference_unseen(comparison, line);
	if (line->len)
		fprintf(out, "%s\n", pm_buf_text(line));
	for (size_t i = 0; (gap = difference_gap(comparison, i, &when)); i++)
		fprintf(out, "incomplete%s: %s %s (%zu): %s\n", when, pm_gap_what_name(gap->what),
			pm_gap_why_name(gap->why), gap->count, gap->detail);
}

/* Upgrades alone are no news where nobody asked for them. */
static bool is_silent(const struct pm_comparison *comparison,
		      const struct pm_report_options *options)
{
	return !pm_diff_differs(comparison->diff) && comparison->state && !options->verbose;
}

int text_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	const struct pm_diff *diff = comparison->diff;
	struct text_diff_lines lines = {.comparison = comparison};
	size_t count = diff && !is_silent(comparison, options) ? diff->count : 0;
	struct pm_buf head = {0};

	for (size_t k = 0; k < count; k++)
		text_diff_add_line(&lines, &diff->items[k]);
	text_diff_flush(&lines);
	if (!diff)
		difference_summary(comparison, &head);
	else if (count && options->header)
		difference_head(comparison, lines.count, &head);
	if (head.len)
		fprintf(options->out, "%s\n", pm_buf_text(&head));
	fputs(pm_buf_text(&lines.text), options->out);
	if (options->header)
		text_diff_write_coverage(comparison, &head, options->out);
	bool failed = lines.text.failed || lines.place.failed || lines.sense.failed || head.failed;
	pm_buf_release(&lines.text);
	pm_buf_release(&lines.place);
	pm_buf_release(&lines.sense);
	pm_buf_release(&head);
	return failed ? -ENOMEM : written(options->out);
}

/* fold: rows of text that say the same become one, with a count; JSON never folds. */
#ifndef REPORT_FOLD_H
#define REPORT_FOLD_H

#include <portmote/report.h>

/* Listeners that are one row: `count` of them from `first` on in the order given to fold_rows(). */
struct fold {
	size_t first, count;
	size_t owners; /* processes that own them */
};

/*
 * Put listeners that differ in nothing but their address, of one reach, side by side in `rows`,
 * which are in order, and return where each row of text begins. Of verdict ephemeral, the port does
 * not count either. They have one owner, or workers of one family at the same places. An array to
 * be freed; NULL: out of memory.
 */
struct fold *fold_rows(const struct pm_report *report, size_t *rows, size_t count,
		       size_t *ret_count);

/*
 * What a row stands under, "container docker:0123456789ab", "network namespace blue", or "" where
 * it is of the first namespace. Added to `ret`.
 */
void fold_heading(const struct pm_report *report, size_t i, struct pm_buf *ret);

#endif

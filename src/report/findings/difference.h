/* difference: what the formats of what changed share. */
#ifndef REPORT_DIFFERENCE_H
#define REPORT_DIFFERENCE_H

#include <portmote/report.h>

/* The report and the listener that stand for a difference: what is there now, else what was. */
const struct pm_report *difference_report(const struct pm_comparison *comparison,
					  const struct pm_difference *difference, size_t *ret);

/* "tcp 0.0.0.0:22", "tcp 127.0.0.1:80 -> 0.0.0.0:80 in blue", added to `ret`. */
void difference_place(const struct pm_comparison *comparison,
		      const struct pm_difference *difference, struct pm_buf *ret);

/* "inode 12, 1228112 bytes, of 2026-03-01T12:00:00Z", added to `ret`. */
void difference_file(const struct pm_file *file, struct pm_buf *ret);

/* "user nobody -> daemon, exe none -> /usr/bin/foo", added to `ret`. */
void difference_facts(const struct pm_difference *difference, struct pm_buf *ret);

/* The verdict, the listener in a sentence, and the facts that changed; added to `ret`. */
void difference_sense(const struct pm_comparison *comparison,
		      const struct pm_difference *difference, struct pm_buf *ret);

/*
 * "web1: 3 differences since 2026-11-20T05:00:00Z"; where there was no state yet, what was recorded
 * in which file. Added to `ret`.
 */
void difference_summary(const struct pm_comparison *comparison, struct pm_buf *ret);

/* The former, where `count` lines follow: several differences can be one. */
void difference_head(const struct pm_comparison *comparison, size_t count, struct pm_buf *ret);

/*
 * The gap number `i` of both sides, those of before first; NULL: there are no more. `ret_when` is
 * what stands behind "incomplete": " before", or nothing.
 */
const struct pm_gap *difference_gap(const struct pm_comparison *comparison, size_t i,
				    const char **ret_when);

/* Could all be seen, on both sides? */
bool difference_is_complete(const struct pm_comparison *comparison);

/* How many of before could not be looked for, in a sentence; nothing where there is none. Added to
 * `ret`. */
void difference_unseen(const struct pm_comparison *comparison, struct pm_buf *ret);

#endif

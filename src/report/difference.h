/* difference: what the formats share that tell what changed. */
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

/* The verdict, the listener in a sentence, and the facts that changed; added to `ret`. */
void difference_sense(const struct pm_comparison *comparison,
		      const struct pm_difference *difference, struct pm_buf *ret);

#endif

/* coverage: what several passes do. */
#ifndef COLLECT_COVERAGE_H
#define COLLECT_COVERAGE_H

#include "source/collector.h"

/* Add `count` to a gap, with this detail (printf(3) style, escaped by the caller where strange). */
int gap_add(struct pm_snapshot *snapshot, enum pm_gap_what what, enum pm_gap_why why, size_t count,
	    const char *format, ...) PM_PRINTF(5, 6);

/* Add a sentence, unless it is there; in the alphabet of pm_escape() already. */
int note_add(struct pm_snapshot *snapshot, struct pm_notes *notes, const char *format, ...)
	PM_PRINTF(3, 4);

/* Of what a look-up came to but 0, for a sentence. */
const char *look_text(int code);

/* Note that `what` was not looked at because of `code`: -EPERM stands for
 * CAP_NET_ADMIN; NOT_RECORDED and NO_PROC are no errors. */
int note_unlooked(struct collector *collector, const char *what, int code);

/* The name of a namespace, for a sentence: "host", "net:[4026531840]". */
enum { NETNS_TEXT = 256 };
const char *netns_text(const struct pm_snapshot *snapshot, size_t netns, char buf[NETNS_TEXT]);

/* Names of the capabilities that we lack to look at the processes of others, with commas. */
void missing_capabilities(struct source *source, struct pm_buf *ret);

#endif

/* rows: the listeners that one dump of one protocol, family and network namespace gives. */
#ifndef COLLECT_ROWS_H
#define COLLECT_ROWS_H

#include "passes.h"

struct rows {
	struct pm_listener *row;
	size_t count, room;
	size_t netns; /* in which we are */
	enum pm_protocol protocol;
	enum pm_family family;
	const struct pm_collect_options *options;
};

/*
 * Dump; `what` names this very dump on a recording. `*ret_parts`: as by netlink_dump(). 0 or
 * -errno. The rows are the caller's, to be freed.
 */
int rows_dump(struct source *source, struct rows *rows, const char *what, unsigned *ret_parts);

/* Do the options ask for this protocol and family? */
bool is_asked(const struct pm_collect_options *options, enum pm_protocol protocol,
	      enum pm_family family);

#endif

/* rows: the listeners that one dump of one protocol, family and network namespace gives. */
#ifndef COLLECT_INET_DIAG_H
#define COLLECT_INET_DIAG_H

#include "source/source.h"

struct rows {
	struct pm_listener *row;
	size_t count, room;
	size_t begin; /* of the rows of this dump: those of ranges are added up */
	bool has_any; /* the kernel told of one, wanted or not; stays till the caller sets it back */
	size_t netns; /* in which we are */
	enum pm_protocol protocol;
	enum pm_family family;
	const struct pm_collect_options *options;
};

/* Ports from `first` to `last`. */
struct range {
	uint16_t first, last;
};

/*
 * Dump these ports, or all where `range` is NULL; `what` names this very dump on a recording.
 * `*ret_parts`: as by netlink_dump(). 0, NOT_RECORDED or -errno. The rows are the caller's, to be freed.
 */
int rows_dump(struct source *source, struct rows *rows, const char *what, const struct range *range,
	      unsigned *ret_parts);

/* Add a copy of a listener. 0 or -ENOMEM. */
int rows_add(struct rows *rows, const struct pm_listener *listener);

/* Is this listener asked for? */
bool listener_is_wanted(const struct pm_collect_options *options,
			const struct pm_listener *listener);

#endif

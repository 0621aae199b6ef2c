/* rows: the listeners that one dump of one protocol, family and network namespace gives. */
#ifndef COLLECT_ROWS_H
#define COLLECT_ROWS_H

#include "bpf.h"
#include "passes.h"

struct rows {
	struct pm_listener *row;
	size_t count, room;
	size_t begin; /* of the rows of this dump: those of ranges are added up */
	bool has_any; /* the kernel told of one, wanted or not; stays till the caller sets it back
		       */
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
 * `*ret_parts`: as by netlink_dump(). 0 or -errno. The rows are the caller's, to be freed.
 */
int rows_dump(struct source *source, struct rows *rows, const char *what, const struct range *range,
	      unsigned *ret_parts);

/*
 * The same of all ports, by several dumps if need be: `*ret_whole` tells whether no socket that
 * lived throughout can be missing but of the ephemeral range. 0 or -errno.
 */
int rows_list(struct source *source, const struct pm_snapshot *snapshot, struct rows *rows,
	      const char *what, bool *ret_whole);

/* The same by a walk within the kernel alone. 0, or -errno as bpf_records(). */
int rows_walk(struct source *source, struct rows *rows);

/* The protocol of a record, PM_PROTOCOLS where it is none of ours. */
enum pm_protocol protocol_of_record(const struct bpf_record *record);

/* A record of a walk in the kernel, as a listener of namespace 0. */
struct pm_listener listener_of_record(const struct bpf_record *record);

/* Do the options ask for this protocol and family? */
bool is_asked(const struct pm_collect_options *options, enum pm_protocol protocol,
	      enum pm_family family);

#endif

/*
 * walk: every descriptor of every process that can be looked at, threads with a table of their own
 * included. Source: proc_pid_fd(5), kcmp(2).
 */
#ifndef COLLECT_WALK_H
#define COLLECT_WALK_H

#include "source/source.h"

struct walk {
	struct source *source;
	/*
	 * Called with what a descriptor links to, unless that is a path; below 0 ends the table,
	 * -ENOMEM the walk. By one thread or another, one at a time, in no order.
	 */
	int (*meet)(void *data, const struct task *task, const char *link, size_t len);
	void *data;
	bool only_denied; /* nothing is to be met: count the tables that cannot be read */
	size_t denied;	  /* tables that could not be read */
};

/* 0 or -ENOMEM. Ends early when the time is up. */
int walk_descriptors(struct walk *walk);

/* Put this descriptor on the recording: a replayed walk meets those, and no others. */
void walk_keep(struct source *source, const struct task *task, const char *link);

/* The number in "socket:[12345]" with `head` "socket:[", and the like; 0: it is none of these. */
uint64_t number_in(const char *link, size_t len, const char *head);

#endif

/*
 * holders: the search for those who have a listener open, by either of two means: the walk over
 * /proc, which is always there, and that within the kernel, which is faster, cannot be outrun, and
 * sees the sockets of every network namespace.
 */
#ifndef COLLECT_HOLDERS_H
#define COLLECT_HOLDERS_H

#include "passes.h"

/* Socket inodes of the listeners: a hash of inode to listeners. */
struct inodes {
	const struct pm_listener *listeners;
	size_t *slot; /* index + 1 of the first listener of this hash */
	size_t *next; /* index + 1 of the next one, by index */
	size_t slots;
};

/* What is looked for, and what was found. */
struct search {
	struct source *source;
	const struct pm_collect_options *options;
	struct pm_snapshot *snapshot;
	bool is_again; /* somebody is missing after an earlier search */
	bool are_few;  /* open files on this machine */
	struct inodes inodes;
	struct finds *finds;
};

/* Hash the inodes of the snapshot's listeners. 0 or -ENOMEM; to be closed in either case. */
int search_open(struct search *search);
void search_close(struct search *search);

/* Note a holder. 0 or -ENOMEM. */
int holders_find(struct search *search, const struct task *task, size_t listener);

/* A descriptor of a network namespace keeps it where nothing else may lead to it. 0 or -ENOMEM. */
int holders_meet_namespace(struct search *search, const struct task *task, uint64_t inode);

/*
 * Search within the kernel. Listeners that are held but were in no dump join the snapshot. 0,
 * -ENOMEM, or why it could not be done, as bpf_records(); nothing was found then.
 */
int search_bpf(struct search *search);

#endif

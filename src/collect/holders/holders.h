/*
 * holders: the search for those who have a listener open, by either of two means: the walk over
 * /proc, which is always there, and that within the kernel, which is faster, cannot be outrun, and
 * sees the sockets of every network namespace.
 */
#ifndef COLLECT_HOLDERS_H
#define COLLECT_HOLDERS_H

#include "source/collector.h"
#include "bpf/records.h"

/* Socket inodes of the listeners: a hash of inode to listeners. */
struct inodes {
	const struct pm_listener *listeners;
	size_t *slot; /* index + 1 of the first listener of this hash */
	size_t *next; /* index + 1 of the next one, by index */
	size_t slots;
};

/* What is looked for, and what was found. */
struct holder_search {
	struct collector *collector;
	bool is_again; /* somebody is missing after an earlier search */
	bool are_few;  /* open files on this machine */
	struct inodes inodes;
	struct finds *finds;
};

/*
 * Search within the kernel. Listeners that are held but were in no dump join the snapshot. 0,
 * -ENOMEM, or why it could not be done, as bpf_records(); nothing was found then.
 */
int search_bpf(struct holder_search *search);

/* It let go of the listener, or was gone, before it could be read. */
#define FIND_LOST SIZE_MAX

/* Somebody has a listener open. */
struct find {
	size_t listener; /* index in the snapshot */
	struct task task;
	size_t process; /* once it was read: its index in the snapshot, or FIND_LOST */
};

/*
 * Who has the listeners open that have no owner yet. `found` is ordered by listener, then pid; the
 * rest is what the walk came across meanwhile.
 */
struct finds {
	struct find *found;
	size_t count, room;
	struct bpf_process *seen; /* what the walk within the kernel tells of the holders */
	size_t seen_count, seen_room;
	bool has_facts; /* that walk tells of all holders that have not ended */
	struct unlisted_list unlisted;
};

/*
 * By the walk within the kernel, where it is wanted and not refused, else by that over /proc; more
 * closely where we look again, as somebody is missing.
 * Threads with a table of their own are included.
 */
int pass_holders(struct collector *collector, bool wants_bpf, bool is_again, struct finds *finds);
void finds_release(struct finds *finds);

#endif

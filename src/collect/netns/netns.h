/*
 * netns: the network namespaces that are known, and going from one to another. Their numbers are
 * those in snapshot.netns; what stands there about each is filled in by who visits it.
 *
 * Source: network_namespaces(7), setns(2).
 */
#ifndef COLLECT_NETNS_H
#define COLLECT_NETNS_H

#include "source/collector.h"

/*
 * Open the namespace at `path` below `dir`, found with these RESOLVE_ bits of openat2(2); a file
 * that is no namespace is not opened but by O_PATH. The descriptor, or -errno; -EINVAL for such.
 */
int netns_open(struct source *source, int dir, const char *path, uint64_t resolve,
	       uint64_t *ret_inode);

bool netns_is_known(const struct pm_snapshot *snapshot, uint64_t inode);

/*
 * A new namespace; the label, escaped text of the snapshot's arena, or NULL. `fd` belongs to the
 * source then. 0 or -ENOMEM.
 */
int netns_add(struct collector *collector, uint64_t inode, int fd, const char *label);

/* The same, unless it is known: then `fd` is closed. */
int netns_learn(struct collector *collector, uint64_t inode, int fd, const char *label);

/* One that is seen and that nothing leads into: it is told. */
int netns_add_closed(struct collector *collector, uint64_t inode);

/*
 * Call `visit` in each namespace from number `first` on that the caller `wants`, and come back.
 * What it returns but 0 ends the round; so does not being able to come back. One that cannot be
 * entered is told and closed.
 */
int netns_each(struct collector *collector, size_t first, bool (*wants)(void *data, size_t netns),
	       int (*visit)(void *data, size_t netns), void *data);

/*
 * Search for namespaces, unless `search` is NULL, and note those found since the last time; or take
 * them from the recording. What `search` says below 0, or -ENOMEM.
 */
int netns_keep(struct collector *collector, int (*search)(void *data), void *data);

void netns_release(struct namespaces *all);

#endif

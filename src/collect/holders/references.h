/*
 * references: whether sockets are held by more than the descriptors that a walk within the kernel
 * met: by a file of an io_uring, in flight, by a mapping, or by a call whose descriptor is closed.
 */
#ifndef COLLECT_REFERENCES_H
#define COLLECT_REFERENCES_H

#include "bpf/records.h"

#include <portmote/base.h>

struct references {
	struct bpf_references *told;
	size_t count, room;
};

/* 0 or -ENOMEM. */
int references_add(struct references *references, const struct bpf_record *record);

/* Leave one of each socket that is held by more than was told, in order. */
void references_keep_unexplained(struct references *references);

/* Is this one of those that were left? */
bool references_have(const struct references *references, uint64_t inode);

void references_release(struct references *references);

#endif

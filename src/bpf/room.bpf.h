/*
 * room: where records go that wait to be taken. It is a map, as an iterator has no room for 410 of
 * them, and loses what a task wrote that is shown again.
 */
#ifndef BPF_ROOM_H
#define BPF_ROOM_H

#include "kernel.h"
#include "records.h"

unsigned int filled; /* records; the reader sets it back to 0 */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, RECORDS_ROOM);
	__type(key, uint32_t);
	__type(value, struct bpf_record);
} records SEC(".maps");

/* Returns whether there was room. Of a pointer to void, bytes would be copied one by one. */
static __always_inline bool room_add(const struct bpf_record *record)
{
	uint32_t key = filled;
	struct bpf_record *room = bpf_map_lookup_elem(&records, &key);

	if (!room)
		return false;
	*room = *record;
	filled = key + 1;
	return true;
}

#endif

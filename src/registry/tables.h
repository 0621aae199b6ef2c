/*
 * tables: the one form of a registry, whether compiled in or read from a file: arrays without
 * pointers, which refer to each other by number and to text by its place in one pool, so that the
 * compiled tables are read-only pages that need no relocation.
 */
#ifndef REGISTRY_TABLES_H
#define REGISTRY_TABLES_H

#include <portmote/registry.h>

enum pm_text {
	PM_TEXT_NAME,
	PM_TEXT_DESCRIPTION,
	PM_TEXT_ASSIGNEE,
	PM_TEXT_CONTACT,
	PM_TEXT_REGISTERED,
	PM_TEXT_MODIFIED,
	PM_TEXT_REFERENCE,
	PM_TEXT_CODE,
	PM_TEXT_UNAUTHORIZED,
	PM_TEXT_ALIAS_OF,
	PM_TEXT_DEASSIGNED,
	PM_TEXTS,
};

/* One row; sorted by pm_entry_compare(). */
struct pm_entry {
	uint32_t text[PM_TEXTS]; /* places in the pool; 0 is "" */
	uint32_t row;
	uint16_t first, last;
	uint8_t transports;
	uint8_t status;
	uint8_t historic;
};

/*
 * Ports from `first` up to the next segment's `first` (or 65535) that have the same rows: those at
 * `list` in the lists, up to the next segment's `list`.
 */
struct pm_segment {
	uint32_t list;
	uint16_t first;
};

struct pm_registry {
	const char *pool;
	const struct pm_entry *entries;
	/* Those of TCP, then UDP, SCTP, DCCP, each beginning at port 0; then one to end the last. */
	const struct pm_segment *segments;
	const uint32_t *lists;
	uint32_t pool_size;
	uint32_t entry_count;
	uint32_t list_count;
	uint32_t segment_at[PM_TRANSPORTS + 1];
	uint32_t source; /* places in the pool */
	uint32_t date;
	uint32_t last_row, last_line; /* of the file; 0 where compiled in */
};

/* (first, last, transports, row) */
int pm_entry_compare(const void *a, const void *b);

/* No list of rows at all ports of a real registry comes near this; overlapping ranges could. */
#define PM_LISTS_MAX (1u << 20)

/*
 * Fill segments, lists and their counts from the sorted entries; the arrays are on the heap, also
 * on failure. -EBADMSG: ranges overlap so much that PM_LISTS_MAX would be passed. -ENOMEM.
 */
int pm_index_build(struct pm_registry *registry, const char *name, struct pm_error *err);

/* What registry-compile made of registry/. */
extern const struct pm_registry pm_builtin_registry;
extern const struct pm_knowledge pm_builtin_knowledge;

#endif

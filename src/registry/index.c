#include "tables.h"

#include <errno.h>

enum { PORTS = UINT16_MAX + 1 };

/* What grows while the index is built; `segment_of` is scratch, one transport at a time. */
struct index {
	struct pm_segment *segments;
	size_t count, room;
	uint32_t *lists;
	uint32_t list_count;
	uint32_t segment_of[PORTS]; /* segment that a port lies in, counted within its transport */
};

int pm_entry_compare(const void *a, const void *b)
{
	const struct pm_entry *x = a, *y = b;

	if (x->first != y->first)
		return PM_CMP(x->first, y->first);
	if (x->last != y->last)
		return PM_CMP(x->last, y->last);
	if (x->transports != y->transports)
		return PM_CMP(x->transports, y->transports);
	return PM_CMP(x->row, y->row);
}

static bool speaks_of(const struct pm_entry *entry, unsigned transport)
{
	return entry->transports >> transport & 1;
}

/* A segment begins at 0, where a row begins, and after one ends. */
static int add_segments(struct index *index, const struct pm_registry *registry, unsigned transport)
{
	uint32_t *map = index->segment_of, number = 0;

	memset(map, 0, sizeof(index->segment_of));
	map[0] = 1;
	for (size_t i = 0; i < registry->entry_count; i++) {
		const struct pm_entry *entry = &registry->entries[i];

		if (!speaks_of(entry, transport))
			continue;
		map[entry->first] = 1;
		if (entry->last < UINT16_MAX)
			map[entry->last + 1] = 1;
	}
	for (size_t port = 0; port < PORTS; port++) {
		if (map[port]) {
			struct pm_segment *segment = pm_array_add(&index->segments, &index->count,
								  &index->room, sizeof(*segment));
			if (!segment)
				return -ENOMEM;
			segment->first = (uint16_t)port;
			number++;
		}
		map[port] = number - 1;
	}
	return 0;
}

/* Room for the rows of all segments of this transport; how many that is, is reckoned, not tried. */
static int make_lists(struct index *index, const struct pm_registry *registry, unsigned transport)
{
	uint64_t total = index->list_count;

	for (size_t i = 0; i < registry->entry_count; i++) {
		const struct pm_entry *entry = &registry->entries[i];

		if (speaks_of(entry, transport))
			total += index->segment_of[entry->last] - index->segment_of[entry->first] +
				 1u;
	}
	if (total > PM_LISTS_MAX)
		return -EBADMSG;
	uint32_t *lists = reallocarray(index->lists, total + 1, sizeof(*lists));
	if (!lists)
		return -ENOMEM;
	index->lists = lists;
	index->list_count = (uint32_t)total;
	return 0;
}

/* From how many rows each segment has to where its list begins. */
static void place_lists(struct index *index, const struct pm_registry *registry, unsigned transport,
			struct pm_segment *segments, uint32_t begin)
{
	for (size_t i = 0; i < registry->entry_count; i++) {
		const struct pm_entry *entry = &registry->entries[i];

		if (!speaks_of(entry, transport))
			continue;
		for (uint32_t s = index->segment_of[entry->first];
		     s <= index->segment_of[entry->last]; s++)
			segments[s].list++;
	}
	for (uint32_t s = 0; s <= index->segment_of[UINT16_MAX]; s++) {
		uint32_t count = segments[s].list;

		segments[s].list = begin;
		begin += count;
	}
}

/* Put the rows of one kind into the lists; segments[].list is moved to where each one ends. */
static void fill_lists(struct index *index, const struct pm_registry *registry, unsigned transport,
		       struct pm_segment *segments, bool assigned)
{
	for (uint32_t i = 0; i < registry->entry_count; i++) {
		const struct pm_entry *entry = &registry->entries[i];

		if (!speaks_of(entry, transport) || (entry->status == PM_ASSIGNED) != assigned)
			continue;
		for (uint32_t s = index->segment_of[entry->first];
		     s <= index->segment_of[entry->last]; s++)
			index->lists[segments[s].list++] = i;
	}
}

static int add_transport(struct index *index, const struct pm_registry *registry,
			 unsigned transport)
{
	uint32_t begin = index->list_count;
	size_t at = index->count;

	int r = add_segments(index, registry, transport);
	if (r < 0)
		return r;
	r = make_lists(index, registry, transport);
	if (r < 0)
		return r;
	struct pm_segment *segments = &index->segments[at];
	place_lists(index, registry, transport, segments, begin);
	fill_lists(index, registry, transport, segments, true);
	fill_lists(index, registry, transport, segments, false);
	/* Each list now stands at its end, where the next one begins. */
	for (uint32_t s = index->segment_of[UINT16_MAX]; s > 0; s--)
		segments[s].list = segments[s - 1].list;
	segments[0].list = begin;
	return 0;
}

static int build(struct index *index, struct pm_registry *registry)
{
	for (unsigned transport = 0; transport < PM_TRANSPORTS; transport++) {
		registry->segment_at[transport] = (uint32_t)index->count;
		int r = add_transport(index, registry, transport);
		if (r)
			return r;
	}
	registry->segment_at[PM_TRANSPORTS] = (uint32_t)index->count;
	struct pm_segment *end =
		pm_array_add(&index->segments, &index->count, &index->room, sizeof(*end));
	if (!end)
		return -ENOMEM;
	end->list = index->list_count;
	return 0;
}

int pm_index_build(struct pm_registry *registry, const char *name, struct pm_error *err)
{
	struct index *index = calloc(1, sizeof(*index));

	if (!index)
		return pm_fail(err, -ENOMEM, "%s: out of memory", name);
	int r = build(index, registry);
	registry->segments = index->segments;
	registry->lists = index->lists;
	registry->list_count = index->list_count;
	free(index);
	if (r == -EBADMSG)
		return pm_fail(err, r, "%s: its port ranges overlap too much", name);
	if (r)
		return pm_fail(err, r, "%s: out of memory", name);
	return 0;
}

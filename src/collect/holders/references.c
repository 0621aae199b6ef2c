#include "holders/references.h"

#include <errno.h>

int references_add(struct references *references, const struct bpf_record *record)
{
	struct bpf_references *room = pm_array_add(&references->told, &references->count,
						   &references->room, sizeof(*room));

	if (room)
		memcpy(room, record, sizeof(*room));
	return room ? 0 : -ENOMEM;
}

static int compare(const void *a, const void *b)
{
	const struct bpf_references *x = a, *y = b;
	int c = PM_CMP(x->inode, y->inode);

	if (!c)
		c = PM_CMP(x->table, y->table);
	return c ? c : PM_CMP(x->fd, y->fd);
}

/*
 * Of one socket. A table that several processes share was met by each of them, and its calls are
 * told with each of its descriptors. What was counted while others came and went is the most that
 * was seen at once; the calls are the least, so that nothing is explained by what has ended.
 */
static bool is_unexplained(const struct bpf_references *told, size_t count)
{
	uint64_t descriptors = 0, calls = 0, references = 0;
	uint32_t of_table = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_same_table = i && told[i].table == told[i - 1].table;

		descriptors += !is_same_table || told[i].fd != told[i - 1].fd;
		if (!is_same_table) {
			calls += of_table;
			of_table = told[i].calls;
		} else if (told[i].calls < of_table) {
			of_table = told[i].calls;
		}
		if (told[i].references > references)
			references = told[i].references;
	}
	return references > descriptors + calls + of_table;
}

void references_keep_unexplained(struct references *references)
{
	struct bpf_references *told = references->told;
	size_t kept = 0, count = references->count;

	if (count)
		qsort(told, count, sizeof(*told), compare);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && told[end].inode == told[first].inode;)
			end++;
		if (is_unexplained(told + first, end - first))
			told[kept++] = told[first];
	}
	references->count = kept;
}

static int compare_inodes(const void *a, const void *b)
{
	const struct bpf_references *x = a, *y = b;

	return PM_CMP(x->inode, y->inode);
}

bool references_have(const struct references *references, uint64_t inode)
{
	const struct bpf_references wanted = {.inode = inode};

	return references->count && bsearch(&wanted, references->told, references->count,
					    sizeof(wanted), compare_inodes);
}

void references_release(struct references *references)
{
	free(references->told);
}

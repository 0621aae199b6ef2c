#include "holders/mapping.h"

#include <errno.h>

struct map_search {
	struct source *source;
	int pid;
	const struct needles *needles;
};

static bool map_read(void *data, struct pm_buf *ret)
{
	const struct map_search *search = data;
	int found = blocking_search(search->source, search->pid, "maps", search->needles);

	if (found == -ETIME)
		search->source->is_search_cut = true;
	if (found > 0)
		pm_buf_printf(ret, "%d", found);
	return found > 0;
}

/* Which needles are in the process's maps; on a recording, as a number. */
unsigned maps_have(struct source *source, int pid, const struct needles *needles, const char *what)
{
	struct map_search search = {source, pid, needles};
	struct pm_buf value = {0};
	char name[64];
	uint64_t bits = 0;

	snprintf(name, sizeof(name), "maps-%d-%.24s", pid, what);
	if (source_value(source, name, map_read, &search, &value) &&
	    pm_parse_u64(pm_buf_text(&value), value.len, INT32_MAX, &bits) < 0)
		bits = 0;
	pm_buf_release(&value);
	return (unsigned)bits;
}

bool mapping_holds(struct source *source, int pid, uint32_t inode)
{
	struct needles needles = {0};

	snprintf(needles.text[0], sizeof(needles.text[0]), "socket:[%u]", inode);
	return maps_have(source, pid, &needles, needles.text[0]);
}

#include "holders/mapping.h"

#include <errno.h>

/* Which needles are in the process's maps; on a recording, as a number. */
unsigned maps_have(struct source *source, int pid, const struct needles *needles, const char *what)
{
	struct pm_buf value = {0};
	char name[64];
	uint64_t bits = 0;

	snprintf(name, sizeof(name), "maps-%d-%.24s", pid, what);
	int found = source->replay < 0 ? blocking_search(source, pid, "maps", needles) : 0;
	if (found == -ETIME)
		source->is_search_cut = true;
	if (found > 0)
		pm_buf_printf(&value, "%d", found);
	if (source_value(source, name, &value, found > 0) &&
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

/* The options by which less than all was looked for. */
#include "narrowed.h"

#include <errno.h>

int pass_narrowed(struct collector *collector)
{
	const char *netns =
		collector->options->netns
			? pm_arena_escape(&collector->snapshot->arena, collector->options->netns,
					  strlen(collector->options->netns))
			: NULL;
	struct pm_buf recorded = {0};
	int r = collector->options->netns && !netns ? -ENOMEM : 0;

	if (r == 0 && collector->source->replay < 0)
		r = pm_snapshot_say_narrowed(collector->snapshot, &collector->options->filter,
					     netns);
	pm_buf_puts(&recorded, collector->snapshot->narrowed ? collector->snapshot->narrowed : "");
	if (source_value(collector->source, "narrowed", &recorded, collector->snapshot->narrowed))
		collector->snapshot->narrowed =
			pm_arena_escape(&collector->snapshot->arena, recorded.data, recorded.len);
	pm_buf_release(&recorded);
	return r == 0 && collector->source->replay >= 0
		       ? pm_snapshot_say_narrowed(collector->snapshot, &collector->options->filter,
						  netns)
		       : r;
}

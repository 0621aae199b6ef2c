/* The options by which less than all was looked for. */
#include "narrowed.h"

#include <errno.h>

int pass_narrowed(struct source *source, const struct pm_collect_options *options,
		  struct pm_snapshot *snapshot)
{
	const char *netns = options->netns ? pm_arena_escape(&snapshot->arena, options->netns,
							     strlen(options->netns))
					   : NULL;
	struct pm_buf recorded = {0};
	int r = options->netns && !netns ? -ENOMEM : 0;

	if (r == 0 && source->replay < 0)
		r = pm_snapshot_say_narrowed(snapshot, &options->filter, netns);
	pm_buf_puts(&recorded, snapshot->narrowed ? snapshot->narrowed : "");
	if (source_value(source, "narrowed", &recorded, snapshot->narrowed))
		snapshot->narrowed = pm_arena_escape(&snapshot->arena, recorded.data, recorded.len);
	pm_buf_release(&recorded);
	return r == 0 && source->replay >= 0 ? pm_snapshot_say_narrowed(snapshot, &options->filter, netns) : r;
}

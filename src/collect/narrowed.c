/* The options by which less than all was looked for. */
#include "narrowed.h"

#include <errno.h>

struct narrowing {
	struct collector *collector;
	const char *netns; /* that was asked for, escaped; or NULL */
	int r;
};

/* Unless that is said already. */
static int narrowing_say(const struct narrowing *narrowing)
{
	return pm_snapshot_say_narrowed(narrowing->collector->snapshot,
					&narrowing->collector->options->filter, narrowing->netns);
}

static bool narrowing_read(void *data, struct pm_buf *ret)
{
	struct narrowing *narrowing = data;
	const struct pm_snapshot *snapshot = narrowing->collector->snapshot;

	narrowing->r = narrowing_say(narrowing);
	if (narrowing->r < 0 || !snapshot->narrowed)
		return false;
	pm_buf_puts(ret, snapshot->narrowed);
	return true;
}

int pass_narrowed(struct collector *collector)
{
	struct pm_snapshot *snapshot = collector->snapshot;
	const char *asked = collector->options->netns;
	struct narrowing narrowing = {.collector = collector};
	struct pm_buf text = {0};

	if (asked) {
		narrowing.netns = pm_arena_escape(&snapshot->arena, asked, strlen(asked));
		if (!narrowing.netns)
			return -ENOMEM;
	}
	if (source_value(collector->source, "narrowed", narrowing_read, &narrowing, &text) ==
	    VALUE_RECORDED)
		snapshot->narrowed =
			pm_arena_escape(&snapshot->arena, pm_buf_text(&text), text.len);
	pm_buf_release(&text);
	return narrowing.r < 0 ? narrowing.r : narrowing_say(&narrowing);
}

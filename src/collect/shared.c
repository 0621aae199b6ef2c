/* What several passes do. */
#include "passes.h"

#include <errno.h>

int gap_add(struct pm_snapshot *snapshot, enum pm_gap_what what, enum pm_gap_why why, size_t count,
	    const char *format, ...)
{
	struct pm_coverage *coverage = &snapshot->coverage;
	struct pm_error detail;
	va_list args;

	va_start(args, format);
	vsnprintf(detail.text, sizeof(detail.text), format, args);
	va_end(args);
	for (size_t i = 0; i < coverage->gap_count; i++) {
		struct pm_gap *gap = &coverage->gaps[i];

		if (gap->what == what && gap->why == why && !strcmp(gap->detail, detail.text)) {
			gap->count += count;
			return 0;
		}
	}
	const char *text = pm_arena_escape(&snapshot->arena, detail.text, strlen(detail.text));
	struct pm_gap *gap = text ? pm_array_add(&coverage->gaps, &coverage->gap_count,
						 &coverage->gap_room, sizeof(*gap))
				  : NULL;
	if (!gap)
		return -ENOMEM;
	*gap = (struct pm_gap){.what = what, .why = why, .count = count, .detail = text};
	return 0;
}

bool is_wanted(const struct pm_collect_options *options, const struct pm_listener *listener)
{
	return !options->ports || (options->ports[listener->port / 8] >> listener->port % 8 & 1);
}

int listener_add(struct pm_snapshot *snapshot, const struct pm_listener *listener)
{
	struct pm_listener *place = pm_array_add(&snapshot->listeners, &snapshot->listener_count,
						 &snapshot->listener_room, sizeof(*place));

	if (!place)
		return -ENOMEM;
	*place = *listener;
	return 0;
}

static int compare_listeners(const void *a, const void *b, void *data)
{
	return pm_listener_compare(data, a, b);
}

void listeners_sort(struct pm_snapshot *snapshot)
{
	if (snapshot->listener_count)
		qsort_r(snapshot->listeners, snapshot->listener_count, sizeof(*snapshot->listeners),
			compare_listeners, snapshot);
}

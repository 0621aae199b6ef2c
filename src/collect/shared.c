/* What several passes do. */
#include "passes.h"

#include <cap-ng.h>
#include <errno.h>
#include <inttypes.h>

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

int note_add(struct pm_snapshot *snapshot, struct pm_notes *notes, const char *format, ...)
{
	struct pm_error note;
	va_list args;

	va_start(args, format);
	vsnprintf(note.text, sizeof(note.text), format, args);
	va_end(args);
	for (size_t i = 0; i < notes->count; i++)
		if (!strcmp(notes->text[i], note.text))
			return 0;
	const char *text = pm_arena_copy(&snapshot->arena, note.text, strlen(note.text));
	const char **place =
		text ? pm_array_add(&notes->text, &notes->count, &notes->room, sizeof(*place))
		     : NULL;
	if (!place)
		return -ENOMEM;
	*place = text;
	return 0;
}

/* Whether the right to ask the kernel about its network is missing; unknown in old recordings. */
static bool lacks_net_admin(struct source *source)
{
	struct pm_buf word = {0};
	bool have = source->replay < 0 && capng_get_caps_process() == 0;

	if (have)
		pm_buf_puts(&word, capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) ? "has"
											 : "lacks");
	bool lacks = source_value(source, "net-admin", &word, have) &&
		     !strcmp(pm_buf_text(&word), "lacks");
	pm_buf_release(&word);
	return lacks;
}

int note_unlooked(struct source *source, struct pm_snapshot *snapshot, const char *what, int code)
{
	const char *why = strerror(-code);

	if (code == -ENODATA)
		why = "not in the recording";
	else if (code == -ENOTDIR)
		why = "there is no /proc";
	else if (code == -EPERM && lacks_net_admin(source))
		why = "missing CAP_NET_ADMIN";
	return note_add(snapshot, &snapshot->coverage.not_checked, "%s (%s)", what, why);
}

const char *netns_text(const struct pm_snapshot *snapshot, size_t netns, char buf[NETNS_TEXT])
{
	const struct pm_netns *at = &snapshot->netns[netns];

	if (at->label)
		snprintf(buf, NETNS_TEXT, "%s", at->label);
	else
		snprintf(buf, NETNS_TEXT, "net:[%" PRIu64 "]", at->inode);
	return buf;
}

bool is_wanted(const struct pm_collect_options *options, const struct pm_listener *listener)
{
	if (listener->state != PM_STATE_LISTEN && !options->bound)
		return false;
	if (!pm_protocol_has_port(listener->protocol))
		return !options->ports;
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

/* They mostly are: what is found late is little. */
static bool are_sorted(const struct pm_snapshot *snapshot)
{
	const struct pm_listener *listeners = snapshot->listeners;

	for (size_t i = 1; i < snapshot->listener_count; i++)
		if (pm_listener_compare(snapshot, &listeners[i - 1], &listeners[i]) > 0)
			return false;
	return true;
}

void listeners_sort(struct pm_snapshot *snapshot)
{
	if (!are_sorted(snapshot))
		qsort_r(snapshot->listeners, snapshot->listener_count, sizeof(*snapshot->listeners),
			compare_listeners, snapshot);
}

#include "source/coverage.h"

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

int note_unlooked(struct collector *collector, const char *what, int code)
{
	const char *why = strerror(-code);

	if (code == -ENODATA)
		why = "not in the recording";
	else if (code == -ENOTDIR)
		why = "there is no /proc";
	else if (code == -EPERM && lacks_net_admin(collector->source))
		why = "missing CAP_NET_ADMIN";
	return note_add(collector->snapshot, &collector->snapshot->coverage.not_checked, "%s (%s)",
			what, why);
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

/* What reading another's descriptors takes; see ptrace(2), "access mode checking". */
static const struct {
	unsigned capability;
	const char *name;
} needed[] = {
	{CAP_SYS_PTRACE, "CAP_SYS_PTRACE"},
	{CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH"},
};

void missing_capabilities(struct source *source, struct pm_buf *ret)
{
	bool have = source->replay < 0 && capng_get_caps_process() == 0;

	for (size_t i = 0; have && i < PM_COUNT(needed); i++)
		if (!capng_have_capability(CAPNG_EFFECTIVE, needed[i].capability))
			pm_buf_printf(ret, "%s%s", ret->len ? ", " : "", needed[i].name);
	source_value(source, "missing-capabilities", ret, have);
}

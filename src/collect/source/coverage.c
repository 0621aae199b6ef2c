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
	const char **slot =
		text ? pm_array_add(&notes->text, &notes->count, &notes->room, sizeof(*slot))
		     : NULL;
	if (!slot)
		return -ENOMEM;
	*slot = text;
	return 0;
}

static bool read_net_admin(void *data, struct pm_buf *ret)
{
	(void)data;
	if (capng_get_caps_process() < 0)
		return false;
	pm_buf_puts(ret, capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN) ? "has" : "lacks");
	return true;
}

/* Whether the right to ask the kernel about its network is missing; unknown in old recordings. */
static bool lacks_net_admin(struct source *source)
{
	struct pm_buf word = {0};

	source_value(source, "net-admin", read_net_admin, NULL, &word);
	bool lacks = !strcmp(pm_buf_text(&word), "lacks");
	pm_buf_release(&word);
	return lacks;
}

const char *look_text(int code)
{
	if (code == NOT_RECORDED)
		return "not in the recording";
	return code == NO_PROC ? "there is no /proc" : strerror(-code);
}

static const char *why_unlooked(struct source *source, int code)
{
	return code == -EPERM && lacks_net_admin(source) ? "missing CAP_NET_ADMIN"
							 : look_text(code);
}

int note_unlooked(struct collector *collector, const char *what, int code)
{
	return note_add(collector->snapshot, &collector->snapshot->coverage.not_checked, "%s (%s)",
			what, why_unlooked(collector->source, code));
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

static bool read_missing(void *data, struct pm_buf *ret)
{
	(void)data;
	if (capng_get_caps_process() < 0)
		return false;
	for (size_t i = 0; i < PM_COUNT(needed); i++)
		if (!capng_have_capability(CAPNG_EFFECTIVE, needed[i].capability))
			pm_buf_printf(ret, "%s%s", ret->len ? ", " : "", needed[i].name);
	return true;
}

void missing_capabilities(struct source *source, struct pm_buf *ret)
{
	source_value(source, "missing-capabilities", read_missing, NULL, ret);
}

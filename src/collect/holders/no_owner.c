#include "holders/no_owner.h"
#include "source/coverage.h"

#include <cap-ng.h>
#include <errno.h>

/* Link of /proc/self/ns/pid in the first pid namespace (PROC_PID_INIT_INO, linux/proc_ns.h). */
static const char first_pidns[] = "pid:[4026531836]";

static bool is_first_pidns(struct source *source)
{
	struct place self;
	char link[64];

	if (place_open(source, "self/ns", &self) < 0)
		return false;
	ssize_t len = place_link(source, &self, "pid", link, sizeof(link));
	place_close(&self);
	return len > 0 && !strcmp(link, first_pidns);
}

static size_t count_owner(const struct pm_snapshot *snapshot, enum pm_owner_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		count += snapshot->listeners[i].owner == kind;
	return count;
}

static size_t count_unnamed(const struct pm_snapshot *snapshot)
{
	size_t count = 0;

	for (size_t i = 0; i < snapshot->process_count; i++)
		count += !snapshot->processes[i].exe.path;
	return count;
}

static int tell_denied(struct collector *collector, size_t count)
{
	size_t unreadable = collector->snapshot->coverage.unreadable;
	struct pm_buf missing = {0};
	int r = 0;

	missing_capabilities(collector->source, &missing);
	const char *lacks = missing.len ? "missing " : "although no capability is missing";
	if (count)
		r = gap_add(collector->snapshot, PM_GAP_HOLDERS, PM_GAP_DENIED, count,
			    "the descriptors of %zu process%s could not be read: %s%s", unreadable,
			    unreadable == 1 ? "" : "es", lacks, pm_buf_text(&missing));
	/* Holders that were seen within the kernel, and cannot be looked at. */
	size_t unnamed = count_unnamed(collector->snapshot);
	if (r == 0 && missing.len && unnamed)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unnamed,
			    "what the holders run could not be read: missing %s",
			    pm_buf_text(&missing));
	/*
	 * A listener with an owner can have further holders among them. Where a security module
	 * closes pid 1 alone to us, it is no intruder that hides there.
	 */
	bool is_init = unreadable == 1 && collector->source->unreadable == 1 && !missing.len;
	if (r == 0 && unreadable > 1)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unreadable,
			    "pid %d and %zu more may hold listeners too: %s%s",
			    collector->source->unreadable, unreadable - 1, lacks,
			    pm_buf_text(&missing));
	else if (r == 0 && unreadable && !is_init)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unreadable,
			    "pid %d may hold listeners too: %s%s", collector->source->unreadable,
			    lacks, pm_buf_text(&missing));
	pm_buf_release(&missing);
	return r;
}

int pass_unheld(struct collector *collector)
{
	bool blind = collector->source->proc < 0 ||
		     !strcmp(collector->snapshot->coverage.holders, "none");
	enum pm_owner_kind kind = PM_OWNER_NONE;
	int r = 0;

	if (collector->source->is_search_cut)
		kind = PM_OWNER_LIMITED;
	else if (blind || collector->snapshot->coverage.unreadable ||
		 collector->source->is_proc_partial)
		kind = PM_OWNER_DENIED;
	else if (!is_first_pidns(collector->source))
		kind = PM_OWNER_PIDNS;
	for (size_t i = 0; i < collector->snapshot->listener_count; i++)
		if (collector->snapshot->listeners[i].owner == PM_OWNER_NONE)
			collector->snapshot->listeners[i].owner = kind;

	size_t none = count_owner(collector->snapshot, PM_OWNER_NONE);
	size_t outside = count_owner(collector->snapshot, PM_OWNER_PIDNS);
	size_t vanished = count_owner(collector->snapshot, PM_OWNER_VANISHED);
	size_t limited = count_owner(collector->snapshot, PM_OWNER_LIMITED);
	if (!blind)
		r = tell_denied(collector, count_owner(collector->snapshot, PM_OWNER_DENIED));
	if (r == 0 && none)
		r = gap_add(collector->snapshot, PM_GAP_HOLDERS, PM_GAP_UNSUPPORTED, none,
			    "no process has them open: kept by the kernel, by an io_uring, or in "
			    "flight between processes");
	if (r == 0 && outside)
		r = gap_add(collector->snapshot, PM_GAP_HOLDERS, PM_GAP_PIDNS, outside,
			    "owner outside of this pid namespace");
	if (r == 0 && limited)
		r = gap_add(collector->snapshot, PM_GAP_HOLDERS, PM_GAP_LIMITED, limited,
			    "not all processes could be looked at");
	if (r == 0 && vanished)
		r = gap_add(collector->snapshot, PM_GAP_HOLDERS, PM_GAP_VANISHED, vanished,
			    "the process was gone before it could be read");
	return r;
}

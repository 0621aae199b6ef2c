#include "holders/no_owner.h"
#include "source/coverage.h"

#include <cap-ng.h>
#include <errno.h>

/* Link of /proc/self/ns/pid in the first pid namespace (PROC_PID_INIT_INO, linux/proc_ns.h). */
static const char first_pidns[] = "pid:[4026531836]";

static bool is_first_pidns(struct source *source)
{
	struct proc_dir self;
	char link[64];

	if (proc_dir_open(source, "self/ns", &self) < 0)
		return false;
	ssize_t len = proc_dir_link(&self, "pid", link, sizeof(link));
	proc_dir_close(&self);
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

/*
 * A listener with an owner can have further holders among them. Where a security module closes pid
 * 1 alone to us, it is no intruder that hides there.
 */
static int tell_unreadable(struct collector *collector, const char *lacks, const char *missing)
{
	size_t unreadable = collector->snapshot->coverage.unreadable;
	int first = collector->source->unreadable;

	if (!unreadable || (unreadable == 1 && first == 1 && !*missing))
		return 0;
	if (unreadable == 1)
		return gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, 1,
			       "pid %d may hold listeners too: %s%s", first, lacks, missing);
	return gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unreadable,
		       "pid %d and %zu more may hold listeners too: %s%s", first, unreadable - 1,
		       lacks, missing);
}

/* `missing` are the capabilities that we lack. */
static int tell_denied(struct collector *collector, const char *missing)
{
	const char *lacks = *missing ? "missing " : "although no capability is missing";
	struct pm_snapshot *snapshot = collector->snapshot;
	size_t unreadable = snapshot->coverage.unreadable;
	size_t count = count_owner(snapshot, PM_OWNER_DENIED);
	/* Holders that were seen within the kernel, and cannot be looked at. */
	size_t unnamed = *missing ? count_unnamed(snapshot) : 0;

	if (count && gap_add(snapshot, PM_GAP_HOLDERS, PM_GAP_DENIED, count,
			     "the descriptors of %zu process%s could not be read: %s%s", unreadable,
			     unreadable == 1 ? "" : "es", lacks, missing) < 0)
		return -ENOMEM;
	if (unnamed && gap_add(snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unnamed,
			       "what the holders run could not be read: missing %s", missing) < 0)
		return -ENOMEM;
	return tell_unreadable(collector, lacks, missing);
}

/* What is said of those that nobody was found to hold. */
static const struct {
	enum pm_owner_kind kind;
	enum pm_gap_why why;
	const char *text;
} gaps[] = {
	{PM_OWNER_NONE, PM_GAP_UNSUPPORTED,
	 "no process has them open: kept by the kernel, by an io_uring, or in flight between "
	 "processes"},
	{PM_OWNER_PIDNS, PM_GAP_PIDNS, "owner outside of this pid namespace"},
	{PM_OWNER_LIMITED, PM_GAP_LIMITED, "not all processes could be looked at"},
	{PM_OWNER_VANISHED, PM_GAP_VANISHED, "the process was gone before it could be read"},
};

static enum pm_owner_kind why_unheld(const struct collector *collector, bool is_blind)
{
	struct source *source = collector->source;

	if (source->is_search_cut)
		return PM_OWNER_LIMITED;
	if (is_blind || collector->snapshot->coverage.unreadable || source->is_proc_partial)
		return PM_OWNER_DENIED;
	return is_first_pidns(source) ? PM_OWNER_NONE : PM_OWNER_PIDNS;
}

int pass_unheld(struct collector *collector)
{
	struct pm_snapshot *snapshot = collector->snapshot;
	bool is_blind = collector->source->proc < 0 || !strcmp(snapshot->coverage.holders, "none");
	enum pm_owner_kind kind = why_unheld(collector, is_blind);
	struct pm_buf missing = {0};
	int r = 0;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (snapshot->listeners[i].owner == PM_OWNER_NONE)
			snapshot->listeners[i].owner = kind;
	if (!is_blind) {
		missing_capabilities(collector->source, &missing);
		r = tell_denied(collector, pm_buf_text(&missing));
		pm_buf_release(&missing);
	}
	for (size_t i = 0; i < PM_COUNT(gaps) && r == 0; i++) {
		size_t count = count_owner(snapshot, gaps[i].kind);

		if (count)
			r = gap_add(snapshot, PM_GAP_HOLDERS, gaps[i].why, count, "%s",
				    gaps[i].text);
	}
	return r;
}

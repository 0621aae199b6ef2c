/* The row of passes. */
#include "holders/no_descriptor.h"
#include "holders/no_owner.h"
#include "holders/owners.h"
#include "host.h"
#include "kernel/kernel_sockets.h"
#include "kernel/redirections.h"
#include "kernel/tunnels.h"
#include "narrowed.h"
#include "netns/netns.h"
#include "netns/netns_find.h"
#include "process/overmount.h"
#include "program/exe.h"
#include "sockets/bound.h"
#include "sockets/crosscheck.h"
#include "sockets/portless.h"
#include "sockets/recheck.h"
#include "sockets/sockets.h"
#include "source/coverage.h"
#include "source/recording.h"
#include "units/configs.h"

#include <errno.h>
#include <sys/resource.h>

enum { WALKS = 3 };

static bool all_explained(const struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (!pm_is_owned(&snapshot->listeners[i]))
			return false;
	return true;
}

/* First the surer means, by what is loaded soonest, then by all it has; at last the other. */
static bool wants_bpf(enum pm_holders means, int walk)
{
	return means != PM_HOLDERS_PROC && walk != WALKS - 1;
}

static int find_holders(struct collector *collector, int walk)
{
	struct finds finds = {0};
	int r = pass_holders(collector, wants_bpf(collector->options->holders, walk), walk > 0,
			     &finds);

	r = r < 0 ? r : pass_processes(collector, &finds);
	finds_release(&finds);
	return r;
}

/* The sockets of the namespaces that were found since, in order. */
static int read_sockets(struct collector *collector)
{
	int r = pass_sockets(collector);

	pm_snapshot_sort(collector->snapshot);
	return r;
}

/* What is found anew has sockets, and these have holders or are the kernel's. */
static int walk_once(struct collector *collector, int walk)
{
	bool wants_kernel = collector->options->holders != PM_HOLDERS_PROC;
	int r = find_holders(collector, walk);

	if (r < 0)
		return r;
	if (collector->snapshot->netns_count > collector->source->namespaces.dumped &&
	    netns_keep(collector, NULL, NULL) < 0)
		return -ENOMEM;
	r = read_sockets(collector);
	if (r < 0)
		return r;
	r = pass_kernel(collector);
	if (r < 0)
		return r;
	r = wants_kernel ? pass_kernel_sockets(collector) : 0;
	return r < 0 ? r : pass_closed(collector);
}

/*
 * A walk can find namespaces that nothing else led to, which makes another walk worth its time; and
 * a descriptor can be handed on while we walk, so the unexplained are looked for again.
 */
static int search_holders(struct collector *collector)
{
	struct pm_snapshot *snapshot = collector->snapshot;
	int r = 0;

	if (collector->options->holders == PM_HOLDERS_NONE)
		return gap_add(snapshot, PM_GAP_HOLDERS, PM_GAP_UNSUPPORTED,
			       snapshot->listener_count, "not asked for (--holders none)");
	if (collector->source->proc < 0)
		return 0;
	for (int i = 0; i < WALKS && r == 0 && (!i || !all_explained(snapshot)); i++)
		r = walk_once(collector, i);
	return r;
}

/* What shows only now has holders to be found too. */
static int cross_check(struct collector *collector)
{
	struct pm_snapshot *snapshot = collector->snapshot;
	size_t count = snapshot->listener_count;

	if (!collector->options->cross_check)
		return 0;
	int r = pass_crosscheck(collector);
	pm_snapshot_sort(snapshot);
	if (r < 0 || snapshot->listener_count == count ||
	    collector->options->holders == PM_HOLDERS_NONE)
		return r;
	return find_holders(collector, 0);
}

static int look_for_detached(struct collector *collector)
{
	return collector->options->holders == PM_HOLDERS_NONE ? 0 : pass_detached(collector);
}

static int note_unseen(struct collector *collector)
{
	struct pm_notes *notes = &collector->snapshot->coverage.not_checked;

	if (collector->has_walked_bpf)
		return 0;
	if (collector->source->namespaces.wants_all &&
	    note_add(collector->snapshot, notes,
		     "network namespaces that only an io_uring or a descriptor in flight leads to "
		     "(--holders bpf)") < 0)
		return -ENOMEM;
	return note_add(collector->snapshot, notes,
			"who keeps a listener without a descriptor beside those who have it open "
			"(--holders bpf)");
}

/* Their folders can be on a file system that does not answer. */
static int read_configs(struct collector *collector)
{
	if (!step_begin(collector->source, 0, "/etc/systemd, or where else configuration is,"))
		return 0;
	int r = pass_configs(collector);
	step_end(collector->source);
	return r;
}

/* Each takes the snapshot as those before it left it. */
static int (*const passes[])(struct collector *) = {
	pass_proc,    pass_host,      pass_netns,  pass_not_checked,	 read_sockets,
	pass_bound,   search_holders, cross_check, pass_portless_closed, look_for_detached,
	read_configs, note_unseen,    pass_unread, pass_unguarded,	 pass_unheld,
	steps_tell,   pass_narrowed,
};

static int run_passes(struct collector *collector)
{
	int r = 0;

	for (size_t i = 0; i < PM_COUNT(passes) && r == 0; i++)
		r = passes[i](collector);
	return r == 0 && collector->source->is_starved ? -ENOMEM : r;
}

/* One descriptor for each namespace holds it where it is; there can be thousands. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int pm_collect(const struct pm_collect_options *options, int proc, struct pm_snapshot *snapshot,
	       struct pm_error *err)
{
	struct source source;
	struct pm_error why = {0};
	struct collector collector = {
		.source = &source, .options = options, .snapshot = snapshot, .err = &why};

	*snapshot = (struct pm_snapshot){.with_bound = options->bound,
					 .with_portless = options->portless};
	if (source_open(&source, options, proc) < 0)
		return pm_fail(err, -EINVAL, "cannot read the recording: it has no folder proc");
	step_thread(&source);
	raise_descriptor_limit();
	if (options->is_again && options->record >= 0)
		recording_clear(options->record);
	int r = run_passes(&collector);
	netns_release(&source.namespaces);
	source_close(&source);
	if (r == -EINVAL)
		return pm_fail(err, r, "%s", why.text);
	if (r < 0)
		return pm_fail(err, r, "cannot collect: %s", strerror(-r));
	if (source.record_failed)
		return pm_fail(err, -EIO, "cannot write the recording: %s",
			       strerror(-source.record_failed));
	return 0;
}

const char *pm_holders_name(enum pm_holders holders)
{
	static const char *const names[PM_HOLDERS] = {"auto", "bpf", "proc", "none"};

	return names[holders];
}

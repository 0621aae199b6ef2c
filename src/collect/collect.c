/* The row of passes. */
#include "passes.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Is `proc` the /proc of our own pid namespace? What else looks like one tells of strangers. */
static const char *why_not_proc(int proc)
{
	struct statfs fs;
	char self[32], own[32];

	if (proc < 0)
		return "there is no /proc";
	if (fstatfs(proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return "/proc is not a proc file system";
	ssize_t len = readlinkat(proc, "self", self, sizeof(self) - 1);
	int own_len = snprintf(own, sizeof(own), "%d", (int)getpid());
	if (len != own_len || memcmp(self, own, (size_t)len) != 0)
		return "/proc is that of another pid namespace";
	return NULL;
}

static int check_proc(struct source *source, struct pm_snapshot *snapshot)
{
	const char *why = source->replay < 0 ? why_not_proc(source->proc) : NULL;

	snapshot->coverage.holders = "procfs";
	if (!why)
		return 0;
	source->proc = -1;
	snapshot->coverage.holders = "none";
	return gap_add(snapshot, PM_GAP_HOLDERS, PM_GAP_UNSUPPORTED, 1, "%s", why);
}

static bool all_explained(const struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (snapshot->listeners[i].owner != PM_OWNER_PROCESS &&
		    snapshot->listeners[i].owner != PM_OWNER_KERNEL)
			return false;
	return true;
}

static int find_holders(struct source *source, struct pm_snapshot *snapshot)
{
	struct finds finds = {0};

	if (source->proc < 0 || all_explained(snapshot))
		return 0;
	int r = pass_holders(source, snapshot, &finds);
	if (r == 0)
		r = pass_processes(source, snapshot, &finds);
	free(finds.found);
	return r;
}

static int compare_listeners(const void *a, const void *b, void *data)
{
	return pm_listener_compare(data, a, b);
}

static void sort(struct pm_snapshot *snapshot)
{
	if (snapshot->listener_count)
		qsort_r(snapshot->listeners, snapshot->listener_count, sizeof(*snapshot->listeners),
			compare_listeners, snapshot);
}

static int open_replay(const struct pm_collect_options *options)
{
	return options->replay < 0
		       ? -1
		       : openat(options->replay, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int run_passes(struct source *source, const struct pm_collect_options *options,
		      struct pm_snapshot *snapshot)
{
	int r = check_proc(source, snapshot);

	if (r == 0)
		r = pass_overmounts(source, snapshot);
	if (r == 0)
		r = pass_host(source, snapshot);
	if (r == 0)
		r = pass_sockets(source, options, snapshot);
	if (r == 0)
		r = pass_names(source, snapshot);
	sort(snapshot);
	if (r == 0)
		r = find_holders(source, snapshot);
	if (r == 0)
		r = pass_kernel(source, snapshot);
	/* A descriptor can be handed on while we walk: the unexplained are looked for again. */
	if (r == 0)
		r = find_holders(source, snapshot);
	if (r == 0)
		r = pass_closed(source, options, snapshot);
	if (r == 0)
		r = pass_configs(source, snapshot);
	if (r == 0)
		r = pass_unread(snapshot);
	return r == 0 ? pass_unheld(source, snapshot) : r;
}

int pm_collect(const struct pm_collect_options *options, int proc, struct pm_snapshot *snapshot,
	       struct pm_error *err)
{
	struct source source = {
		.proc = proc, .record = options->record, .replay = options->replay, .own_proc = -1};
	int copy = open_replay(options);

	*snapshot = (struct pm_snapshot){0};
	if (options->replay >= 0 && copy < 0)
		return pm_fail(err, -EINVAL, "cannot read the recording: it has no folder proc");
	if (copy >= 0)
		source.proc = copy;
	source.slow.proc = source.proc;
	int r = run_passes(&source, options, snapshot);
	slow_release(&source.slow);
	free(source.overmounted);
	if (source.own_proc >= 0)
		close(source.own_proc);
	if (copy >= 0)
		close(copy);
	if (r < 0)
		return pm_fail(err, r, "cannot collect: %s", strerror(-r));
	if (source.record_failed)
		return pm_fail(err, -EIO, "cannot write the recording: %s",
			       strerror(-source.record_failed));
	return 0;
}

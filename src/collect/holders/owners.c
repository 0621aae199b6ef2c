#include "holders/owners.h"
#include "holders/mapping.h"
#include "holders/ring.h"
#include "process/process.h"
#include "program/exe.h"
#include "source/coverage.h"
#include "bpf/records.h"

#include <errno.h>
#include <unistd.h>

/*
 * What was seen within the kernel was true then, of this process: but it may have become another
 * program meanwhile, without this descriptor. Where we may not look, that it is the same must do.
 */
static bool still_is(struct reader *reader, const struct proc_dir *dir, const struct find *find,
		     uint64_t start)
{
	uint32_t inode = reader->collector->snapshot->listeners[find->listener].inode;
	char path[TASK_PATH_SIZE], link[PATH_MAX], expected[64];

	if (find->task.started / (NS_PER_SECOND / proc_ticks()) != start)
		return false;
	if (find->task.fd == RECORD_NOFD)
		return true;
	const char *name = strchr(task_path(&find->task, "fd", path), '/') + 1;
	ssize_t len = proc_dir_link(dir, name, link, sizeof(link));
	snprintf(expected, sizeof(expected), "socket:[%u]", inode);
	return len == -EACCES || (len > 0 && (find->task.is_kept || !strcmp(link, expected)));
}

/* Does the process still hold what was found? Its number may belong to another by now. */
static bool still_holds(struct reader *reader, const struct proc_dir *dir, const struct find *find,
			uint64_t start)
{
	uint32_t inode = reader->collector->snapshot->listeners[find->listener].inode;
	char path[TASK_PATH_SIZE], link[64], expected[64];

	if (find->task.started)
		return still_is(reader, dir, find, start);
	if (find->task.is_mapping)
		return mapping_holds(reader->collector->source, find->task.pid, inode);
	if (find->task.is_ring)
		return ring_holds(dir, &find->task, inode);
	/* Below the folder that is open, past the pid and the slash. */
	const char *name = strchr(task_path(&find->task, "fd", path), '/') + 1;
	snprintf(expected, sizeof(expected), "socket:[%u]", inode);
	return proc_dir_link(dir, name, link, sizeof(link)) > 0 && !strcmp(link, expected);
}

static int compare_seen(const void *a, const void *b)
{
	const struct bpf_process *x = a, *y = b;

	return PM_CMP(x->pid, y->pid);
}

static int compare_by_pid(const void *a, const void *b)
{
	const struct find *x = a, *y = b;
	int c = PM_CMP(x->task.pid, y->task.pid);

	return c ? c : PM_CMP(x->listener, y->listener);
}

/*
 * Does what the walk told of this process go for all of these? Sockets in its own table of
 * descriptors, at the moment at which it was what we were told.
 */
static bool are_seen(const struct find *finds, size_t count, const struct bpf_process *seen)
{
	for (size_t i = 0; i < count; i++) {
		const struct task *task = &finds[i].task;

		if (task->started != seen->started || task->is_kept || task->tid != task->pid)
			return false;
	}
	return true;
}

static const struct bpf_process *find_seen(const struct finds *finds, int pid)
{
	const struct bpf_process wanted = {.pid = (uint32_t)pid};

	return finds->seen_count ? bsearch(&wanted, finds->seen, finds->seen_count, sizeof(wanted),
					   compare_seen)
				 : NULL;
}

/* They held them at the moment that all the facts are of. */
static int keep_seen(struct reader *reader, struct find *finds, size_t count,
		     const struct bpf_process *seen)
{
	struct pm_process process;

	if (!seen || !are_seen(finds, count, seen))
		return PROCESS_CHANGED;
	int r = process_of_seen(reader, seen, &process);
	if (r)
		return r;
	for (size_t i = 0; i < count; i++)
		finds[i].process = reader->collector->snapshot->process_count;
	return process_keep(reader->collector->snapshot, &process);
}

/* On its way out a process has its descriptors for a while, and no memory, so no file any more. */
static bool is_ending(const struct proc_dir *dir, const struct pm_process *process)
{
	char link[PATH_MAX];

	return !process->exe.path && !process->exe.has_stat &&
	       proc_dir_link(dir, "exe", link, sizeof(link)) == -ENOENT;
}

/* The same, or it did not say in time. */
static bool may_hold(struct reader *reader, const struct proc_dir *dir, const struct find *find,
		     struct pm_process *process)
{
	unsigned refused = reader->collector->source->steps.refused;

	if (still_holds(reader, dir, find, process->start))
		return true;
	process->is_unread |= reader->collector->source->steps.refused != refused;
	return reader->collector->source->steps.refused != refused;
}

/*
 * All finds of one process: those that hold get the index of the process, the others are lost. One
 * that does not answer was seen to hold them, and no more is known of it.
 */
static int read_holder(struct reader *reader, struct find *finds, size_t count)
{
	struct pm_snapshot *snapshot = reader->collector->snapshot;
	struct pm_process process;
	struct proc_dir dir = {.fd = -1};
	size_t holds = 0;
	int r = process_read(reader, &finds[0].task, &dir, &process);
	bool is_silent = r == -ETIME || (r != -ENOMEM && !step_is_answer(r));

	if (is_silent) {
		char name[32];

		snprintf(name, sizeof(name), "%d", finds[0].task.pid);
		record_errno(reader->collector->source, name, "stat", ETIME);
		process = (struct pm_process){
			.pid = finds[0].task.pid, .comm = "", .is_unread = true};
		r = 0;
	}
	/* Asked last: what was read until here is then of the one that holds it. */
	bool ends = r == 0 && !is_silent && is_ending(&dir, &process);
	for (size_t i = 0; i < count && r == 0; i++) {
		bool held = is_silent || (!ends && may_hold(reader, &dir, &finds[i], &process));

		finds[i].process = held ? snapshot->process_count : FIND_LOST;
		holds += held;
	}
	if (dir.fd >= 0)
		proc_dir_close(&dir);
	if (r == 0 && holds)
		return process_keep(snapshot, &process);
	for (size_t i = 0; i < count; i++)
		finds[i].process = FIND_LOST;
	return r == -ENOMEM ? r : 0;
}

/* The finds, by listener again, become holders in order of age. */
static int compare_by_age(const void *a, const void *b, void *data)
{
	const struct pm_snapshot *snapshot = data;
	const struct find *x = a, *y = b;
	int c = PM_CMP(x->listener, y->listener);

	if (c || x->process == FIND_LOST || y->process == FIND_LOST)
		return c ? c : PM_CMP(y->process == FIND_LOST, x->process == FIND_LOST);
	const struct pm_process *p = &snapshot->processes[x->process],
				*q = &snapshot->processes[y->process];
	c = PM_CMP(p->start, q->start);
	return c ? c : PM_CMP(p->pid, q->pid);
}

/* Does it run the same file as another holder of this listener, as the same user? */
static bool is_like_another(const struct finds *finds, const struct find *group, size_t count,
			    const struct bpf_process *lost)
{
	for (size_t i = 0; i < count; i++) {
		const struct bpf_process *seen =
			group[i].process == FIND_LOST ? NULL : find_seen(finds, group[i].task.pid);

		if (seen && seen->exe_inode == lost->exe_inode &&
		    seen->exe_device == lost->exe_device && seen->uid == lost->uid &&
		    seen->userns == lost->userns)
			return true;
	}
	return false;
}

/*
 * One that let go of a listener, or was gone, before it could be read. A server's child does so
 * that comes and goes; it is like its parent, or has ended already where the walk did not tell what
 * it was. Another program hands the listener on, and may serve it.
 */
static int keep_lost(struct reader *reader, struct finds *finds, struct find *group, size_t count,
		     struct find *find)
{
	const struct bpf_process *lost = find_seen(finds, find->task.pid);
	struct pm_snapshot *snapshot = reader->collector->snapshot;
	struct pm_process process;

	if (!lost)
		return find->task.started
			       ? 0
			       : gap_add(snapshot, PM_GAP_HOLDERS, PM_GAP_VANISHED, 1,
					 "beside others, one was gone before it could be read");
	if (is_like_another(finds, group, count, lost))
		return 0;
	int r = process_of_seen(reader, lost, &process);
	if (r && r != -ENOMEM)
		r = process_of_gone(reader, lost, &process);
	find->process = snapshot->process_count;
	return r < 0 ? r : process_keep(snapshot, &process);
}

/* Those of one listener, in order of age: first those that were lost. */
static int assign_one(struct reader *reader, struct finds *finds, struct find *group, size_t count)
{
	struct pm_snapshot *snapshot = reader->collector->snapshot;
	struct pm_listener *listener = &snapshot->listeners[group->listener];
	size_t lost = 0;
	bool is_unknown = false;
	int r = 0;

	while (lost < count && group[lost].process == FIND_LOST)
		lost++;
	for (size_t i = 0; i < lost && lost < count && r == 0; i++) {
		r = keep_lost(reader, finds, group + lost, count - lost, &group[i]);
		is_unknown |= group[i].task.started && !finds->has_facts;
	}
	if (lost && lost < count)
		qsort_r(group, count, sizeof(*group), compare_by_age, snapshot);
	if (listener->owner != PM_OWNER_PROCESS)
		listener->owner = PM_OWNER_VANISHED;
	/* The walk did not tell what the lost one was: another, that does, has to find them all. */
	for (size_t i = 0; i < count && r == 0 && !is_unknown; i++) {
		if (group[i].process == FIND_LOST)
			continue;
		if (listener->owner != PM_OWNER_PROCESS)
			listener->first_holder = snapshot->holder_count;
		listener->owner = PM_OWNER_PROCESS;
		listener->holders++;
		snapshot->holders[snapshot->holder_count++] = group[i].process;
	}
	return r;
}

static int assign(struct reader *reader, struct finds *finds)
{
	struct pm_snapshot *snapshot = reader->collector->snapshot;
	size_t need = snapshot->holder_count + finds->count;
	size_t *holders = reallocarray(snapshot->holders, need + 1, sizeof(*holders));
	int r = 0;

	if (!holders)
		return -ENOMEM;
	snapshot->holders = holders;
	qsort_r(finds->found, finds->count, sizeof(*finds->found), compare_by_age, snapshot);
	for (size_t i = 0, next; i < finds->count && r == 0; i = next) {
		for (next = i + 1; next < finds->count; next++)
			if (finds->found[next].listener != finds->found[i].listener)
				break;
		r = assign_one(reader, finds, &finds->found[i], next - i);
	}
	return r;
}

/* An interpreter whose command line is not known could run anything. */
static int tell_commands(struct pm_snapshot *snapshot)
{
	size_t count = 0;
	int first = 0;

	for (size_t i = 0; i < snapshot->process_count; i++) {
		const struct pm_running *running = &snapshot->processes[i].running;

		if (running->runtime && !running->kind && !running->title)
			first = count++ ? first : snapshot->processes[i].pid;
	}
	return count ? gap_add(snapshot, PM_GAP_PROCESSES, PM_GAP_INTERRUPTED, count,
			       "the command line of %zu interpreter%s could not be read: pid %d",
			       count, count == 1 ? "" : "s", first)
		     : 0;
}

/* What a holder may make of its own accord must not pass for a thing that is not known. */
static int tell_unnamed(struct pm_snapshot *snapshot, const struct pm_process *process)
{
	if (process->exe.path || process->is_unread)
		return 0;
	return process->exe.has_stat
		       ? gap_add(snapshot, PM_GAP_PROCESSES, PM_GAP_UNSUPPORTED, 1,
				 "the path of what pid %d runs is longer than the kernel tells",
				 process->pid)
		       : gap_add(snapshot, PM_GAP_PROCESSES, PM_GAP_VANISHED, 1,
				 "what pid %d ran could not be read: it has no file by now",
				 process->pid);
}

/* Where that was not permitted, the want of rights is told of all of them. */
int pass_unread(struct collector *collector)
{
	bool *is_told = calloc(collector->snapshot->process_count + 1, sizeof(*is_told));
	struct pm_buf missing = {0};
	int r = is_told ? tell_commands(collector->snapshot) : -ENOMEM;

	missing_capabilities(collector->source, &missing);
	for (size_t i = 0; i < collector->snapshot->holder_count && r == 0; i++) {
		size_t holder = collector->snapshot->holders[i];
		const struct pm_process *process = &collector->snapshot->processes[holder];

		if (!is_told[holder] && (!missing.len || process->exe.has_stat))
			r = tell_unnamed(collector->snapshot, process);
		is_told[holder] = true;
	}
	pm_buf_release(&missing);
	free(is_told);
	return r;
}

int pass_processes(struct collector *collector, struct finds *finds)
{
	struct reader reader = {.collector = collector};
	int r = 0;

	if (!finds->count)
		return 0;
	r = reader_open(&reader);
	qsort(finds->found, finds->count, sizeof(*finds->found), compare_by_pid);
	if (finds->seen_count)
		qsort(finds->seen, finds->seen_count, sizeof(*finds->seen), compare_seen);
	for (size_t i = 0, next; i < finds->count && r == 0; i = next) {
		for (next = i + 1; next < finds->count; next++)
			if (finds->found[next].task.pid != finds->found[i].task.pid)
				break;
		struct find *all = &finds->found[i];
		r = keep_seen(&reader, all, next - i, find_seen(finds, all->task.pid));
		if (r && r != -ENOMEM)
			r = read_holder(&reader, all, next - i);
	}
	if (r == 0)
		r = assign(&reader, finds);
	reader_close(&reader);
	return r;
}

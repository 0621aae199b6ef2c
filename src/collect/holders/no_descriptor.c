#include "holders/no_descriptor.h"
#include "holders/holders_maps.h"
#include "holders/owners.h"
#include "holders/ring.h"
#include "holders/walk.h"
#include "source/ops.h"
#include "bpf/records.h"

#include <errno.h>
#include <unistd.h>

/* What honest programs hand over is taken within this time; unix(7), SCM_RIGHTS. */
enum { FLIGHT_MS = 200, FDINFO_BYTES = 4096 };

struct tasks {
	struct task *task;
	size_t count, room;
};

struct keeper_search {
	struct collector *collector;
	struct finds finds;
	struct tasks rings, in_flight;
	struct tasks no_fd, contexts; /* rings without a descriptor; for io_submit(2) */
	const struct task *ring;      /* that is read */
};

static int tasks_add(struct tasks *tasks, const struct task *task)
{
	struct task *room = pm_array_add(&tasks->task, &tasks->count, &tasks->room, sizeof(*room));

	if (room)
		*room = *task;
	return room ? 0 : -ENOMEM;
}

static bool keepers_wanted(const struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (!pm_is_owned(&snapshot->listeners[i]))
			return true;
	return false;
}

/* Does the socket of this descriptor have descriptors waiting? Only unix sockets say so. */
static bool has_descriptors_waiting(struct source *source, const struct task *task)
{
	static const char head[] = "\nscm_fds: ";
	char path[TASK_PATH_SIZE], text[FDINFO_BYTES];

	if (!step_begin_at(source, task_path(task, "fdinfo", path))) {
		source->is_search_cut = true;
		return false;
	}
	ssize_t len = pm_read_small(source->proc, path, text, sizeof(text));
	step_end(source);
	const char *at = len > 0 ? strstr(text, head) : NULL;
	if (!at || at[sizeof(head) - 1] == '0')
		return false;
	record_file(source, ".", path, text, (size_t)len);
	return true;
}

static int keepers_meet(void *data, const struct task *task, const char *link, size_t len)
{
	struct keeper_search *search = data;
	int r = 0;

	if (!strcmp(link, "anon_inode:[io_uring]"))
		r = tasks_add(&search->rings, task);
	else if (number_in(link, len, "socket:[") &&
		 has_descriptors_waiting(search->collector->source, task))
		r = tasks_add(&search->in_flight, task);
	else
		return 0;
	walk_keep(search->collector->source, task, link);
	return r;
}

static int meet_record(void *data, const struct bpf_record *record)
{
	struct keeper_search *search = data;
	struct task task = {.pid = (int)record->pid, .tid = (int)record->tid, .fd = record->fd};

	if (record->kind == RECORD_URING)
		return tasks_add(task.fd == RECORD_NOFD ? &search->no_fd : &search->rings, &task);
	if (record->kind == RECORD_AIO)
		return tasks_add(&search->contexts, &task);
	return record->kind == RECORD_INFLIGHT ? tasks_add(&search->in_flight, &task) : 0;
}

static int suspect(struct keeper_search *search, const struct task *task, enum pm_suspicion why)
{
	return suspect_add(search->collector, task, why);
}

/* ---- registered with an io_uring --------------------------------------------------- */

static int meet_registered(void *data, uint32_t inode)
{
	struct keeper_search *search = data;
	struct finds *finds = &search->finds;

	for (size_t i = 0; i < search->collector->snapshot->listener_count; i++) {
		const struct pm_listener *listener = &search->collector->snapshot->listeners[i];

		if (listener->inode != inode || pm_is_owned(listener))
			continue;
		struct find *find =
			pm_array_add(&finds->found, &finds->count, &finds->room, sizeof(*find));
		if (!find)
			return -ENOMEM;
		*find = (struct find){.listener = i, .task = *search->ring};
		find->task.is_ring = true;
	}
	return 0;
}

static int read_ring(struct keeper_search *search, const struct task *task)
{
	struct proc_dir dir;
	char name[32];

	search->ring = task;
	snprintf(name, sizeof(name), "%d", task->pid);
	if (proc_dir_open(search->collector->source, name, &dir) < 0)
		return 0;
	int r = ring_sockets(&dir, task, meet_registered, search);
	proc_dir_close(&dir);
	return r == -ENOMEM ? r : 0;
}

static int read_rings(struct keeper_search *search)
{
	for (size_t i = 0; i < search->rings.count; i++) {
		int r = read_ring(search, &search->rings.task[i]);

		if (r < 0)
			return r;
	}
	return pass_processes(search->collector, &search->finds);
}

/* ---- suspects ---------------------------------------------------------------------- */

static int suspect_in_flight(struct keeper_search *search)
{
	int r = 0;

	if (search->in_flight.count && search->collector->source->ops->pause)
		search->collector->source->ops->pause(FLIGHT_MS);
	for (size_t i = 0; i < search->in_flight.count && r == 0; i++)
		if (has_descriptors_waiting(search->collector->source, &search->in_flight.task[i]))
			r = suspect(search, &search->in_flight.task[i], PM_SUSPECT_IN_FLIGHT);
	return r;
}

static int suspect_all(struct keeper_search *search, const struct tasks *tasks,
		       enum pm_suspicion why)
{
	int r = 0;

	for (size_t i = 0; i < tasks->count && r == 0; i++)
		r = suspect(search, &tasks->task[i], why);
	return r;
}

/* By the kernel's tables: rings without a descriptor are told of by either walk. */
static int suspect_told(struct keeper_search *search, enum bpf_walk walk, enum pm_suspicion why)
{
	int r = bpf_records(search->collector->source, walk, WANT_KEEPERS, meet_record, search);

	if (r < 0)
		return r;
	r = suspect_all(search, &search->no_fd, why);
	if (r < 0)
		return r;
	search->no_fd.count = 0;
	return suspect_all(search, &search->contexts, PM_SUSPECT_AIO);
}

/* In the kernel, where all that is found so was looked into there; else over /proc. */
static int suspect_mapped(struct keeper_search *search)
{
	int r = -ENOSYS;

	if (search->collector->has_walked_kept)
		r = suspect_told(search, BPF_MAPPED, PM_SUSPECT_MAPPED_RING);
	if (r == 0)
		r = suspect_told(search, BPF_TASKS, PM_SUSPECT_RING);
	return r == 0 || r == -ENOMEM ? r : pass_mapped(search->collector);
}

/* Files that could not be read, and requests that wait, are told by no ring. */
static int suspect_rings(struct keeper_search *search)
{
	return suspect_all(search, &search->rings, PM_SUSPECT_RING);
}

/* What these keep, the kernel's tables have told already; they may be suspect all the same. */
static int find_keepers(struct keeper_search *search)
{
	struct source *source = search->collector->source;
	struct walk walk = {.source = source, .meet = keepers_meet, .data = search};
	int r = -ENOSYS;

	if (search->collector->has_walked_bpf)
		r = bpf_records(source, BPF_KEPT, WANT_KEEPERS, meet_record, search);
	return r == 0 || r == -ENOMEM ? r : walk_descriptors(&walk);
}

static int search_keepers(struct keeper_search *search)
{
	static int (*const steps[])(struct keeper_search *) = {
		find_keepers, read_rings, suspect_mapped, suspect_rings, suspect_in_flight};

	for (size_t i = 0; i < PM_COUNT(steps) && keepers_wanted(search->collector->snapshot);
	     i++) {
		int r = steps[i](search);

		if (r < 0)
			return r;
	}
	return 0;
}

int pass_detached(struct collector *collector)
{
	struct keeper_search search = {.collector = collector};

	if (collector->source->proc < 0)
		return 0;
	int r = search_keepers(&search);
	finds_release(&search.finds);
	free(search.rings.task);
	free(search.in_flight.task);
	free(search.no_fd.task);
	free(search.contexts.task);
	return r;
}

#include "holders/holders_maps.h"
#include "holders/mapping.h"
#include "holders/owners.h"
#include "process/process.h"
#include "source/proc_dir.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RING, AIO, SOCKET, CALL_BYTES = 512 };

struct mapped_search {
	struct collector *collector;
	struct finds finds;
	const char *process;
	int pid;
};

int suspect_add(struct collector *collector, const struct task *task, enum pm_suspicion why)
{
	size_t process;
	int r = process_add(collector, task, &process);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < collector->snapshot->suspect_count; i++)
		if (collector->snapshot->suspects[i].process == process)
			return 0;
	struct pm_suspect *room =
		pm_array_add(&collector->snapshot->suspects, &collector->snapshot->suspect_count,
			     &collector->snapshot->suspect_room, sizeof(*room));
	if (room)
		*room = (struct pm_suspect){.process = process, .why = why};
	return room ? 0 : -ENOMEM;
}

/* ---- mappings ---------------------------------------------------------------------- */

/* A mapping of a socket names it: that is proof. */
static int maps_find(struct mapped_search *search, const struct task *task)
{
	struct finds *finds = &search->finds;

	for (size_t i = 0; i < search->collector->snapshot->listener_count; i++) {
		const struct pm_listener *listener = &search->collector->snapshot->listeners[i];

		if (pm_is_owned(listener) ||
		    !mapping_holds(search->collector->source, task->pid, listener->inode))
			continue;
		struct find *find =
			pm_array_add(&finds->found, &finds->count, &finds->room, sizeof(*find));
		if (!find)
			return -ENOMEM;
		*find = (struct find){.listener = i, .task = *task};
		find->task.is_mapping = true;
	}
	return 0;
}

static int read_maps(struct mapped_search *search, const struct task *task)
{
	static const struct needles needles = {
		{[RING] = "anon_inode:[io_uring]", [AIO] = "/[aio]", [SOCKET] = "socket:["}};
	unsigned has = maps_have(search->collector->source, task->pid, &needles, "kinds");

	if (has >> SOCKET & 1 && maps_find(search, task) < 0)
		return -ENOMEM;
	if (has >> RING & 1 && suspect_add(search->collector, task, PM_SUSPECT_MAPPED_RING) < 0)
		return -ENOMEM;
	return has >> AIO & 1 ? suspect_add(search->collector, task, PM_SUSPECT_AIO) : 0;
}

/* ---- calls: proc_pid_syscall(5) ---------------------------------------------------- */

/* Calls that wait at a listener, whose first argument is its descriptor. */
static bool waits_at_listener(uint64_t call)
{
	static const uint64_t calls[] = {
		SYS_accept4, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg, SYS_read,
#ifdef SYS_accept
		SYS_accept,
#endif
	};

	for (size_t i = 0; i < PM_COUNT(calls); i++)
		if (calls[i] == call)
			return true;
	return false;
}

/* "288 0x3 ...": is the call's descriptor closed by now? */
static bool waits_at_closed(const struct proc_dir *dir)
{
	char text[CALL_BYTES], name[32], link[PATH_MAX];
	uint64_t call, fd;

	if (proc_dir_read(dir, "syscall", text, sizeof(text)) <= 0)
		return false;
	size_t len = strcspn(text, " ");
	if (pm_parse_u64(text, len, 4095, &call) < 0 || !waits_at_listener(call) ||
	    strncmp(text + len, " 0x", 3) != 0)
		return false;
	const char *argument = text + len + 3;
	if (pm_parse_hex(argument, strcspn(argument, " \n"), INT32_MAX, &fd) < 0)
		return false;
	snprintf(name, sizeof(name), "fd/%u", (unsigned)fd);
	return proc_dir_link(dir, name, link, sizeof(link)) == -ENOENT;
}

static int read_call(void *data, const char *name, unsigned tid)
{
	struct mapped_search *search = data;
	struct task task = {.pid = search->pid, .tid = (int)tid};
	struct proc_dir dir;
	char folder[48];

	snprintf(folder, sizeof(folder), "%.16s/task/%.16s", search->process, name);
	if (proc_dir_open(search->collector->source, folder, &dir) < 0)
		return 0;
	bool waits = waits_at_closed(&dir);
	proc_dir_close(&dir);
	return waits ? suspect_add(search->collector, &task, PM_SUSPECT_IN_CALL) : 0;
}

/* ---- all processes ----------------------------------------------------------------- */

static int maps_look_at(void *data, const char *name, unsigned pid)
{
	struct mapped_search *search = data;
	struct task task = {.pid = (int)pid, .tid = (int)pid};

	if (is_late(search->collector->source)) {
		search->collector->source->is_search_cut = true;
		return -ETIME;
	}
	search->process = name;
	search->pid = (int)pid;
	int r = read_maps(search, &task);
	return r < 0 ? r : each_thread(search->collector->source, name, read_call, search);
}

int pass_mapped(struct collector *collector)
{
	struct mapped_search search = {.collector = collector};
	int r = lseek(collector->source->proc, 0, SEEK_SET) == 0
			? each_number(collector->source->proc, maps_look_at, &search)
			: 0;

	if (r != -ENOMEM)
		r = pass_processes(collector, &search.finds);
	finds_release(&search.finds);
	return r;
}

#include "process/monitor.h"
#include "program/exe.h"

#include <errno.h>
#include <limits.h>

/*
 * Programs that stay above a container, without the ends that are versions ("-v2"), and the option
 * that names it. A new one is a new row.
 */
static const struct monitor {
	const char *program, *option, *runtime;
} monitors[] = {
	{"conmon", "-c", "podman"},
	{"containerd-shim-runc", "-id", "containerd"},
};

/* The parent of the process in `dir`, or 0. */
static int read_parent(struct reader *reader, const struct proc_dir *dir)
{
	ssize_t len = proc_dir_read(dir, "stat", reader->text, READER_BYTES);
	const char *close = len > 0 ? strrchr(reader->text, ')') : NULL;
	uint64_t pid;

	if (!close || strlen(close) < sizeof(") S ") - 1)
		return 0;
	close += sizeof(") S ") - 1;
	return pm_parse_u64(close, strcspn(close, " "), INT32_MAX, &pid) == 0 ? (int)pid : 0;
}

/* The word after the option, or NULL. */
static const char *find_value(const char *words, size_t len, const char *option)
{
	const char *end = words + len;

	for (const char *word = words; word < end; word += strlen(word) + 1) {
		const char *value = word + strlen(word) + 1;

		if (!strcmp(word, option) && value < end)
			return value;
	}
	return NULL;
}

/* The id stands there in full: a shorter one, or a name, could be another's. */
static bool is_id(const char *text)
{
	return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static int take_container(struct reader *reader, const struct proc_dir *dir,
			  const struct monitor *monitor, struct pm_container *ret)
{
	ssize_t len = proc_dir_read(dir, "cmdline", reader->text, READER_BYTES);
	const char *id = len > 0 ? find_value(reader->text, (size_t)len, monitor->option) : NULL;

	if (!is_id(id))
		return 0;
	ret->id = pm_arena_escape(&reader->collector->snapshot->arena, id, strlen(id));
	ret->runtime = monitor->runtime;
	ret->is_claim = true;
	return ret->id ? 0 : -ENOMEM;
}

static const struct monitor *find_monitor(const char *program)
{
	for (size_t i = 0; i < PM_COUNT(monitors); i++)
		if (!strcmp(monitors[i].program, program))
			return &monitors[i];
	return NULL;
}

/* One that only root can replace, and that is the host's: a user can call anything of his so. */
static int try_monitor(struct reader *reader, const struct proc_dir *dir, int pid,
		       struct pm_container *ret)
{
	struct pm_file exe = {0};
	char path[PATH_MAX], name[PM_PROGRAM_SIZE];

	if (proc_dir_link(dir, "exe", path, sizeof(path)) <= 0)
		return 0;
	pm_program_name(path, name, sizeof(name));
	const struct monitor *monitor = find_monitor(name);
	if (!monitor)
		return 0;
	int r = exe_read(reader->collector, dir, pid, path, &exe);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (exe.writers != PM_WRITERS_ROOT || exe.on_host != PM_YES)
		return 0;
	return take_container(reader, dir, monitor, ret);
}

int monitor_read(struct reader *reader, struct pm_process *process)
{
	enum { GENERATIONS = 16 };
	struct proc_dir dir;
	char name[32];
	int r = 0, pid = process->ppid;

	if (process->container.runtime || process->own_userns != PM_YES || !process->pidns_depth)
		return 0;
	for (int i = 0; i < GENERATIONS && pid > 1 && r == 0 && !process->container.runtime; i++) {
		snprintf(name, sizeof(name), "%d", pid);
		if (proc_dir_open(reader->collector->source, name, &dir) < 0)
			return 0;
		r = try_monitor(reader, &dir, pid, &process->container);
		pid = read_parent(reader, &dir);
		proc_dir_close(&dir);
	}
	return r;
}

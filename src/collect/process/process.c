/* The facts of each holder, read through one folder descriptor, checked again at the end. */
#include "process/process.h"
#include "process/cgroup.h"
#include "process/monitor.h"
#include "process/overmount.h"
#include "process/parent.h"
#include "process/userns.h"
#include "program/exe.h"
#include "program/loaded.h"
#include "program/running.h"
#include "source/coverage.h"

#include <errno.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { TRIES = 3 };

static void set_start(const struct reader *reader, struct pm_process *process, uint64_t start)
{
	process->start = start;
	process->has_started = reader->boot != 0;
	process->started = reader->boot + (int64_t)(start / proc_ticks());
}

/* What /proc/PID/stat says. */
struct stat_facts {
	char comm[64];
	size_t comm_len;
	int ppid;
	uint64_t start;
};

/* The word number `n` (from 0) in `text`, words being apart by single spaces. */
static const char *word(const char *text, unsigned n, size_t *ret_len)
{
	while (n-- && text) {
		text = strchr(text, ' ');
		text = text ? text + 1 : NULL;
	}
	if (text)
		*ret_len = strcspn(text, " \n");
	return text;
}

/*
 * proc_pid_stat(5). The name in brackets is whatever the process likes, brackets, spaces and line
 * breaks included: it ends at the last bracket.
 */
static int parse_stat(const char *text, struct stat_facts *ret)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	uint64_t ppid, start;
	size_t len;

	if (!open || !close || close < open || close[1] != ' ')
		return -EBADMSG;
	ret->comm_len = (size_t)(close - open - 1);
	if (ret->comm_len > sizeof(ret->comm))
		return -EBADMSG;
	memcpy(ret->comm, open + 1, ret->comm_len);
	const char *field = word(close + 2, 1, &len); /* field 4; the first here is 3 */
	if (!field || pm_parse_u64(field, len, INT32_MAX, &ppid) < 0)
		return -EBADMSG;
	field = word(close + 2, 19, &len); /* field 22 */
	if (!field || pm_parse_u64(field, len, UINT64_MAX, &start) < 0)
		return -EBADMSG;
	ret->ppid = (int)ppid;
	ret->start = start;
	return 0;
}

static int read_stat(struct reader *reader, const struct proc_dir *dir, struct stat_facts *ret)
{
	ssize_t len = proc_dir_read(dir, "stat", reader->text, READER_BYTES);

	if (len <= 0)
		return len ? (int)len : -ESRCH;
	return parse_stat(reader->text, ret);
}

/* The value behind "\nNAME:\t" of proc_pid_status(5), or NULL. */
static const char *status_value(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? at + strlen(name) : NULL;
}

static int read_status(struct reader *reader, const struct proc_dir *dir,
		       struct pm_process *process)
{
	uint64_t uid;
	ssize_t len = proc_dir_read(dir, "status", reader->text, READER_BYTES);

	if (len < 0)
		return (int)len;
	const char *uids = status_value(reader->text, "\nUid:\t");
	const char *effective = uids ? strchr(uids, '\t') : NULL;
	if (effective &&
	    pm_parse_u64(effective + 1, strcspn(effective + 1, "\t\n"), UINT32_MAX, &uid) == 0) {
		process->uid = (uint32_t)uid;
		process->has_uid = true;
	}
	const char *pids = status_value(reader->text, "\nNSpid:\t");
	for (; pids && *pids && *pids != '\n'; pids++)
		process->pidns_depth += *pids == '\t';
	return 0;
}

static bool unread_read(void *data, struct pm_buf *ret)
{
	const bool *is = data;

	if (*is)
		pm_buf_puts(ret, "1");
	return *is;
}

/* Was a step not taken since `refused` of them? On a recording a file tells. */
static bool is_unread(const struct proc_dir *dir, unsigned refused)
{
	bool is = dir->source->steps.refused != refused;
	struct pm_buf text = {0};
	bool was = proc_dir_value(dir, "unread", unread_read, &is, &text) && text.len;

	pm_buf_release(&text);
	return is || was;
}

/* All but what is asked of the process last. */
static int process_read_facts(struct reader *reader, const struct proc_dir *dir,
			      char before[PATH_MAX], struct pm_process *process)
{
	struct collector *collector = reader->collector;
	struct stat_facts stat;

	int r = read_stat(reader, dir, &stat);
	if (r < 0)
		return r;
	set_start(reader, process, stat.start);
	process->ppid = stat.ppid;
	r = read_status(reader, dir, process);
	if (r < 0)
		return r;
	r = cgroup_read(reader, dir, process);
	if (r < 0)
		return r;
	userns_read(reader, dir, process);
	r = monitor_read(reader, process);
	if (r < 0)
		return r;
	r = exe_read(collector, dir, process->pid, before, &process->exe);
	if (r)
		return r;
	process->comm = pm_arena_escape(&collector->snapshot->arena, stat.comm, stat.comm_len);
	if (!process->comm)
		return -ENOMEM;
	r = running_read(collector, dir, process);
	if (r < 0)
		return r;
	r = parent_read(reader, process);
	return r < 0 ? r : loaded_read(collector, dir, process);
}

/*
 * One reading. PROCESS_CHANGED: the process ran another program in the middle of it. An error but
 * -ENOMEM: it is gone, or another has its number.
 */
static int read_once(struct reader *reader, const struct proc_dir *dir, struct pm_process *ret)
{
	struct pm_process process = {.pid = ret->pid};
	struct source *source = reader->collector->source;
	unsigned refused = source->steps.refused;
	char before[PATH_MAX], after[PATH_MAX];

	int r = process_read_facts(reader, dir, before, &process);
	if (r < 0)
		return r;
	/* The folder is that of one process for ever: once it has gone, this says so. */
	ssize_t len = proc_dir_link(dir, "exe", after, sizeof(after));
	if (len == -ESRCH)
		return -ESRCH;
	if (len < 0)
		after[0] = '\0';
	process.is_overmounted = is_overmounted(source, process.pid);
	process.is_unread = is_unread(dir, refused);
	*ret = process;
	if (r == 0 && !strcmp(before, after))
		return 0;
	ret->exe = (struct pm_file){0};
	return PROCESS_CHANGED;
}

static int process_read_settled(struct reader *reader, const struct proc_dir *dir,
				struct pm_process *ret)
{
	int r = PROCESS_CHANGED;

	for (int i = 0; i < TRIES && r == PROCESS_CHANGED; i++)
		r = read_once(reader, dir, ret);
	if (r != PROCESS_CHANGED)
		return r;
	return gap_add(reader->collector->snapshot, PM_GAP_PROCESSES, PM_GAP_INTERRUPTED, 1,
		       "pid %d ran one program after another while it was read", ret->pid);
}

static uint64_t device_of_seen(const struct bpf_process *seen)
{
	return makedev(seen->exe_device >> 20, seen->exe_device & 0xfffff);
}

/* That it runs the file that it ran then is read: what is put together must be of one program. */
static int read_seen(struct reader *reader, const struct proc_dir *dir,
		     const struct bpf_process *seen, struct pm_process *process)
{
	struct pm_snapshot *snapshot = reader->collector->snapshot;
	const struct pm_file *exe = &process->exe;
	char path[PATH_MAX];

	int r = exe_read(reader->collector, dir, process->pid, path, &process->exe);
	if (r)
		return r;
	if (!exe->has_stat || !exe->path || exe->inode != seen->exe_inode ||
	    exe->device != device_of_seen(seen) || parent_matters(process))
		return PROCESS_CHANGED;
	process->comm = pm_arena_escape(&snapshot->arena, (const char *)seen->comm,
					strnlen((const char *)seen->comm, sizeof(seen->comm)));
	if (!process->comm || cgroup_read(reader, dir, process) < 0)
		return -ENOMEM;
	if (running_needs_words(process))
		return PROCESS_CHANGED;
	return 0;
}

/* Of those that have all in common that a walk over /proc would have to tell, one is asked. */
static int read_alike(struct reader *reader, const struct bpf_process *seen)
{
	const struct bpf_process *last = reader->seen;
	unsigned refused = reader->collector->source->steps.refused;
	struct proc_dir dir;
	char name[32];

	if (last && last->group == seen->group &&
	    !memcmp(last->comm, seen->comm, sizeof(seen->comm)))
		return 0;
	reader->seen = NULL;
	reader->alike = (struct pm_process){.pid = (int)seen->pid};
	snprintf(name, sizeof(name), "%u", seen->pid);
	if (proc_dir_open(reader->collector->source, name, &dir) < 0)
		return PROCESS_CHANGED;
	int r = read_seen(reader, &dir, seen, &reader->alike);
	proc_dir_close(&dir);
	reader->alike.is_unread = reader->collector->source->steps.refused != refused;
	if (r == 0)
		reader->seen = seen;
	return r;
}

/* What the walk told of this one, and not of others that are alike. */
static void fill_seen(struct reader *reader, const struct bpf_process *seen,
		      struct pm_process *process)
{
	char link[sizeof(reader->userns)];

	process->pid = (int)seen->pid;
	process->ppid = (int)seen->ppid;
	process->uid = seen->uid;
	process->has_uid = true;
	process->pidns_depth = seen->depth;
	process->is_overmounted = is_overmounted(reader->collector->source, (int)seen->pid);
	set_start(reader, process, seen->started / (NS_PER_SECOND / proc_ticks()));
	snprintf(link, sizeof(link), "user:[%u]", seen->userns);
	if (reader->userns[0])
		process->own_userns = strcmp(link, reader->userns) ? PM_YES : PM_NO;
}

/* Programs that are alike can have loaded different libraries: each is asked for its own. */
static int read_loaded(struct reader *reader, struct pm_process *process)
{
	unsigned refused = reader->collector->source->steps.refused;
	struct proc_dir dir;
	char name[32];

	snprintf(name, sizeof(name), "%d", process->pid);
	if (proc_dir_open(reader->collector->source, name, &dir) < 0)
		return PROCESS_CHANGED;
	int r = loaded_read(reader->collector, &dir, process);
	proc_dir_close(&dir);
	process->is_unread |= reader->collector->source->steps.refused != refused;
	return r;
}

int process_of_seen(struct reader *reader, const struct bpf_process *seen,
		    struct pm_process *process)
{
	int r = read_alike(reader, seen);

	*process = reader->alike;
	fill_seen(reader, seen, process);
	if (r)
		return r;
	r = read_loaded(reader, process);
	if (r)
		return r;
	/* Whose the namespace is, the walk does not tell. */
	return process->own_userns == PM_YES ? PROCESS_CHANGED : 0;
}

int process_of_gone(struct reader *reader, const struct bpf_process *seen,
		    struct pm_process *process)
{
	const char *comm = (const char *)seen->comm;

	*process = (struct pm_process){
		.comm = pm_arena_escape(&reader->collector->snapshot->arena, comm,
					strnlen(comm, sizeof(seen->comm))),
	};
	fill_seen(reader, seen, process);
	return process->comm ? 0 : -ENOMEM;
}

/*
 * Where all that can be read of a process is: in its folder; once its first thread has ended, in
 * that of another. A folder in place of `dir` is opened at `ret`, else it is left as `dir`.
 */
static void find_facts(struct reader *reader, const struct proc_dir *dir, const struct task *task,
		       struct proc_dir *ret)
{
	char name[48];

	*ret = *dir;
	if (task->tid == task->pid)
		return;
	ssize_t len = proc_dir_read(dir, "stat", reader->text, READER_BYTES);
	const char *close = len > 0 ? strrchr(reader->text, ')') : NULL;
	snprintf(name, sizeof(name), "%d/task/%d", task->pid, task->tid);
	if (close && close[1] == ' ' && close[2] == 'Z' &&
	    proc_dir_open(reader->collector->source, name, ret) < 0)
		*ret = *dir;
}

int process_keep(struct pm_snapshot *snapshot, const struct pm_process *process)
{
	struct pm_process *room = pm_array_add(&snapshot->processes, &snapshot->process_count,
					       &snapshot->process_room, sizeof(*process));

	if (room)
		*room = *process;
	return room ? 0 : -ENOMEM;
}

/* A thread began later than its process. */
static int read_first_start(struct reader *reader, const struct proc_dir *dir,
			    struct pm_process *process)
{
	struct stat_facts first;
	int r = read_stat(reader, dir, &first);

	if (r == 0)
		set_start(reader, process, first.start);
	return r;
}

int process_read(struct reader *reader, const struct task *task, struct proc_dir *ret,
		 struct pm_process *process)
{
	struct proc_dir facts;
	char name[32];

	*process = (struct pm_process){.pid = task->pid};
	snprintf(name, sizeof(name), "%d", task->pid);
	int r = proc_dir_open(reader->collector->source, name, ret);
	if (r < 0)
		return r;
	find_facts(reader, ret, task, &facts);
	r = process_read_settled(reader, &facts, process);
	if (facts.fd != ret->fd) {
		if (r == 0)
			r = read_first_start(reader, ret, process);
		proc_dir_close(&facts);
	}
	if (r < 0)
		proc_dir_close(ret);
	return r;
}

static int64_t boot_time(struct reader *reader)
{
	struct source *source = reader->collector->source;
	struct proc_dir root = {.source = source, .fd = source->proc, .name = "."};
	uint64_t seconds = 0;

	ssize_t len = proc_dir_read(&root, "stat", reader->text, READER_BYTES);
	const char *at = len > 0 ? strstr(reader->text, "\nbtime ") : NULL;
	if (at && pm_parse_u64(at + 7, strcspn(at + 7, "\n"), INT64_MAX, &seconds) < 0)
		seconds = 0;
	return (int64_t)seconds;
}

static void read_first_cgroups(struct reader *reader)
{
	struct proc_dir first;

	if (proc_dir_open(reader->collector->source, "1", &first) < 0)
		return;
	if (proc_dir_read(&first, "cgroup", reader->cgroups, sizeof(reader->cgroups)) < 0)
		reader->cgroups[0] = '\0';
	proc_dir_close(&first);
}

/* That of pid 1; where it cannot be looked at, ours is that of the host too. */
static void read_first_userns(struct reader *reader)
{
	static const char *const folders[] = {"1/ns", "self/ns"};

	for (size_t i = 0; i < PM_COUNT(folders); i++) {
		struct proc_dir dir;

		if (proc_dir_open(reader->collector->source, folders[i], &dir) < 0)
			continue;
		ssize_t len = proc_dir_link(&dir, "user", reader->userns, sizeof(reader->userns));
		proc_dir_close(&dir);
		if (len > 0)
			return;
		reader->userns[0] = '\0';
	}
}

int reader_open(struct reader *reader)
{
	reader->text = malloc(READER_BYTES);
	if (!reader->text)
		return -ENOMEM;
	reader->boot = boot_time(reader);
	read_first_userns(reader);
	read_first_cgroups(reader);
	return 0;
}

void reader_close(struct reader *reader)
{
	free(reader->text);
}

int process_add(struct collector *collector, const struct task *task, size_t *ret)
{
	struct reader reader = {.collector = collector};
	struct pm_process process;
	struct proc_dir dir;

	for (*ret = 0; *ret < collector->snapshot->process_count; ++*ret)
		if (collector->snapshot->processes[*ret].pid == task->pid)
			return 0;
	if (reader_open(&reader) < 0)
		return -ENOMEM;
	int r = process_read(&reader, task, &dir, &process);
	if (r >= 0) {
		proc_dir_close(&dir);
		r = process_keep(collector->snapshot, &process);
	}
	reader_close(&reader);
	return r;
}

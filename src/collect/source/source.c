#include "source/source.h"
#include "source/look.h"
#include "source/ops.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PROCNET_MAX = 64 << 20 };

int source_open(struct source *source, const struct pm_collect_options *options, int proc)
{
	*source = (struct source){
		.ops = options->record < 0 ? &source_live : &source_recording,
		.proc = proc,
		.copy = options->record,
		.opened = -1,
		.namespaces = {.home = -1},
		.deadline = options->deadline,
		.steps = {.watch = options->watch},
	};
	if (options->replay < 0)
		return 0;
	source->ops = &source_replay;
	source->copy = options->replay;
	source->deadline = 0;
	source->opened = openat(source->copy, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	source->proc = source->opened;
	return source->proc < 0 ? -EINVAL : 0;
}

void source_close(struct source *source)
{
	bpf_release(source);
	free(source->overmounted);
	if (source->opened >= 0)
		close(source->opened);
}

/* The kernel's want of memory is a fault of one look-up; -ENOMEM is kept for our own. */
static int proc_dir_error(int code)
{
	return code == -ENOMEM ? -ENOBUFS : code;
}

int proc_open(struct source *source, const char *name)
{
	struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW,
			       .resolve = RESOLVE_NO_XDEV};

	if (!step_begin_at(source, name))
		return -ETIME;
	int fd = (int)syscall(SYS_openat2, source->proc, name, &how, sizeof(how));
	/* Linux 5.5 and before. */
	if (fd < 0 && errno == ENOSYS)
		fd = openat(source->proc, name, (int)how.flags);
	fd = fd < 0 ? -errno : fd;
	step_end(source);
	return proc_dir_error(step_check(fd));
}

const char *task_path(const struct task *task, const char *kind, char buf[TASK_PATH_SIZE])
{
	if (task->tid == task->pid)
		snprintf(buf, TASK_PATH_SIZE, "%d/%s/%u", task->pid, kind, task->fd);
	else
		snprintf(buf, TASK_PATH_SIZE, "%d/task/%d/%s/%u", task->pid, task->tid, kind,
			 task->fd);
	return buf;
}

bool is_late(struct source *source)
{
	struct timespec now;

	if (!source->deadline || source->is_out_of_time)
		return source->is_out_of_time;
	clock_gettime(CLOCK_MONOTONIC, &now);
	source->is_out_of_time = now.tv_sec * 1000 + now.tv_nsec / 1000000 >= source->deadline;
	return source->is_out_of_time;
}

int proc_dir_open(struct source *source, const char *name, struct proc_dir *ret)
{
	struct proc_dir proc_dir = {.source = source};
	uint64_t pid;

	if (pm_parse_u64(name, strcspn(name, "/"), INT32_MAX, &pid) == 0)
		proc_dir.pid = (int)pid;
	snprintf(proc_dir.name, sizeof(proc_dir.name), "%s", name);
	proc_dir.fd = proc_open(source, name);
	if (proc_dir.fd < 0)
		return proc_dir.fd;
	*ret = proc_dir;
	return 0;
}

void proc_dir_close(struct proc_dir *proc_dir)
{
	close(proc_dir->fd);
	proc_dir->fd = -1;
}

static bool proc_dir_begin(const struct proc_dir *proc_dir, const char *name)
{
	char whole[sizeof(proc_dir->name) + 32];

	if (proc_dir->pid)
		return step_begin(proc_dir->source, proc_dir->pid, name);
	snprintf(whole, sizeof(whole), "%s/%.30s", proc_dir->name, name);
	return step_begin(proc_dir->source, 0, whole);
}

ssize_t proc_dir_read(const struct proc_dir *proc_dir, const char *name, char *buf, size_t size)
{
	struct source *source = proc_dir->source;
	ssize_t len = -ETIME;

	if (proc_dir_begin(proc_dir, name)) {
		len = pm_read_small(proc_dir->fd, name, buf, size);
		len = proc_dir_error(step_check((int)len));
		step_end(source);
	}
	if (len < 0)
		len = source_why(source, proc_dir->fd, name, (int)len);
	if (len >= 0)
		record_file(source, proc_dir->name, name, buf, (size_t)len);
	else
		record_errno(source, proc_dir->name, name, (int)-len);
	return len;
}

ssize_t proc_dir_link(const struct proc_dir *proc_dir, const char *name, char *buf, size_t size)
{
	struct source *source = proc_dir->source;
	ssize_t len = -ETIME;

	if (proc_dir_begin(proc_dir, name)) {
		len = readlinkat(proc_dir->fd, name, buf, size);
		len = len < 0 ? proc_dir_error(step_check(-errno)) : len;
		step_end(source);
	}
	if (len >= 0 && (size_t)len == size)
		len = -ENAMETOOLONG;
	if (len < 0)
		len = source_why(source, proc_dir->fd, name, (int)len);
	if (len >= 0) {
		buf[len] = '\0';
		record_link(source, proc_dir->name, name, buf);
	} else {
		record_errno(source, proc_dir->name, name, (int)-len);
	}
	return len;
}

void record_file(struct source *source, const char *folder, const char *name, const void *bytes,
		 size_t len)
{
	if (source->ops->keep)
		source->ops->keep(source, folder, name, bytes, len);
}

void record_link(struct source *source, const char *folder, const char *name, const char *target)
{
	if (source->ops->keep_link)
		source->ops->keep_link(source, folder, name, target);
}

void record_errno(struct source *source, const char *folder, const char *name, int code)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), "%.48s.errno", name);
	int len = snprintf(text, sizeof(text), "%d", code);
	record_file(source, folder, path, text, (size_t)len);
}

static enum value_from source_value_of(struct source *source, const struct proc_dir *proc_dir,
				       const char *name, value_reader read, void *data,
				       struct pm_buf *ret)
{
	enum value_from from = source->ops->value(source, proc_dir, name, read, data, ret);

	source->is_starved |= ret->failed;
	return from;
}

enum value_from source_value(struct source *source, const char *name, value_reader read, void *data,
			     struct pm_buf *ret)
{
	return source_value_of(source, NULL, name, read, data, ret);
}

enum value_from proc_dir_value(const struct proc_dir *proc_dir, const char *name, value_reader read,
			       void *data, struct pm_buf *ret)
{
	return source_value_of(proc_dir->source, proc_dir, name, read, data, ret);
}

/* Without the folder, all is missing; without the file, only this protocol is. */
int procnet_file(struct source *source, const char *name, size_t netns, struct pm_buf *ret)
{
	const char *own = source->ops->net_folder;
	char folder[32];
	struct proc_dir net;

	/* /proc/self/net is of the namespace that we are in: a recording keeps them apart. */
	snprintf(folder, sizeof(folder), "self/net-%zu", netns);
	if (source->proc < 0 || proc_dir_open(source, own ? own : folder, &net) < 0)
		return source->ops->no_net;
	int fd = look_openat(net.fd, name, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : pm_read_all(fd, name, PROCNET_MAX, ret, NULL);
	if (fd >= 0)
		close(fd);
	if (r == -ENOENT)
		r = source_why(source, net.fd, name, source->ops->no_net_file);
	proc_dir_close(&net);
	if (r == 0)
		record_file(source, folder, name, pm_buf_text(ret), ret->len);
	else if (r != -ENOMEM)
		record_errno(source, folder, name, -r);
	return r;
}

int source_why(struct source *source, int dir, const char *name, int code)
{
	return source->ops->why ? source->ops->why(source, dir, name, code) : code;
}

uint64_t proc_ticks(void)
{
	return (uint64_t)sysconf(_SC_CLK_TCK);
}

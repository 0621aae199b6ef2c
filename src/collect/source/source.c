#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The kernel's want of memory is a fault of one look-up; -ENOMEM is kept for our own. */
static int kernel_error(int code)
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
	return kernel_error(step_check(fd));
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

int place_open(struct source *source, const char *name, struct place *ret)
{
	struct place place = {0};
	uint64_t pid;

	if (pm_parse_u64(name, strcspn(name, "/"), INT32_MAX, &pid) == 0)
		place.pid = (int)pid;
	snprintf(place.name, sizeof(place.name), "%s", name);
	place.fd = proc_open(source, name);
	if (place.fd < 0)
		return place.fd;
	*ret = place;
	return 0;
}

void place_close(struct place *place)
{
	close(place->fd);
	place->fd = -1;
}

/* Why it is not on the recording; what was left alone then is refused now. */
static ssize_t replay_unread(struct source *source, const struct place *place, const char *name,
			     ssize_t len)
{
	if (len == -ENOENT)
		len = replay_errno(source, place->fd, name, -ENOENT);
	if (source->replay >= 0 && (len == -ETIME || !step_is_answer((int)len)))
		source->steps.refused++;
	return len;
}

static bool place_begin(struct source *source, const struct place *place, const char *name)
{
	char whole[sizeof(place->name) + 32];

	if (place->pid)
		return step_begin(source, place->pid, name);
	snprintf(whole, sizeof(whole), "%s/%.30s", place->name, name);
	return step_begin(source, 0, whole);
}

ssize_t place_read(struct source *source, const struct place *place, const char *name, char *buf,
		   size_t size)
{
	ssize_t len = -ETIME;

	if (place_begin(source, place, name)) {
		len = pm_read_small(place->fd, name, buf, size);
		len = kernel_error(step_check((int)len));
		step_end(source);
	}
	len = replay_unread(source, place, name, len);
	if (len >= 0)
		record_file(source, place->name, name, buf, (size_t)len);
	else
		record_errno(source, place->name, name, (int)-len);
	return len;
}

ssize_t place_link(struct source *source, const struct place *place, const char *name, char *buf,
		   size_t size)
{
	ssize_t len = -ETIME;

	if (place_begin(source, place, name)) {
		len = readlinkat(place->fd, name, buf, size);
		len = len < 0 ? kernel_error(step_check(-errno)) : len;
		step_end(source);
	}
	if (len >= 0 && (size_t)len == size)
		len = -ENAMETOOLONG;
	len = replay_unread(source, place, name, len);
	if (len >= 0) {
		buf[len] = '\0';
		record_link(source, place->name, name, buf);
	} else {
		record_errno(source, place->name, name, (int)-len);
	}
	return len;
}

/* Make the folders above `path` below the recording; errors show when the file is made. */
static void make_folders(int dir, const char *path)
{
	char folder[256];

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		mkdirat(dir, folder, 0700);
	}
}

static void record_at(struct source *source, const char *path, const void *bytes, size_t len)
{
	make_folders(source->record, path);
	int fd = openat(source->record, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0600);
	int r = fd < 0 ? -errno : pm_write_all(fd, bytes, len);

	if (fd >= 0 && close(fd) < 0)
		r = -errno;
	if (r < 0 && !source->record_failed)
		source->record_failed = r;
}

void record_file(struct source *source, const char *folder, const char *name, const void *bytes,
		 size_t len)
{
	char path[256];

	if (source->record < 0)
		return;
	snprintf(path, sizeof(path), "proc/%s/%s", folder, name);
	record_at(source, path, bytes, len);
}

void record_link(struct source *source, const char *folder, const char *name, const char *target)
{
	char path[256];

	if (source->record < 0)
		return;
	snprintf(path, sizeof(path), "proc/%s/%s", folder, name);
	make_folders(source->record, path);
	unlinkat(source->record, path, 0);
	if (symlinkat(*target ? target : " ", source->record, path) < 0 && !source->record_failed)
		source->record_failed = -errno;
}

void record_again(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		    unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		int below =
			openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		record_again(below);
		close(below);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}

void record_errno(struct source *source, const char *folder, const char *name, int code)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), "%.48s.errno", name);
	int len = snprintf(text, sizeof(text), "%d", code);
	record_file(source, folder, path, text, (size_t)len);
}

int replay_errno(const struct source *source, int dir, const char *name, int code)
{
	char path[64], text[16];
	uint64_t value;

	if (source->replay < 0)
		return code;
	snprintf(path, sizeof(path), "%.48s.errno", name);
	ssize_t len = pm_read_small(dir, path, text, sizeof(text));
	if (len < 0 || pm_parse_u64(text, (size_t)len, 4095, &value) < 0)
		return code;
	return -(int)value;
}

bool source_value(struct source *source, const char *name, struct pm_buf *value, bool have)
{
	char path[64], text[4096];

	snprintf(path, sizeof(path), "host/%s", name);
	if (source->replay >= 0) {
		ssize_t len = pm_read_small(source->replay, path, text, sizeof(text));

		pm_buf_clear(value);
		if (len >= 0)
			pm_buf_add(value, text, (size_t)len);
		return len >= 0;
	}
	if (have && source->record >= 0)
		record_at(source, path, pm_buf_text(value), value->len);
	return have;
}

uint64_t proc_ticks(void)
{
	return (uint64_t)sysconf(_SC_CLK_TCK);
}

#include "files/blocking.h"
#include "files/file.h"
#include "files/way.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_named(int folder, const char *name)
{
	int fd = look_openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	return fd < 0 ? step_check(-errno) : fd;
}

static int find_needles(const struct needles *needles, const char *bytes, size_t len)
{
	int found = 0;

	for (size_t i = 0; i < PM_COUNT(needles->text); i++)
		if (needles->text[i][0] &&
		    memmem(bytes, len, needles->text[i], strlen(needles->text[i])))
			found |= 1 << i;
	return found;
}

/* Which needles are in the file, or -errno. Of each piece, the end is kept for the next. */
static int search(struct source *source, int fd, const struct needles *needles)
{
	enum { KEPT = sizeof(needles->text[0]) };
	static char bytes[BLOCKING_BYTES];
	size_t kept = 0;
	ssize_t n;
	int found = 0;

	while ((n = read(fd, bytes + kept, sizeof(bytes) - kept)) > 0) {
		size_t len = kept + (size_t)n;

		step_on(source);
		found |= find_needles(needles, bytes, len);
		kept = len < KEPT ? len : KEPT;
		memmove(bytes, bytes + len - kept, kept);
	}
	return n < 0 ? step_check(-errno) : found;
}

static ssize_t read_beginning(int fd, char *buf)
{
	ssize_t len = 0, n = 1;

	while (n > 0 && len < BLOCKING_BYTES) {
		n = read(fd, buf + len, (size_t)(BLOCKING_BYTES - len));
		len += n > 0 ? n : 0;
	}
	return n < 0 ? step_check(-errno) : len;
}

/* A relative path goes on from where the process stands. */
static int absolute_path(int proc, int pid, const char *name, char *path, size_t size)
{
	char cwd[32];
	size_t used = 0;

	if (name[0] != '/') {
		snprintf(cwd, sizeof(cwd), "%d/cwd", pid);
		ssize_t len = look_readlinkat(proc, cwd, path, size - 1);

		if (len < 0)
			return -errno;
		used = (size_t)len;
	}
	int more = snprintf(path + used, size - used, "%s%s", used ? "/" : "", name);
	return (size_t)more < size - used ? 0 : -ENAMETOOLONG;
}

static int open_below(int proc, int pid, const char *name)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	int fd = look_openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* What was opened, as it is told of. */
static int describe(int proc, int fd, const struct guard *guard, struct found_file *ret)
{
	struct statx st;

	if (look_statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0)
		return -errno;
	guard_path(proc, fd, ret->path);
	ret->device = file_device(&st);
	ret->inode = st.stx_ino;
	ret->size = st.stx_size;
	ret->modified = st.stx_mtime.tv_sec;
	ret->links = st.stx_nlink;
	ret->writers = guard->writers;
	ret->is_open = guard->is_open;
	ret->is_free = guard->is_free;
	ret->is_sticky = guard->is_sticky;
	memcpy(ret->writable, guard->writable, sizeof(ret->writable));
	return 0;
}

/* What is on the way to what was opened; another way than that the kernel took tells nothing. */
static void walk_to(const struct way *way, const char *path, int opened, struct guard *guard)
{
	struct statx there, here;

	*guard = (struct guard){.writers = PM_WRITERS_ROOT};
	int fd = guard_open(way, path, guard);
	if (fd < 0 || look_statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_INO, &there) < 0 ||
	    look_statx(opened, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_INO, &here) < 0 ||
	    !file_is_same(&there, &here))
		guard_worsen(guard, PM_WRITERS_UNKNOWN);
	if (fd >= 0)
		close(fd);
}

/* The file itself, found as from the root of the process, or from above it. */
static int blocking_look_at(int proc, int pid, const char *name, bool is_above,
			    struct found_file *ret)
{
	static struct guard guard;
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	char path[PATH_MAX];
	int r = absolute_path(proc, pid, name, path, sizeof(path));

	if (r < 0)
		return r;
	struct way way = {
		.proc = proc,
		.pid = pid,
		.root = is_above ? file_open_top(proc, pid) : open_below(proc, pid, "root"),
	};
	if (way.root < 0)
		return way.root;
	int fd = (int)syscall(SYS_openat2, way.root, path, &how, sizeof(how));
	r = fd < 0 ? -errno : 0;
	if (fd >= 0) {
		walk_to(&way, path, fd, &guard);
		r = describe(proc, fd, &guard, ret);
		close(fd);
	}
	close(way.root);
	return r;
}

ssize_t blocking_read(const struct proc_dir *dir, const char *name, char *buf)
{
	struct source *source = dir->source;
	ssize_t len = -ETIME;

	if (step_begin(source, dir->pid, name)) {
		int fd = open_named(dir->fd, name);

		len = fd < 0 ? fd : read_beginning(fd, buf);
		if (fd >= 0)
			close(fd);
		step_end(source);
	}
	if (len < 0)
		len = source_why(source, dir->fd, name, (int)len);
	if (len < 0)
		record_errno(source, dir->name, name, (int)-len);
	else
		record_file(source, dir->name, name, buf, (size_t)len);
	return len;
}

int blocking_search(struct source *source, int pid, const char *name, const struct needles *needles)
{
	char path[64];

	if (!step_begin(source, pid, name))
		return -ETIME;
	snprintf(path, sizeof(path), "%d/%.32s", pid, name);
	int fd = open_named(source->proc, path);
	int found = fd < 0 ? fd : search(source, fd, needles);

	if (fd >= 0)
		close(fd);
	step_end(source);
	return found;
}

static int blocking_file_from(struct source *source, int pid, const char *path, bool is_above,
			      struct found_file *ret)
{
	*ret = (struct found_file){.error = -ENAMETOOLONG};
	if (strlen(path) >= PATH_MAX)
		return 0;
	if (!step_begin(source, pid, *path == '/' ? path : "cwd"))
		return -ETIME;
	ret->error = step_check(blocking_look_at(source->proc, pid, path, is_above, ret));
	step_end(source);
	return 0;
}

int blocking_file(struct source *source, int pid, const char *path, struct found_file *ret)
{
	return blocking_file_from(source, pid, path, false, ret);
}

int blocking_file_above(struct source *source, int pid, const char *path, struct found_file *ret)
{
	return blocking_file_from(source, pid, path, true, ret);
}

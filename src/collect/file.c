#include "guard.h"
#include "look.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

uint64_t file_device(const struct statx *st)
{
	return makedev(st->stx_dev_major, st->stx_dev_minor);
}

bool file_is_same(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
	       a->stx_dev_minor == b->stx_dev_minor;
}

enum pm_known file_is_below(int dir, const char *root, const char *path, const struct statx *file)
{
	char below[PATH_MAX + 16];
	struct statx st;

	snprintf(below, sizeof(below), "%s%s", root, path);
	if (look_statx(dir, below, AT_SYMLINK_NOFOLLOW | FILE_NO_SYNC, STATX_INO, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? PM_NO : PM_UNKNOWN;
	return file_is_same(&st, file) ? PM_YES : PM_NO;
}

/* Who started it, or -errno: proc_pid_stat(5), field 4. The name in brackets can hold any bytes. */
static int parent_of(int proc, int pid)
{
	char name[32], text[256], *end;

	snprintf(name, sizeof(name), "%d/stat", pid);
	int fd = look_openat(proc, name, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	char *last = strrchr(text, ')');
	if (!last || strlen(last) < strlen(") S 1"))
		return -ESRCH;
	long parent = strtol(last + strlen(") S "), &end, 10);
	return *end == ' ' && parent > 0 && parent <= INT_MAX ? (int)parent : -ESRCH;
}

/*
 * Who is next of kin to process `pid`, itself included, and has the file at that path? A daemon of
 * a container can go into a chroot(2), and the path is then told from the root that it left.
 */
static int kin_with(int proc, int pid, const char *path, const struct statx *file)
{
	enum { GENERATIONS_MAX = 8 };
	char root[32];

	for (int i = 0; i < GENERATIONS_MAX && pid > 0; i++, pid = parent_of(proc, pid)) {
		snprintf(root, sizeof(root), "%d/root", pid);
		if (file_is_below(proc, root, path, file) == PM_YES)
			return pid;
	}
	return -ENOENT;
}

/*
 * The root from which the path leads to the file: ours, as the kernel tells paths from there (a
 * process that went into a chroot(2) still shows its file so); else that of the process, or of who
 * started it.
 */
static int open_root(int proc, int pid, const char *path, const struct statx *file)
{
	char root[32];
	bool ours = file_is_below(proc, "self/root", path, file) == PM_YES;
	int kin = ours ? pid : kin_with(proc, pid, path, file);
	snprintf(root, sizeof(root), "%d/root", kin > 0 ? kin : pid);
	int fd = look_openat(proc, ours ? "self/root" : root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Does the file stand in `folder` by that name? */
static bool stands_in(int folder, const char *name, const struct statx *file)
{
	struct statx st;

	return look_statx(folder, name, AT_SYMLINK_NOFOLLOW | FILE_NO_SYNC, STATX_INO, &st) == 0 &&
	       file_is_same(&st, file);
}

/* To the folder of the file, and whether it is in there: of one that was deleted, nothing is. */
static int guard_folder(const struct way *way, const char *path, const struct statx *file,
			bool is_deleted, struct guard *guard)
{
	const char *last = strrchr(path, '/');
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%.*s", (int)(last - path), path);
	int fd = guard_open(way, folder, guard), r = fd < 0 ? fd : 0;
	if (fd >= 0 && !is_deleted && !stands_in(fd, last + 1, file))
		r = -ENOENT;
	if (fd >= 0)
		close(fd);
	return r;
}

void file_guard(int proc, int pid, const char *path, int fd, bool is_deleted, struct guard *ret)
{
	struct way way = {.proc = proc, .pid = pid, .root = -1};
	struct statx file;
	int r = -EINVAL;

	*ret = (struct guard){.writers = PM_WRITERS_ROOT};
	if (path[0] == '/' &&
	    look_statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_INO, &file) == 0)
		r = way.root = open_root(proc, pid, path, &file);
	if (r >= 0)
		r = guard_folder(&way, path, &file, is_deleted, ret);
	if (r >= 0)
		guard_add(&way, fd, ret);
	else
		guard_worsen(ret, PM_WRITERS_UNKNOWN);
	if (way.root >= 0)
		close(way.root);
}

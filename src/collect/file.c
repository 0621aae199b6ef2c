#include "file.h"

#include <errno.h>
#include <limits.h>
#include <sys/sysmacros.h>
#include <unistd.h>

uint64_t file_device(const struct statx *st)
{
	return makedev(st->stx_dev_major, st->stx_dev_minor);
}

/* Group 0 is root's own. */
static bool others_can_write(const struct statx *st)
{
	return st->stx_uid != 0 || (st->stx_mode & S_IWOTH) ||
	       ((st->stx_mode & S_IWGRP) && st->stx_gid != 0);
}

/* Open the next component of `path` at `*at` below `dir`: O_PATH, no links, no automounts. */
static int descend(int dir, const char *path, size_t *at)
{
	char name[256];
	size_t len = strcspn(path + *at, "/");

	if (len >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, path + *at, len);
	name[len] = '\0';
	*at += len;
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

enum pm_known file_is_below(int dir, const char *root, const char *path, const struct statx *file)
{
	char below[PATH_MAX + 16];
	struct statx st;

	snprintf(below, sizeof(below), "%s%s", root, path);
	if (statx(dir, below, AT_SYMLINK_NOFOLLOW | FILE_NO_SYNC, STATX_INO, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? PM_NO : PM_UNKNOWN;
	return st.stx_ino == file->stx_ino && st.stx_dev_major == file->stx_dev_major &&
			       st.stx_dev_minor == file->stx_dev_minor
		       ? PM_YES
		       : PM_NO;
}

/*
 * The root from which the path leads to the file: ours, as the kernel tells paths from there (a
 * process that went into a chroot(2) still shows its file so); else that of the process.
 */
static int open_root(int proc, int pid, const char *path, const struct statx *file)
{
	char root[32];
	bool ours = file_is_below(proc, "self/root", path, file) == PM_YES;
	snprintf(root, sizeof(root), "%d/root", pid);
	int fd = openat(proc, ours ? "self/root" : root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * The first folder above the file that others than root can write, from the root `fd` (which is
 * closed) down: sets `*ret_len` to the length of its path, 0 where there is none. -errno: not to
 * be known.
 */
static int first_writable_folder(int fd, const char *path, size_t *ret_len)
{
	const char *last = strrchr(path, '/');
	int r = fd < 0 ? fd : 0;
	size_t at = 0;

	*ret_len = 0;
	while (r == 0) {
		struct statx st;

		if (statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0) {
			r = -errno;
			break;
		}
		if (others_can_write(&st)) {
			*ret_len = at ? at : 1;
			break;
		}
		if (path + at >= last)
			break;
		at++;
		int next = descend(fd, path, &at);
		close(fd);
		fd = next;
		r = next < 0 ? next : 0;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

enum pm_writers file_writers(int proc, int pid, const char *path, const struct statx *file,
			     size_t *ret_len)
{
	*ret_len = strlen(path);
	if (path[0] != '/')
		return PM_WRITERS_UNKNOWN;
	if (others_can_write(file))
		return PM_WRITERS_OTHERS;
	if (first_writable_folder(open_root(proc, pid, path, file), path, ret_len) < 0)
		return PM_WRITERS_UNKNOWN;
	return *ret_len ? PM_WRITERS_OTHERS : PM_WRITERS_ROOT;
}

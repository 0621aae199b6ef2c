#include "files/file.h"
#include "files/way.h"
#include "source/look.h"

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

/* Does the path lead to the file from that folder? */
static enum pm_known file_is_in(int folder, const char *path, const struct statx *file)
{
	char below[PATH_MAX + 16];

	snprintf(below, sizeof(below), ".%s", path);
	return file_is_below(folder, "", below, file);
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

static bool is_top(int folder, int above)
{
	struct statx a, b;
	const unsigned mask = STATX_INO | STATX_MNT_ID;

	return look_statx(folder, "", AT_EMPTY_PATH | FILE_NO_SYNC, mask, &a) < 0 ||
	       look_statx(above, "", AT_EMPTY_PATH | FILE_NO_SYNC, mask, &b) < 0 ||
	       (file_is_same(&a, &b) && a.stx_mnt_id == b.stx_mnt_id);
}

int file_open_top(int proc, int pid)
{
	enum { DEPTH_MAX = 256 };
	char root[32];

	snprintf(root, sizeof(root), "%d/root", pid);
	int fd = look_openat(proc, root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < DEPTH_MAX && fd >= 0; i++) {
		int above = look_openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (above < 0 || is_top(fd, above)) {
			if (above >= 0)
				close(above);
			break;
		}
		close(fd);
		fd = above;
	}
	return fd < 0 ? -errno : fd;
}

/*
 * The root from which the path leads to the file: ours, as the kernel tells paths from there (a
 * process that went into a chroot(2) still shows its file so); else that of the process, or the top
 * of where it is, or that of who started it.
 */
static int open_root(int proc, int pid, const char *path, const struct statx *file)
{
	char root[32];
	bool ours = file_is_below(proc, "self/root", path, file) == PM_YES;
	int top = ours ? -ENOENT : file_open_top(proc, pid);

	if (top >= 0 && file_is_in(top, path, file) == PM_YES)
		return top;
	if (top >= 0)
		close(top);
	int kin = ours ? pid : kin_with(proc, pid, path, file);
	snprintf(root, sizeof(root), "%d/root", kin > 0 ? kin : pid);
	int fd = look_openat(proc, ours ? "self/root" : root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Does the file stand in `folder` by that name? */
static bool file_stands_in(int folder, const char *name, const struct statx *file)
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
	if (fd >= 0 && !is_deleted && !file_stands_in(fd, last + 1, file))
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

bool file_is_silly_name(const char *path)
{
	static const struct {
		const char *prefix;
		size_t digits;
	} forms[] = {{".nfs", 16}, {".fuse_hidden", 16}, {".smb", 8}, {"cifs", 8}, {".__afs", 4}};
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < PM_COUNT(forms); i++) {
		size_t width = strlen(forms[i].prefix);
		size_t digits = strncmp(name, forms[i].prefix, width) == 0
					? strspn(name + width, "0123456789abcdefABCDEF")
					: 0;

		if (digits >= forms[i].digits && !name[width + digits])
			return true;
	}
	return false;
}

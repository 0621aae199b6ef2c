/*
 * The file that a process runs, as evidence: its path is what the process shows, device and inode
 * are what it is, and the owners of the folders tell who could have put it there.
 */
#include "passes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const int no_sync = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;

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

/* Does this very file stand at `path` below the root `root`, a link of /proc? */
static enum pm_known is_below(int dir, const char *root, const char *path, const struct statx *file)
{
	char below[PATH_MAX + 16];
	struct statx st;

	snprintf(below, sizeof(below), "%s%s", root, path);
	if (statx(dir, below, AT_SYMLINK_NOFOLLOW | no_sync, STATX_INO, &st) < 0)
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
static int open_root(const struct source *source, const struct place *place, const char *path,
		     const struct statx *file)
{
	bool ours = is_below(source->proc, "self/root", path, file) == PM_YES;
	int fd = openat(ours ? source->proc : place->fd, ours ? "self/root" : "root",
			O_PATH | O_DIRECTORY | O_CLOEXEC);

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

		if (statx(fd, "", AT_EMPTY_PATH | no_sync, STATX_BASIC_STATS, &st) < 0) {
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

static int judge_writers(const struct source *source, struct pm_snapshot *snapshot,
			 const struct place *place, const char *path, const struct statx *file,
			 struct pm_exe *exe)
{
	size_t len = strlen(path);

	if (!others_can_write(file)) {
		if (first_writable_folder(open_root(source, place, path, file), path, &len) < 0)
			return 0;
		exe->writers = len ? PM_WRITERS_OTHERS : PM_WRITERS_ROOT;
	} else {
		exe->writers = PM_WRITERS_OTHERS;
	}
	if (exe->writers == PM_WRITERS_OTHERS)
		exe->writable = pm_arena_escape(&snapshot->arena, path, len);
	return exe->writers == PM_WRITERS_OTHERS && !exe->writable ? -ENOMEM : 0;
}

static int exe_stat(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
		    const char *path, struct pm_exe *exe)
{
	struct statx st;

	char again[PATH_MAX];

	if (statx(place->fd, "exe", no_sync, STATX_BASIC_STATS, &st) < 0)
		return 0;
	/* Path and file are of one program only where the path still is the same right after. */
	ssize_t len = readlinkat(place->fd, "exe", again, sizeof(again) - 1);
	again[len > 0 ? len : 0] = '\0';
	if (path[0] && strcmp(path, again) != 0)
		return -EAGAIN;
	exe->has_stat = true;
	exe->device = makedev(st.stx_dev_major, st.stx_dev_minor);
	exe->inode = st.stx_ino;
	exe->size = st.stx_size;
	exe->modified = st.stx_mtime.tv_sec;
	exe->deleted = st.stx_nlink == 0 ? PM_YES : PM_NO;
	if (path[0] != '/')
		return 0;
	exe->on_host = is_below(source->proc, "1/root", path, &st);
	return judge_writers(source, snapshot, place, path, &st, exe);
}

/* ---- the recording of what no file of /proc holds: PID/exe.stat --------------------------------
 */

static void record_stat(struct source *source, const struct place *place, const struct pm_exe *exe)
{
	struct pm_buf text = {0};

	if (source->record < 0 || !exe->has_stat)
		return;
	pm_buf_printf(&text, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d %d %d %s",
		      exe->device, exe->inode, exe->size, (uint64_t)exe->modified, exe->deleted,
		      exe->on_host, exe->writers, exe->writable ? exe->writable : "");
	record_file(source, place->name, "exe.stat", pm_buf_text(&text), text.len);
	pm_buf_release(&text);
}

static int replay_stat(struct pm_snapshot *snapshot, const struct place *place, struct pm_exe *exe)
{
	enum { NUMBERS = 7 };
	char text[8192];
	uint64_t number[NUMBERS];
	const char *at = text;

	if (pm_read_small(place->fd, "exe.stat", text, sizeof(text)) < 0)
		return 0;
	for (size_t i = 0; i < NUMBERS; i++) {
		size_t len = strcspn(at, " ");

		if (at[len] != ' ' || pm_parse_u64(at, len, UINT64_MAX, &number[i]) < 0)
			return 0;
		at += len + 1;
	}
	if (number[4] > PM_YES || number[5] > PM_YES || number[6] > PM_WRITERS_OTHERS)
		return 0;
	exe->has_stat = true;
	exe->device = number[0];
	exe->inode = number[1];
	exe->size = number[2];
	exe->modified = (int64_t)number[3];
	exe->deleted = (enum pm_known)number[4];
	exe->on_host = (enum pm_known)number[5];
	exe->writers = (enum pm_writers)number[6];
	if (*at)
		exe->writable = pm_arena_copy(&snapshot->arena, at, strlen(at));
	return *at && !exe->writable ? -ENOMEM : 0;
}

/* The kernel adds " (deleted)" to the path of a file without links; a file can also be named so. */
static size_t path_length(const char *path, enum pm_known deleted)
{
	static const char mark[] = " (deleted)";
	size_t len = strlen(path), skip = sizeof(mark) - 1;

	return deleted == PM_YES && len > skip && !memcmp(path + len - skip, mark, skip)
		       ? len - skip
		       : len;
}

int exe_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
	     char path[PATH_MAX], struct pm_exe *ret)
{
	struct pm_exe exe = {0};
	int r;

	/* ENAMETOOLONG leaves device and inode; ENOENT is a kernel thread or a zombie. */
	ssize_t len = place_link(source, place, "exe", path, PATH_MAX);
	if (len < 0)
		path[0] = '\0';
	if (source->replay >= 0)
		r = replay_stat(snapshot, place, &exe);
	else
		r = exe_stat(source, snapshot, place, path, &exe);
	record_stat(source, place, &exe);
	if (r == 0 && len > 0) {
		exe.path = pm_arena_escape(&snapshot->arena, path, path_length(path, exe.deleted));
		r = exe.path ? 0 : -ENOMEM;
	}
	if (r == 0)
		*ret = exe;
	return r;
}

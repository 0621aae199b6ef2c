/*
 * The file that a process runs, as evidence: its path is what the process shows, device and inode
 * are what it is, and the owners of the folders tell who could have put it there.
 */
#include "file.h"
#include "passes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <unistd.h>

static bool is_same_file(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
	       a->stx_dev_minor == b->stx_dev_minor && a->stx_uid == b->stx_uid &&
	       a->stx_gid == b->stx_gid && a->stx_mode == b->stx_mode;
}

/*
 * Who can replace the file, and whether it is the host's. Where it is, neither depends on the
 * process, and the next worker of the same program need not ask again.
 */
static void look_around(struct source *source, int pid, const char *path, const struct statx *st,
			struct pm_file *exe, size_t *ret_writable)
{
	struct known_file *known = &source->known_file;

	if (known->on_host == PM_YES && !strcmp(known->path, path) &&
	    is_same_file(&known->st, st)) {
		exe->on_host = PM_YES;
		exe->writers = known->writers;
		*ret_writable = known->writable;
		return;
	}
	exe->on_host = file_is_below(source->proc, "1/root", path, st);
	if (exe->on_host == PM_UNKNOWN)
		exe->on_host = file_is_below(source->proc, "self/root", path, st);
	exe->writers = file_writers(source->proc, pid, path, st, ret_writable);
	known->on_host = PM_NO;
	if (exe->on_host != PM_YES || file_is_below(source->proc, "self/root", path, st) != PM_YES)
		return;
	*known = (struct known_file){
		.st = *st, .on_host = PM_YES, .writers = exe->writers, .writable = *ret_writable};
	snprintf(known->path, sizeof(known->path), "%s", path);
}

/*
 * The kernel adds " (deleted)" to the path of a file that stands there no more; a file can also be
 * named so. Links that are left, and layers of an overlay, keep its count of links up: where the
 * path leads decides.
 */
static bool is_marked_deleted(struct source *source, int pid, const char *path,
			      const struct statx *st)
{
	static const char mark[] = " (deleted)";
	size_t len = strlen(path), width = sizeof(mark) - 1;
	char root[32];

	if (len <= width || strcmp(path + len - width, mark) != 0)
		return false;
	snprintf(root, sizeof(root), "%d/root", pid);
	return file_is_below(source->proc, root, path, st) != PM_YES &&
	       file_is_below(source->proc, "self/root", path, st) != PM_YES;
}

/* What an NFS client calls a file that was removed while it ran: ".nfs0000000004b40e9f00093dd8". */
static bool is_silly_name(const char *path)
{
	static const char prefix[] = ".nfs";
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t width = sizeof(prefix) - 1, len = strlen(name);

	return !strncmp(name, prefix, width) && len >= width + 16 &&
	       strspn(name + width, "0123456789abcdef") == len - width;
}

/* Where it was deleted, takes the kernel's mark off the path. */
static bool is_deleted(struct source *source, int pid, char *path, const struct statx *st)
{
	if (!is_marked_deleted(source, pid, path, st))
		return st->stx_nlink == 0 || is_silly_name(path);
	*strrchr(path, ' ') = '\0';
	return true;
}

/* `path` is what the link said; `shown` the same, and then without the kernel's mark. */
static int exe_stat(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
		    int pid, const char *path, char *shown, struct pm_file *exe)
{
	struct statx st;
	char again[PATH_MAX];
	size_t writable;

	if (statx(place->fd, "exe", FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0)
		return 0;
	/* Path and file are of one program only where the path still is the same right after. */
	ssize_t len = readlinkat(place->fd, "exe", again, sizeof(again) - 1);
	again[len > 0 ? len : 0] = '\0';
	if (path[0] && strcmp(path, again) != 0)
		return -EAGAIN;
	exe->has_stat = true;
	exe->device = file_device(&st);
	exe->inode = st.stx_ino;
	exe->size = st.stx_size;
	exe->modified = st.stx_mtime.tv_sec;
	exe->deleted = is_deleted(source, pid, shown, &st) ? PM_YES : PM_NO;
	if (path[0] != '/')
		return 0;
	look_around(source, pid, shown, &st, exe, &writable);
	if (exe->writers == PM_WRITERS_OTHERS)
		exe->writable = pm_arena_escape(&snapshot->arena, shown, writable);
	return exe->writers == PM_WRITERS_OTHERS && !exe->writable ? -ENOMEM : 0;
}

/* ---- the recording of what no file of /proc holds: PID/exe.stat, PID/run.stat
 * --------------------------------
 */

void file_record(struct source *source, const struct place *place, const char *name,
		 const struct pm_file *exe)
{
	struct pm_buf text = {0};

	if (source->record < 0 || !exe->has_stat)
		return;
	pm_buf_printf(&text, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d %d %d %s",
		      exe->device, exe->inode, exe->size, (uint64_t)exe->modified, exe->deleted,
		      exe->on_host, exe->writers, exe->writable ? exe->writable : "");
	record_file(source, place->name, name, pm_buf_text(&text), text.len);
	pm_buf_release(&text);
}

int file_replay(struct pm_snapshot *snapshot, const struct place *place, const char *name,
		struct pm_file *exe)
{
	enum { NUMBERS = 7 };
	char text[8192];
	uint64_t number[NUMBERS];
	const char *at = text;

	if (pm_read_small(place->fd, name, text, sizeof(text)) < 0)
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

/* The path that was recorded is as the kernel told it. */
static void take_mark_off(char *path, enum pm_known deleted)
{
	static const char mark[] = " (deleted)";
	size_t len = strlen(path), width = sizeof(mark) - 1;

	if (deleted == PM_YES && len > width && !strcmp(path + len - width, mark))
		path[len - width] = '\0';
}

int exe_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
	     int pid, char path[PATH_MAX], struct pm_file *ret)
{
	struct pm_file exe = {0};
	char shown[PATH_MAX];
	int r;

	/* ENAMETOOLONG leaves device and inode; ENOENT is a kernel thread or a zombie. */
	ssize_t len = place_link(source, place, "exe", path, PATH_MAX);
	if (len < 0)
		path[0] = '\0';
	memcpy(shown, path, len > 0 ? (size_t)len + 1 : 1);
	if (source->replay >= 0) {
		r = file_replay(snapshot, place, "exe.stat", &exe);
		take_mark_off(shown, exe.deleted);
	} else {
		r = exe_stat(source, snapshot, place, pid, path, shown, &exe);
	}
	file_record(source, place, "exe.stat", &exe);
	if (r == 0 && len > 0) {
		exe.path = pm_arena_escape(&snapshot->arena, shown, strlen(shown));
		r = exe.path ? 0 : -ENOMEM;
	}
	if (r == 0)
		*ret = exe;
	return r;
}

#include "program/exe.h"
#include "files/file.h"
#include "program/leads.h"
#include "source/coverage.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <unistd.h>

/* The executable that was looked at last, if it is one of the host. */
struct known_file {
	char path[PATH_MAX];
	struct statx st;
	struct guard guard;
};

static bool is_same_file(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
	       a->stx_dev_minor == b->stx_dev_minor && a->stx_uid == b->stx_uid &&
	       a->stx_gid == b->stx_gid && a->stx_mode == b->stx_mode;
}

static void remember(struct source *source, const char *path, const struct statx *st,
		     const struct guard *guard)
{
	if (!source->known_file)
		source->known_file = calloc(1, sizeof(*source->known_file));
	if (!source->known_file)
		return;
	source->known_file->st = *st;
	source->known_file->guard = *guard;
	snprintf(source->known_file->path, PATH_MAX, "%s", path);
}

/*
 * Who can replace the file, and whether it is the host's. Where it is, neither depends on the
 * process, and the next worker of the same program need not ask again.
 */
static void look_around(struct source *source, const struct place *place, int pid, const char *path,
			const struct statx *st, struct pm_file *exe, struct guard *guard)
{
	const struct known_file *known = source->known_file;

	if (known && !strcmp(known->path, path) && is_same_file(&known->st, st)) {
		exe->on_host = exe->at_path = PM_YES;
		*guard = known->guard;
		return;
	}
	exe->on_host = file_is_below(source->proc, "1/root", path, st);
	if (exe->on_host == PM_UNKNOWN)
		exe->on_host = file_is_below(source->proc, "self/root", path, st);
	exe->at_path = exe_is_at_path(source, place, pid, path, st);
	int fd = look_openat(place->fd, "exe", O_PATH | O_CLOEXEC);
	file_guard(source->proc, pid, path, fd, exe->deleted == PM_YES, guard);
	if (fd >= 0)
		close(fd);
	if (exe->on_host == PM_YES && file_is_below(source->proc, "self/root", path, st) == PM_YES)
		remember(source, path, st, guard);
}

static int take_guard(struct pm_snapshot *snapshot, const struct guard *guard, struct pm_file *exe)
{
	exe->writers = guard->writers;
	exe->is_open = guard->is_open ? PM_YES : PM_NO;
	if (exe->writers == PM_WRITERS_OTHERS)
		exe->writable =
			pm_arena_escape(&snapshot->arena, guard->writable, strlen(guard->writable));
	return exe->writers == PM_WRITERS_OTHERS && !exe->writable ? -ENOMEM : 0;
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

/* Where it was deleted, takes the kernel's mark off the path. */
static bool is_deleted(struct source *source, int pid, char *path, const struct statx *st)
{
	if (!is_marked_deleted(source, pid, path, st))
		return st->stx_nlink == 0 || file_is_silly_name(path);
	*strrchr(path, ' ') = '\0';
	return true;
}

/* `path` is what the link said; `shown` the same, and then without the kernel's mark. */
static int exe_stat(struct collector *collector, const struct place *place, int pid,
		    const char *path, char *shown, struct pm_file *exe)
{
	static struct guard guard;
	struct statx st;
	char again[PATH_MAX];

	if (look_statx(place->fd, "exe", FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0)
		return 0;
	/* Path and file are of one program only where the path still is the same right after. */
	ssize_t len = look_readlinkat(place->fd, "exe", again, sizeof(again) - 1);
	again[len > 0 ? len : 0] = '\0';
	if (path[0] && strcmp(path, again) != 0)
		return -EAGAIN;
	exe->has_stat = true;
	exe->device = file_device(&st);
	exe->inode = st.stx_ino;
	exe->size = st.stx_size;
	exe->modified = st.stx_mtime.tv_sec;
	exe->deleted = is_deleted(collector->source, pid, shown, &st) ? PM_YES : PM_NO;
	if (path[0] != '/')
		return 0;
	look_around(collector->source, place, pid, shown, &st, exe, &guard);
	return take_guard(collector->snapshot, &guard, exe);
}

/* ---- the recording of what no file of /proc holds: PID/exe.stat, PID/run.stat ------ */

/* By which pm_file.at_path is multiplied, and added to the number of on_host. */
enum { RECORDED_AT_PATH = 4 };

/* Added to the number of who can write it: pm_file.is_open. Of older recordings neither is. */
static const unsigned recorded_open[] = {[PM_UNKNOWN] = 0, [PM_NO] = 8, [PM_YES] = 4};

void file_record(struct source *source, const struct place *place, const char *name,
		 const struct pm_file *exe)
{
	struct pm_buf text = {0};

	if (source->record < 0 || !exe->has_stat)
		return;
	pm_buf_printf(&text, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d %d %d %s",
		      exe->device, exe->inode, exe->size, (uint64_t)exe->modified, exe->deleted,
		      exe->on_host + RECORDED_AT_PATH * exe->at_path,
		      exe->writers | recorded_open[exe->is_open],
		      exe->writable ? exe->writable : "");
	record_file(source, place->name, name, pm_buf_text(&text), text.len);
	pm_buf_release(&text);
}

static enum pm_known read_open(unsigned number)
{
	if (number & recorded_open[PM_YES])
		return PM_YES;
	return number & recorded_open[PM_NO] ? PM_NO : PM_UNKNOWN;
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
	if (number[4] > PM_YES || number[5] % RECORDED_AT_PATH > PM_YES ||
	    number[5] / RECORDED_AT_PATH > PM_YES || number[6] % 4 > PM_WRITERS_OTHERS ||
	    number[6] >= 12)
		return 0;
	exe->has_stat = true;
	exe->device = number[0];
	exe->inode = number[1];
	exe->size = number[2];
	exe->modified = (int64_t)number[3];
	exe->deleted = (enum pm_known)number[4];
	exe->on_host = (enum pm_known)(number[5] % RECORDED_AT_PATH);
	exe->at_path = (enum pm_known)(number[5] / RECORDED_AT_PATH);
	exe->writers = (enum pm_writers)(number[6] % 4);
	exe->is_open = read_open((unsigned)number[6]);
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

/* Where its path leads can be a file system that does not answer. */
static int look_at(struct collector *collector, const struct place *place, int pid,
		   const char *path, char *shown, struct pm_file *exe)
{
	if (!step_begin(collector->source, pid, *path == '/' ? path : "exe"))
		return 0;
	int r = exe_stat(collector, place, pid, path, shown, exe);
	step_end(collector->source);
	return r;
}

int exe_read(struct collector *collector, const struct place *place, int pid, char path[PATH_MAX],
	     struct pm_file *ret)
{
	struct pm_file exe = {0};
	char shown[PATH_MAX];
	int r;

	/* ENAMETOOLONG leaves device and inode; ENOENT is a kernel thread or a zombie. */
	ssize_t len = place_link(collector->source, place, "exe", path, PATH_MAX);
	if (len < 0)
		path[0] = '\0';
	memcpy(shown, path, len > 0 ? (size_t)len + 1 : 1);
	if (collector->source->replay >= 0) {
		r = file_replay(collector->snapshot, place, "exe.stat", &exe);
		take_mark_off(shown, exe.deleted);
	} else {
		r = look_at(collector, place, pid, path, shown, &exe);
	}
	file_record(collector->source, place, "exe.stat", &exe);
	if (r == 0 && len > 0) {
		exe.path = pm_arena_escape(&collector->snapshot->arena, shown, strlen(shown));
		r = exe.path ? 0 : -ENOMEM;
	}
	if (r == 0)
		*ret = exe;
	return r;
}

/* It was found, and who can write it was not. */
static bool is_unguarded(const struct pm_file *file)
{
	return file->has_stat && file->path && file->path[0] == '/' &&
	       file->writers == PM_WRITERS_UNKNOWN;
}

int pass_unguarded(struct collector *collector)
{
	const struct pm_process *first = NULL;
	size_t count = 0;
	int r = 0;

	for (size_t i = 0; i < collector->snapshot->process_count; i++) {
		const struct pm_process *process = &collector->snapshot->processes[i];

		if (!is_unguarded(&process->exe) && !is_unguarded(&process->running.file) &&
		    !is_unguarded(&process->loaded))
			continue;
		first = first ? first : process;
		count++;
	}
	if (count)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, count,
			    "who can replace the file of %zu process%s could not be seen: pid %d "
			    "%s",
			    count, count == 1 ? "" : "es", first->pid, first->exe.path);
	const struct unloaded *unloaded = &collector->source->unloaded;
	if (r == 0 && unloaded->count)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unloaded->count,
			    "what %zu process%s loaded could not be read: pid %d", unloaded->count,
			    unloaded->count == 1 ? "" : "es", unloaded->first);
	return r;
}

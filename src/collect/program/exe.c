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

static void remember(struct collector *collector, const char *path, const struct statx *st,
		     const struct guard *guard)
{
	struct known_file *known = collector->known_file;

	if (!known)
		known = pm_arena_alloc(&collector->snapshot->arena, 1, sizeof(*known));
	if (!known)
		return;
	known->st = *st;
	known->guard = *guard;
	snprintf(known->path, PATH_MAX, "%s", path);
	collector->known_file = known;
}

/*
 * Who can replace the file, and whether it is the host's. Where it is, neither depends on the
 * process, and the next worker of the same program need not ask again.
 */
static void look_around(struct collector *collector, const struct proc_dir *dir, int pid,
			const char *path, const struct statx *st, struct pm_file *exe,
			struct guard *guard)
{
	const struct known_file *known = collector->known_file;
	struct source *source = collector->source;

	if (known && !strcmp(known->path, path) && is_same_file(&known->st, st)) {
		exe->on_host = exe->at_path = PM_YES;
		*guard = known->guard;
		return;
	}
	exe->on_host = file_is_below(source->proc, "1/root", path, st);
	if (exe->on_host == PM_UNKNOWN)
		exe->on_host = file_is_below(source->proc, "self/root", path, st);
	exe->at_path = exe_is_at_path(source, dir, pid, path, st);
	int fd = look_openat(dir->fd, "exe", O_PATH | O_CLOEXEC);
	file_guard(source->proc, pid, path, fd, exe->deleted == PM_YES, guard);
	if (fd >= 0)
		close(fd);
	if (exe->on_host == PM_YES && file_is_below(source->proc, "self/root", path, st) == PM_YES)
		remember(collector, path, st, guard);
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
static int exe_stat(struct collector *collector, const struct proc_dir *dir, int pid,
		    const char *path, char *shown, struct pm_file *exe)
{
	static struct guard guard;
	struct statx st;
	char again[PATH_MAX];

	if (look_statx(dir->fd, "exe", FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0)
		return 0;
	/* Path and file are of one program only where the path still is the same right after. */
	ssize_t len = look_readlinkat(dir->fd, "exe", again, sizeof(again) - 1);
	again[len > 0 ? len : 0] = '\0';
	if (path[0] && strcmp(path, again) != 0)
		return PROCESS_CHANGED;
	exe->has_stat = true;
	exe->device = file_device(&st);
	exe->inode = st.stx_ino;
	exe->size = st.stx_size;
	exe->modified = st.stx_mtime.tv_sec;
	exe->deleted = is_deleted(collector->source, pid, shown, &st) ? PM_YES : PM_NO;
	if (path[0] != '/')
		return 0;
	look_around(collector, dir, pid, shown, &st, exe, &guard);
	return take_guard(collector->snapshot, &guard, exe);
}

/* ---- what no file of /proc holds: PID/exe.stat, PID/run.stat ----------------------- */

/* By which pm_file.at_path is multiplied, and added to the number of on_host. */
enum { RECORDED_AT_PATH = 4 };

/* Added to the number of who can write it: pm_file.is_open. Of older recordings neither is. */
static const unsigned recorded_open[] = {[PM_UNKNOWN] = 0, [PM_NO] = 8, [PM_YES] = 4};

struct evidence {
	int (*look)(void *data, struct pm_file *file);
	void *data;
	struct pm_file *file;
	bool was_looked;
	int r;
};

static bool evidence_tell(void *data, struct pm_buf *ret)
{
	struct evidence *evidence = data;
	const struct pm_file *file = evidence->file;

	evidence->was_looked = true;
	evidence->r = evidence->look(evidence->data, evidence->file);
	if (!file->has_stat)
		return false;
	pm_buf_printf(ret, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d %d %d %s",
		      file->device, file->inode, file->size, (uint64_t)file->modified,
		      file->deleted, file->on_host + RECORDED_AT_PATH * file->at_path,
		      file->writers | recorded_open[file->is_open],
		      file->writable ? file->writable : "");
	return true;
}

static enum pm_known read_open(unsigned number)
{
	if (number & recorded_open[PM_YES])
		return PM_YES;
	return number & recorded_open[PM_NO] ? PM_NO : PM_UNKNOWN;
}

static int evidence_parse(struct pm_snapshot *snapshot, const char *at, struct pm_file *file)
{
	enum { NUMBERS = 7 };
	uint64_t number[NUMBERS];

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
	file->has_stat = true;
	file->device = number[0];
	file->inode = number[1];
	file->size = number[2];
	file->modified = (int64_t)number[3];
	file->deleted = (enum pm_known)number[4];
	file->on_host = (enum pm_known)(number[5] % RECORDED_AT_PATH);
	file->at_path = (enum pm_known)(number[5] / RECORDED_AT_PATH);
	file->writers = (enum pm_writers)(number[6] % 4);
	file->is_open = read_open((unsigned)number[6]);
	if (*at)
		file->writable = pm_arena_copy(&snapshot->arena, at, strlen(at));
	return *at && !file->writable ? -ENOMEM : 0;
}

/* What a recording has of the file: a link, and its facts. */
static int evidence_recall(struct collector *collector, const struct proc_dir *dir,
			   const char *name, const char *facts, struct pm_file *file)
{
	struct pm_snapshot *snapshot = collector->snapshot;
	char path[PATH_MAX];
	ssize_t len = proc_dir_link(dir, name, path, sizeof(path));

	if (len < 0)
		return 0;
	file->path = pm_arena_copy(&snapshot->arena, path, (size_t)len);
	return file->path ? evidence_parse(snapshot, facts, file) : -ENOMEM;
}

int evidence_read(struct collector *collector, const struct proc_dir *dir, const char *name,
		  int (*look)(void *data, struct pm_file *file), void *data, struct pm_file *file)
{
	struct evidence evidence = {.look = look, .data = data, .file = file};
	struct pm_buf facts = {0};
	char stat[32];

	snprintf(stat, sizeof(stat), "%.16s.stat", name);
	proc_dir_value(dir, stat, evidence_tell, &evidence, &facts);
	if (!evidence.was_looked)
		evidence.r = evidence_recall(collector, dir, name, pm_buf_text(&facts), file);
	else if (file->path)
		record_link(collector->source, dir->name, name, file->path);
	pm_buf_release(&facts);
	return evidence.r;
}

/* The path that was recorded is as the kernel told it. */
static void take_mark_off(char *path, enum pm_known deleted)
{
	static const char mark[] = " (deleted)";
	size_t len = strlen(path), width = sizeof(mark) - 1;

	if (deleted == PM_YES && len > width && !strcmp(path + len - width, mark))
		path[len - width] = '\0';
}

struct exe_search {
	struct collector *collector;
	const struct proc_dir *dir;
	int pid;
	const char *path; /* what the link says */
	char *shown;	  /* the same, without the kernel's mark */
};

/* Where its path leads can be a file system that does not answer. */
static int exe_look(void *data, struct pm_file *exe)
{
	const struct exe_search *search = data;
	struct source *source = search->collector->source;

	if (!step_begin(source, search->pid, *search->path == '/' ? search->path : "exe"))
		return 0;
	int r = exe_stat(search->collector, search->dir, search->pid, search->path, search->shown,
			 exe);
	step_end(source);
	return r;
}

int exe_read(struct collector *collector, const struct proc_dir *dir, int pid, char path[PATH_MAX],
	     struct pm_file *ret)
{
	struct pm_file exe = {0};
	char shown[PATH_MAX];
	struct exe_search search = {collector, dir, pid, path, shown};
	struct evidence evidence = {.look = exe_look, .data = &search, .file = &exe};
	struct pm_buf facts = {0};

	/* ENAMETOOLONG leaves device and inode; ENOENT is a kernel thread or a zombie. */
	ssize_t len = proc_dir_link(dir, "exe", path, PATH_MAX);
	if (len < 0)
		path[0] = '\0';
	memcpy(shown, path, len > 0 ? (size_t)len + 1 : 1);
	proc_dir_value(dir, "exe.stat", evidence_tell, &evidence, &facts);
	int r = evidence.r;
	if (!evidence.was_looked) {
		r = evidence_parse(collector->snapshot, pm_buf_text(&facts), &exe);
		take_mark_off(shown, exe.deleted);
	}
	pm_buf_release(&facts);
	if (r)
		return r;
	if (len > 0) {
		exe.path = pm_arena_escape(&collector->snapshot->arena, shown, strlen(shown));
		if (!exe.path)
			return -ENOMEM;
	}
	*ret = exe;
	return 0;
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
	const struct unloaded *unloaded = &collector->unloaded;
	if (r < 0 || !unloaded->count)
		return r;
	return gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_DENIED, unloaded->count,
		       "what %zu process%s loaded could not be read: pid %d", unloaded->count,
		       unloaded->count == 1 ? "" : "es", unloaded->first);
}

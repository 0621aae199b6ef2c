/*
 * Another name of the executable, by which a process calls itself: a link to it, or the name that
 * the file had when the process began.
 */
#include "program/alias.h"
#include "files/blocking.h"
#include "files/file.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { COMM_MAX = 15, LEVELS = 8 };

struct alias_search {
	struct source *source;
	const struct pm_process *process;
	int pid;	  /* in whose root links are looked for */
	const char *name; /* as comm would have it, had the kernel not cut it */
	bool is_unsure;	  /* not all could be looked at */
	bool has_heir;	  /* another file of root's has the name, where this one may have stood */
	bool has_version; /* a link of root's has it, and leads to another version of this one */
};

const char *alias_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool alias_names(const char *path, const char *comm)
{
	const char *name = alias_base(path);
	size_t len = strlen(comm);

	return len && (len == COMM_MAX ? !strncmp(name, comm, len) : !strcmp(name, comm));
}

bool alias_is_wanted(const struct pm_process *process)
{
	const char *path = process->exe.path;

	return path && process->exe.has_stat && *process->comm && !strpbrk(process->comm, "/\\") &&
	       !alias_names(path, process->comm);
}

/* Has a link been turned to this file, of the same program, since? */
static bool is_version(const struct pm_file *exe, const struct found_file *seen)
{
	char before[PM_PROGRAM_SIZE], now[PM_PROGRAM_SIZE];

	return exe->writers == PM_WRITERS_ROOT && seen->writers == PM_WRITERS_ROOT &&
	       !strcmp(pm_program_name(exe->path, before, sizeof(before)),
		       pm_program_name(seen->path, now, sizeof(now)));
}

/*
 * A link counts where root alone can have put it there; of a file that others can write it tells no
 * more than the name of that would.
 */
static bool leads_to_exe(struct alias_search *search, const char *path, bool may_be_heir)
{
	static struct found_file seen;
	const struct pm_file *exe = &search->process->exe;

	if (blocking_file(search->source, search->pid, path, &seen) < 0 ||
	    (seen.error && seen.error != -ENOENT && seen.error != -ENOTDIR)) {
		search->is_unsure = true;
		return false;
	}
	if (seen.error)
		return false;
	if (seen.device != exe->device || seen.inode != exe->inode) {
		search->has_heir |= may_be_heir && seen.writers == PM_WRITERS_ROOT;
		search->has_version |= is_version(exe, &seen);
		return false;
	}
	search->is_unsure |= seen.writers == PM_WRITERS_UNKNOWN;
	return seen.writers == PM_WRITERS_ROOT || exe->writers == PM_WRITERS_OTHERS;
}

static bool is_in(struct alias_search *search, const char *folder, size_t len, const char *below,
		  bool may_be_heir)
{
	char path[PATH_MAX];
	int used = snprintf(path, sizeof(path), "%.*s%s/%s", (int)len, folder, below, search->name);

	return (size_t)used < sizeof(path) && leads_to_exe(search, path, may_be_heir);
}

/* Beside the executable, and where the folders above it have programs. */
static bool is_near(struct alias_search *search, const char *path)
{
	static const char *const below[] = {"", "/bin", "/sbin"};
	const char *last = strrchr(path, '/'), *slash = last;

	for (int level = 0; slash && level < LEVELS; level++) {
		for (size_t i = 0; i < PM_COUNT(below); i++)
			if (is_in(search, path, (size_t)(slash - path), below[i], !level && !i))
				return true;
		slash = memrchr(path, '/', (size_t)(slash - path));
	}
	return false;
}

static bool is_where_programs_are(struct alias_search *search)
{
	static const char *const folders[] = {
		"/usr/local/sbin",
		"/usr/local/bin",
		"/usr/sbin",
		"/usr/bin",
		"/sbin",
		"/bin",
		"/usr/libexec",
		"/usr/lib",
		"/usr/games",
		"/opt/bin",
		"/snap/bin",
		"/etc/alternatives",
		"/run/current-system/sw/bin",
	};

	for (size_t i = 0; i < PM_COUNT(folders); i++)
		if (is_in(search, folders[i], strlen(folders[i]), "", false))
			return true;
	return false;
}

static int64_t nanoseconds(int64_t seconds, int64_t rest)
{
	return seconds * NS_PER_SECOND + rest;
}

/* Was the file renamed, linked, or written to, after the process began? */
static bool has_changed(const struct proc_dir *dir, const struct pm_process *process)
{
	int64_t tick = NS_PER_SECOND / (int64_t)proc_ticks();
	struct timespec now, up;
	struct statx st;

	if (look_statx(dir->fd, "exe", FILE_NO_SYNC, STATX_CTIME, &st) < 0)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	int64_t boot = nanoseconds(now.tv_sec, now.tv_nsec) - nanoseconds(up.tv_sec, up.tv_nsec);
	return nanoseconds(st.stx_ctime.tv_sec, st.stx_ctime.tv_nsec) - boot >
	       ((int64_t)process->start + 1) * tick;
}

/* Programs of many names, which ask argv[0] for the one that is meant. */
bool alias_is_multi_call(const char *exe)
{
	static const char *const names[] = {"busybox", "toybox", "coreutils"};
	char name[PM_PROGRAM_SIZE];

	pm_program_name(exe, name, sizeof(name));
	for (size_t i = 0; i < PM_COUNT(names); i++)
		if (!strncmp(name, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Where nothing leads to the file by that name: is it all the same its own, or was it? */
static const char *unproven(const struct alias_search *search, const char *called)
{
	const struct pm_process *process = search->process;
	bool is_silly = process->exe.deleted == PM_YES && file_is_silly_name(process->exe.path);

	if (is_silly || search->has_version ||
	    (alias_is_multi_call(process->exe.path) && !strcmp(alias_base(called), process->comm)))
		return search->name;
	return NULL;
}

bool alias_is_persons(const struct pm_process *process)
{
	enum { FIRST_PERSON = 1000, NOBODY = 65534 };

	return process->has_uid && process->uid >= FIRST_PERSON && process->uid != NOBODY &&
	       !process->unit;
}

/*
 * A user's process can have made the links that it shows: in a user namespace of its own, which
 * neither a container nor root accounts for, those of the host count; ours, where that cannot be
 * looked at.
 */
static int root_of(const struct source *source, const struct pm_process *process)
{
	bool is_contained = process->container.runtime && !process->container.is_claim;
	bool is_roots = process->has_userns_owner && !process->userns_owner &&
			process->pidns_depth && !alias_is_persons(process);

	if (process->own_userns != PM_YES || is_contained || is_roots)
		return process->pid;
	int fd = look_openat(source->proc, "1/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return (int)getpid();
	close(fd);
	return 1;
}

static enum pm_known alias_find(struct source *source, const struct proc_dir *dir,
				const struct pm_process *process, const char *called,
				const char **ret)
{
	struct alias_search search = {.source = source,
				      .process = process,
				      .pid = root_of(source, process),
				      .name = alias_names(called, process->comm)
						      ? alias_base(called)
					      : strlen(process->comm) < COMM_MAX ? process->comm
										 : NULL};
	char path[PATH_MAX];
	ssize_t len = look_readlinkat(dir->fd, "exe", path, sizeof(path) - 1);

	*ret = NULL;
	if (!search.name)
		return PM_UNKNOWN;
	path[len > 0 ? len : 0] = '\0';
	if ((search.name != process->comm && strchr(called, '/') &&
	     leads_to_exe(&search, called, true)) ||
	    is_near(&search, path) || is_where_programs_are(&search)) {
		*ret = search.name;
		return PM_YES;
	}
	*ret = unproven(&search, called);
	bool was_moved = search.has_heir && process->exe.writers == PM_WRITERS_ROOT &&
			 (process->exe.deleted == PM_YES || has_changed(dir, process));
	return *ret || was_moved || search.is_unsure ? PM_UNKNOWN : PM_NO;
}

struct alias_question {
	struct collector *collector;
	const struct proc_dir *dir;
	const struct pm_process *process;
	const char *called;
};

/* "1 redis-server": a link; "? nginx": unproven; "0": none. */
static bool alias_tell(void *data, struct pm_buf *ret)
{
	static const char marks[] = {[PM_UNKNOWN] = '?', [PM_NO] = '0', [PM_YES] = '1'};
	const struct alias_question *question = data;
	struct pm_arena *arena = &question->collector->snapshot->arena;
	const char *name;
	enum pm_known is = alias_find(question->collector->source, question->dir, question->process,
				      question->called, &name);

	pm_buf_printf(ret, "%c", marks[is]);
	if (!name)
		return true;
	name = pm_arena_escape(arena, name, strlen(name));
	pm_buf_printf(ret, " %s", name ? name : "");
	ret->failed |= !name;
	return true;
}

int alias_read(struct collector *collector, const struct proc_dir *dir, struct pm_process *process,
	       const char *called)
{
	struct alias_question question = {collector, dir, process, called};
	struct pm_buf answer = {0};
	const char *text;

	proc_dir_value(dir, "alias", alias_tell, &question, &answer);
	text = pm_buf_text(&answer);
	if (*text == '1' || *text == '0')
		process->is_alias = *text == '1' ? PM_YES : PM_NO;
	if (answer.len > 2)
		process->alias =
			pm_arena_copy(&collector->snapshot->arena, text + 2, answer.len - 2);
	else if (process->is_alias == PM_YES)
		process->alias = process->comm;
	bool is_lost = answer.failed || (answer.len > 2 && !process->alias);
	pm_buf_release(&answer);
	return is_lost ? -ENOMEM : 0;
}

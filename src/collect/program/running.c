#include "program/running.h"
#include "program/alias.h"
#include "program/exe.h"
#include "program/loaded.h"

#include <errno.h>

enum { PLACES_MAX = 64 };

/* "/usr/lib/node_modules/@scope/name/bin/x.js": the package; "/gems/rack-2.2/bin/x" the gem. */
static int read_package(struct pm_arena *arena, const char *path, const char **ret)
{
	static const char *const folders[] = {"/node_modules/", "/nodejs/", "/gems/"};
	char name[PM_PROGRAM_SIZE], gem[PM_PROGRAM_SIZE];

	for (size_t i = 0; i < PM_COUNT(folders); i++) {
		const char *at = path, *last = NULL;

		while ((at = strstr(at, folders[i])))
			last = at += strlen(folders[i]);
		if (last && *last == '@')
			last = strchr(last, '/') ? strchr(last, '/') + 1 : NULL;
		size_t len = last ? strcspn(last, "/") : 0;
		if (!len || !last[len] || len >= sizeof(name))
			continue;
		memcpy(name, last, len);
		name[len] = '\0';
		*ret = pm_arena_printf(arena, "%s", pm_program_name(name, gem, sizeof(gem)));
		return *ret ? 0 : -ENOMEM;
	}
	return 0;
}

int file_of_seen(struct pm_snapshot *snapshot, const struct found_file *seen, struct pm_file *ret)
{
	struct pm_file file = {
		.has_stat = seen->inode != 0,
		.device = seen->device,
		.inode = seen->inode,
		.size = seen->size,
		.modified = seen->modified,
		.deleted = seen->links ? PM_NO : PM_YES,
		.writers = seen->writers,
		.is_open = seen->is_open ? PM_YES : PM_NO,
		.path = pm_arena_escape(&snapshot->arena, seen->path, strlen(seen->path)),
	};

	if (file.writers == PM_WRITERS_OTHERS)
		file.writable =
			pm_arena_escape(&snapshot->arena, seen->writable, strlen(seen->writable));
	*ret = file;
	return !file.path || (file.writers == PM_WRITERS_OTHERS && !file.writable) ? -ENOMEM : 0;
}

/* Of two, the one that is worse guarded: others, unknown, root. */
static bool is_worse(const struct found_file *a, enum pm_writers than)
{
	static const int guard[] = {
		[PM_WRITERS_OTHERS] = 0, [PM_WRITERS_UNKNOWN] = 1, [PM_WRITERS_ROOT] = 2};

	return guard[a->writers] < guard[than];
}

/* One place of a class path: "folder/" and a star stands for the folder, nothing for "here". */
static int read_place(struct collector *collector, int pid, const char *dir, size_t len,
		      struct pm_file *ret)
{
	static struct found_file seen;
	char path[PATH_MAX];

	if (len && dir[len - 1] == '*')
		len--;
	if (len >= sizeof(path))
		return -ENAMETOOLONG;
	memcpy(path, len ? dir : ".", len ? len : 1);
	path[len ? len : 1] = '\0';
	int r = blocking_file(collector->source, pid, path, &seen);
	if (r < 0)
		return r;
	if (seen.error)
		return seen.error == -ENOENT ? 0 : seen.error;
	if (ret->path && !is_worse(&seen, ret->writers))
		return 0;
	return file_of_seen(collector->snapshot, &seen, ret);
}

/*
 * The worst guarded of the places in a class path, apart by ':', of which those that are not there
 * do not count. One that cannot be seen leaves all unknown.
 */
static int read_places(struct collector *collector, int pid, const char *list, struct pm_file *ret)
{
	size_t count = 0;
	int r = 0;

	for (bool more = true; more && r == 0; count++) {
		size_t len = strcspn(list, ":");

		r = count < PLACES_MAX ? read_place(collector, pid, list, len, ret) : -E2BIG;
		more = list[len] == ':';
		list += len + more;
	}
	if (r < 0 && r != -ENOMEM)
		*ret = (struct pm_file){0};
	return r == -ENOMEM ? r : 0;
}

/*
 * "/proc/self/fd/3" of the process itself, and not of ours: what is open there, as "fd/3"; NULL of
 * other paths.
 */
static const char *descriptor_in(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/",
					      "/proc/thread-self/fd/"};

	if (!strcmp(path, "/dev/stdin"))
		return "fd/0";
	for (size_t i = 0; i < PM_COUNT(folders); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])) &&
		    !strchr(path + strlen(folders[i]), '/'))
			return path + strlen(folders[i]) - strlen("fd/");
	return NULL;
}

/*
 * A file that is open there goes by its path. Of one in memory, or of a pipe, there is no more than
 * its name; closed by now, as interpreters do, the name that it was called by has to do.
 */
static int read_descriptor(struct collector *collector, const struct proc_dir *dir, int pid,
			   const char *path, struct pm_file *ret)
{
	static const char mark[] = " (deleted)";
	static struct found_file seen;
	char link[PATH_MAX];
	ssize_t len = proc_dir_link(dir, descriptor_in(path), link, sizeof(link));
	size_t end = sizeof(mark) - 1;

	if (len > 0 && link[0] == '/' && blocking_file(collector->source, pid, link, &seen) == 0 &&
	    !seen.error)
		return file_of_seen(collector->snapshot, &seen, ret);
	if (len > (ssize_t)end && !strcmp(link + len - end, mark)) {
		link[(size_t)len - end] = '\0';
		ret->deleted = PM_YES;
	}
	const char *name = len > 0 ? link : path;
	ret->path = pm_arena_escape(&collector->snapshot->arena, name, strlen(name));
	return ret->path ? 0 : -ENOMEM;
}

/* A script that is not there any more keeps the path that it was called by. */
static int running_read_file(struct collector *collector, int pid, const char *path,
			     struct pm_file *ret)
{
	static struct found_file seen;

	if (blocking_file(collector->source, pid, path, &seen) == 0 && !seen.error)
		return file_of_seen(collector->snapshot, &seen, ret);
	ret->path = pm_arena_escape(&collector->snapshot->arena, path, strlen(path));
	return ret->path ? 0 : -ENOMEM;
}

/* "postgrey" of "/usr/sbin/postgrey --inet=10023", "gunicorn" of "gunicorn: master". */
static const char *read_title(struct pm_arena *arena, const char *title)
{
	char first[PM_PROGRAM_SIZE];
	size_t len = strcspn(title, " :");

	snprintf(first, sizeof(first), "%.*s", (int)(len < sizeof(first) ? len : 0), title);
	return pm_arena_escape(arena, alias_base(first), strlen(alias_base(first)));
}

struct file_search {
	struct collector *collector;
	const struct proc_dir *dir;
	const struct pm_process *process;
	const struct runtime_words *words;
	const char *path;
};

static bool words_are_path(const struct runtime_words *words)
{
	return words->kind == PM_RUNS_SCRIPT || words->kind == PM_RUNS_JAR;
}

static int words_look(void *data, struct pm_file *file)
{
	const struct file_search *search = data;
	const char *files = search->words->files;
	int pid = search->process->pid;

	if (!files)
		return 0;
	if (!words_are_path(search->words))
		return read_places(search->collector, pid, files, file);
	if (descriptor_in(files))
		return read_descriptor(search->collector, search->dir, pid, files, file);
	return running_read_file(search->collector, pid, files, file);
}

static int take_words(struct collector *collector, const struct proc_dir *dir,
		      struct pm_process *process, const struct runtime_words *words)
{
	struct file_search search = {
		.collector = collector, .dir = dir, .process = process, .words = words};
	struct pm_arena *arena = &collector->snapshot->arena;
	struct pm_running *running = &process->running;
	const char *name = words->name;

	if (name && words_are_path(words))
		name = alias_base(name);
	running->kind = words->kind;
	if (name)
		running->name = pm_arena_escape(arena, name, strlen(name));
	if (words->title)
		running->title = read_title(arena, words->title);
	if ((name && !running->name) || (words->title && !running->title))
		return -ENOMEM;
	int r = evidence_read(collector, dir, "run", words_look, &search, &running->file);
	if (r < 0 || !running->file.path || words->kind != PM_RUNS_SCRIPT)
		return r;
	return read_package(arena, running->file.path, &running->package);
}

/* The file at the path, other than the executable; nothing where it cannot be seen. */
static int program_look(void *data, struct pm_file *file)
{
	static struct found_file seen;
	const struct file_search *search = data;
	const struct pm_process *process = search->process;

	if (blocking_file(search->collector->source, process->pid, search->path, &seen) < 0 ||
	    seen.error || (seen.device == process->exe.device && seen.inode == process->exe.inode))
		return 0;
	return file_of_seen(search->collector->snapshot, &seen, file);
}

/* Of the words of a command line, where a path may stand that "#!" or binfmt_misc put there. */
static bool may_be_started(const struct pm_process *process, const char *first, const char *word)
{
	return word == first || *first == '-' || alias_is_multi_call(process->exe.path);
}

/*
 * The program that is run by an interpreter or an emulator of no table: the kernel calls the
 * process by the name of the file that was started, and puts the path of that behind the
 * interpreter and its one option.
 */
static int read_program(struct collector *collector, const struct proc_dir *dir,
			struct pm_process *process, const char *bytes, size_t len)
{
	struct file_search search = {.collector = collector, .dir = dir, .process = process};
	struct pm_running running = {.kind = PM_RUNS_PROGRAM};
	const char *end = bytes + len, *first = bytes + strlen(bytes) + 1, *word = bytes;
	char runtime[PM_PROGRAM_SIZE];
	int r = 0;

	for (int i = 0; i < 2 && word < end && !running.file.path && r == 0; i++) {
		word += strlen(word) + 1;
		search.path = word;
		if (word < end && alias_names(word, process->comm) &&
		    may_be_started(process, first, word))
			r = evidence_read(collector, dir, "run", program_look, &search,
					  &running.file);
	}
	if (r < 0 || !running.file.path)
		return r;
	pm_program_name(process->exe.path, runtime, sizeof(runtime));
	running.runtime = pm_arena_printf(&collector->snapshot->arena, "%s", runtime);
	running.name = pm_arena_escape(&collector->snapshot->arena, alias_base(word),
				       strlen(alias_base(word)));
	if (!running.runtime || !running.name)
		return -ENOMEM;
	process->running = running;
	return read_package(&collector->snapshot->arena, running.file.path,
			    &process->running.package);
}

static const char LAST_WORD[] = "";

/* Programs whose command lines say for whom they hold a listener. A new one is a new row. */
static const struct front {
	const char *program;
	struct {
		const char *option, *before;
	} parts[2];
} fronts[] = {
	{"docker-proxy", {{"-container-ip", "container "}, {"-container-port", " port "}}},
	{"conmon", {{"-n", "container "}}},
	{"systemd-socket-proxyd", {{LAST_WORD, ""}}},
};

/* The words behind the options of a front, put together. */
static int read_front(struct pm_arena *arena, const struct front *front, const char *bytes,
		      size_t len, const char **ret)
{
	struct pm_buf told = {0};
	const char *end = bytes + len;

	for (size_t i = 0; i < PM_COUNT(front->parts) && front->parts[i].option; i++)
		for (const char *word = bytes; word < end; word += strlen(word) + 1) {
			const char *value = word + strlen(word) + 1;

			if (front->parts[i].option == LAST_WORD && value >= end && word > bytes)
				value = word;
			else if (strcmp(word, front->parts[i].option) != 0 || value >= end)
				continue;
			pm_buf_printf(&told, "%s%s", front->parts[i].before, value);
			break;
		}
	if (told.len)
		*ret = pm_arena_escape(arena, pm_buf_text(&told), told.len);
	int r = told.failed || (told.len && !*ret) ? -ENOMEM : 0;
	pm_buf_release(&told);
	return r;
}

static const struct front *front_find(const char *program)
{
	for (size_t i = 0; i < PM_COUNT(fronts); i++)
		if (!strcmp(fronts[i].program, program))
			return &fronts[i];
	return NULL;
}

bool running_needs_words(const struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	pm_program_name(process->exe.path ? process->exe.path : "", name, sizeof(name));
	return runtime_find(name) || front_find(name) || alias_is_wanted(process);
}

/* What the words of a command line say, of which the last is ended by a NUL. */
static int use_words(struct collector *collector, const struct proc_dir *dir,
		     struct pm_process *process, const char *bytes, size_t len)
{
	char name[PM_PROGRAM_SIZE];
	int r = 0;

	pm_program_name(process->exe.path, name, sizeof(name));
	const struct runtime *runtime = runtime_find(name);
	const struct front *front = front_find(name);
	if (alias_is_wanted(process))
		r = alias_read(collector, dir, process, bytes);
	if (r < 0 || !len)
		return r;
	if (front)
		return read_front(&collector->snapshot->arena, front, bytes, len, &process->behind);
	if (runtime) {
		struct runtime_words words;

		runtime_read(runtime, bytes, len, &words);
		r = take_words(collector, dir, process, &words);
		return r < 0 ? r : loaded_words(collector, dir, process, bytes, len, &words);
	}
	return process->is_alias == PM_YES ? 0 : read_program(collector, dir, process, bytes, len);
}

int running_read(struct collector *collector, const struct proc_dir *dir,
		 struct pm_process *process)
{
	char name[PM_PROGRAM_SIZE];

	if (!running_needs_words(process))
		return 0;
	pm_program_name(process->exe.path, name, sizeof(name));
	if (runtime_find(name))
		process->running.runtime = pm_arena_printf(&collector->snapshot->arena, "%s", name);
	char *bytes = malloc(BLOCKING_BYTES + 1);
	if (!bytes || (runtime_find(name) && !process->running.runtime)) {
		free(bytes);
		return -ENOMEM;
	}
	ssize_t len = blocking_read(dir, "cmdline", bytes);
	bytes[len > 0 ? len : 0] = '\0';
	int r = use_words(collector, dir, process, bytes, len > 0 ? (size_t)len : 0);
	free(bytes);
	return r;
}

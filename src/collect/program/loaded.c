#include "program/loaded.h"
#include "program/alias.h"
#include "program/exe.h"
#include "program/loads.h"
#include "program/running.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { WHOLE_MAX = 16 << 20, GOOD_SLOTS = 4096, GOOD_MAX = GOOD_SLOTS / 4 * 3 };

struct mapping {
	const char *key; /* device, inode and path: the end of the line */
	size_t key_len;
	const char *path;
	size_t path_len;
	uint64_t inode;
};

struct loader {
	struct collector *collector;
	struct pm_process *process;
	const struct loads_of *of; /* its words, but for the environment; or NULL */
};

/* ---- files of which root alone can replace all: each is looked at once ------------- */

struct good_files {
	const char *slot[GOOD_SLOTS];
	size_t count;
};

static const char **good_slot(struct good_files *good, const char *key, size_t len)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)key[i]) * 1099511628211u;
	const char **slot = &good->slot[hash % GOOD_SLOTS];
	while (*slot && (strncmp(*slot, key, len) != 0 || (*slot)[len]))
		slot = slot == &good->slot[GOOD_SLOTS - 1] ? good->slot : slot + 1;
	return slot;
}

static int add_good(struct loader *loader, const char *key, size_t len)
{
	struct good_files *good = loader->collector->good_files;

	if (good->count >= GOOD_MAX)
		return 0;
	const char *copy = pm_arena_copy(&loader->collector->snapshot->arena, key, len);
	if (!copy)
		return -ENOMEM;
	*good_slot(good, key, len) = copy;
	good->count++;
	return 0;
}

/* ---- one file ---------------------------------------------------------------------- */

/* Of all, the one that is worst guarded is told; of equals the first. */
static int loaded_keep(struct loader *loader, const struct found_file *seen)
{
	struct pm_file *loaded = &loader->process->loaded;

	if (seen->writers == PM_WRITERS_ROOT || loaded->writers == PM_WRITERS_OTHERS ||
	    (loaded->path && seen->writers == PM_WRITERS_UNKNOWN))
		return 0;
	return file_of_seen(loader->collector->snapshot, seen, loaded);
}

/* In a folder with the sticky bit, others can't replace what is root's. */
static void use_guard(struct found_file *seen)
{
	if (seen->writers == PM_WRITERS_OTHERS && !seen->is_free)
		seen->writers = PM_WRITERS_ROOT;
}

static int meet_option(void *data, const char *text, size_t len)
{
	static struct found_file seen;
	struct loader *loader = data;
	char path[PATH_MAX];

	if (len >= sizeof(path))
		return 0;
	memcpy(path, text, len);
	path[len] = '\0';
	if (blocking_file(loader->collector->source, loader->process->pid, path, &seen) < 0 ||
	    seen.error)
		return 0;
	/* What is looked for in a folder anybody can add. */
	seen.is_free |= seen.is_sticky;
	use_guard(&seen);
	return loaded_keep(loader, &seen);
}

/* "7f00-7f01 r-xp 00000000 fd:00 1234    /usr/lib/x.so": private, to be run, of a file. */
static bool parse_mapping(const char *line, size_t len, struct mapping *ret)
{
	const char *field[5], *end = line + len, *at = line;

	for (size_t i = 0; i < PM_COUNT(field); i++) {
		field[i] = at;
		at = memchr(at, ' ', (size_t)(end - at));
		if (!at)
			return false;
		at++;
	}
	if (field[1][2] != 'x' || field[1][3] != 'p' ||
	    pm_parse_u64(field[4], (size_t)(at - 1 - field[4]), UINT64_MAX, &ret->inode) < 0)
		return false;
	at += strspn(at, " ");
	*ret = (struct mapping){field[3], (size_t)(end - field[3]), at, (size_t)(end - at),
				ret->inode};
	return ret->inode && at < end && *at == '/';
}

static bool begins(const struct mapping *mapping, const char *head)
{
	return mapping->path_len >= strlen(head) && !memcmp(mapping->path, head, strlen(head));
}

/*
 * In whose root a path may lead to the file: that of the process; once it went into a chroot(2),
 * ours, that of its parent, or what is above it.
 */
static bool loaded_find(struct loader *loader, const char *path, uint64_t inode,
			struct found_file *seen)
{
	const int pids[] = {loader->process->pid, getpid(), loader->process->ppid};

	for (size_t i = 0; i < PM_COUNT(pids); i++)
		if (pids[i] && blocking_file(loader->collector->source, pids[i], path, seen) == 0 &&
		    !seen->error && (!inode || seen->inode == inode))
			return true;
	return blocking_file_above(loader->collector->source, loader->process->pid, path, seen) ==
		       0 &&
	       !seen->error && (!inode || seen->inode == inode);
}

/* The file is not at its path any more: who can have put it into the folder? */
static void look_at_folder(struct loader *loader, char *path, bool is_deleted,
			   struct found_file *seen)
{
	char *slash = strrchr(path, '/');
	bool was_there = is_deleted || loaded_find(loader, path, 0, seen);

	*slash = '\0';
	if (!was_there || !loaded_find(loader, *path ? path : "/", 0, seen))
		*seen = (struct found_file){0};
	else if (seen->writers == PM_WRITERS_OTHERS && !seen->is_free)
		seen->writers = PM_WRITERS_UNKNOWN; /* whose it was is not known */
	*slash = '/';
	snprintf(seen->path, sizeof(seen->path), "%s", path);
}

/*
 * Where the file is mapped from. Who wrote code into memory is not to be known: packed programs
 * unpack themselves there.
 */
static void look_at_mapping(struct loader *loader, const struct mapping *mapping,
			    struct found_file *seen)
{
	static const char mark[] = " (deleted)";
	size_t len = mapping->path_len, width = sizeof(mark) - 1;
	char path[PATH_MAX];
	bool is_deleted = len > width && !memcmp(mapping->path + len - width, mark, width);

	*seen = (struct found_file){0};
	len -= is_deleted ? width : 0;
	if (len >= sizeof(path))
		return;
	memcpy(path, mapping->path, len);
	path[len] = '\0';
	if (begins(mapping, "/memfd:")) {
		memcpy(seen->path, path, len + 1);
	} else if (loaded_find(loader, path, mapping->inode, seen)) {
		use_guard(seen);
	} else {
		look_at_folder(loader, path, is_deleted, seen);
	}
}

/* The kernel's own names for memory, and devices, are no files of anybody's. */
static bool is_code(const struct loader *loader, const struct mapping *mapping)
{
	const struct pm_file *exe = &loader->process->exe;

	return !(exe->has_stat && exe->inode == mapping->inode) && !begins(mapping, "/dev/") &&
	       !begins(mapping, "/anon_hugepage") && !begins(mapping, "/SYSV");
}

static int meet_mapping(struct loader *loader, const struct mapping *mapping)
{
	static struct found_file seen;

	if (!is_code(loader, mapping) ||
	    *good_slot(loader->collector->good_files, mapping->key, mapping->key_len))
		return 0;
	look_at_mapping(loader, mapping, &seen);
	if (seen.writers == PM_WRITERS_ROOT)
		return add_good(loader, mapping->key, mapping->key_len);
	return loaded_keep(loader, &seen);
}

static int meet_mappings(struct loader *loader, const char *text)
{
	int r = 0;

	for (const char *line = text, *end; *line && r == 0; line = *end ? end + 1 : end) {
		struct mapping mapping;

		end = line + strcspn(line, "\n");
		if (parse_mapping(line, (size_t)(end - line), &mapping))
			r = meet_mapping(loader, &mapping);
	}
	return r;
}

/* ---- all of a process -------------------------------------------------------------- */

static int read_whole(struct source *source, int pid, const char *what, struct pm_buf *text)
{
	char name[32];

	if (!step_begin(source, pid, what))
		return -ETIME;
	snprintf(name, sizeof(name), "%d/%s", pid, what);
	int fd = openat(source->proc, name, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : pm_read_all(fd, name, WHOLE_MAX, text, NULL);
	if (fd >= 0)
		close(fd);
	step_end(source);
	return r;
}

/* Once for each process, and the first by its number. */
static void note_unread(struct collector *collector, int pid, int code)
{
	struct unloaded *unloaded = &collector->unloaded;

	if (code >= 0 || code == -ESRCH || code == -ENOENT || pid == unloaded->last)
		return;
	unloaded->last = pid;
	unloaded->first = unloaded->count++ ? unloaded->first : pid;
}

/* Secrets stand in it: nothing but what loads.h tells of leaves here. */
static void loaded_forget(struct pm_buf *environment)
{
	if (environment->len)
		explicit_bzero(environment->data, environment->len);
	pm_buf_release(environment);
}

static int look_at_words(void *data, struct pm_file *file)
{
	struct loader *loader = data;
	struct source *source = loader->collector->source;
	struct loads_of of = *loader->of;
	struct pm_buf environment = {0};

	(void)file;
	if (!alias_is_persons(loader->process)) {
		int r = read_whole(source, loader->process->pid, "environ", &environment);

		if (r == -ENOMEM)
			return r;
		note_unread(loader->collector, loader->process->pid, r);
	}
	of.environment = pm_buf_text(&environment);
	of.environment_len = environment.len;
	int r = loads_read(&of, meet_option, loader);
	loaded_forget(&environment);
	return r;
}

int loaded_words(struct collector *collector, const struct proc_dir *dir,
		 struct pm_process *process, const char *bytes, size_t len,
		 const struct runtime_words *words)
{
	const struct loads_of of = {
		.runtime = process->running.runtime,
		.bytes = bytes,
		.len = len,
		.words = words,
		.is_roots = process->has_uid && !process->uid,
	};
	struct loader loader = {collector, process, &of};

	return evidence_read(collector, dir, "loaded", look_at_words, &loader, &process->loaded);
}

/* A person's program counts for little; whose files it loads is his affair. */
static int look_at_maps(void *data, struct pm_file *file)
{
	struct loader *loader = data;
	struct collector *collector = loader->collector;
	struct pm_buf text = {0};

	(void)file;
	if (!loader->process->exe.path || alias_is_persons(loader->process))
		return 0;
	if (!collector->good_files)
		collector->good_files = pm_arena_alloc(&collector->snapshot->arena, 1,
						       sizeof(*collector->good_files));
	if (!collector->good_files)
		return -ENOMEM;
	int r = read_whole(collector->source, loader->process->pid, "maps", &text);
	note_unread(collector, loader->process->pid, r);
	r = r == 0 ? meet_mappings(loader, pm_buf_text(&text)) : 0;
	pm_buf_release(&text);
	return r;
}

int loaded_read(struct collector *collector, const struct proc_dir *dir, struct pm_process *process)
{
	struct loader loader = {.collector = collector, .process = process};

	return evidence_read(collector, dir, "loaded", look_at_maps, &loader, &process->loaded);
}

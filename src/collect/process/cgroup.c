#include "process/cgroup.h"
#include "process/container.h"
#include "source/look.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

static const char unified[] = "", of_systemd[] = "name=systemd";

/* "HIERARCHY:CONTROLLERS:PATH": a line of proc_pid_cgroup(5); no name there holds a line break. */
struct line {
	char controllers[128];
	char path[PATH_MAX];
};

/* What is left of a path below as many "/.." as `*ret` says. */
static const char *skip_outside(const char *path, unsigned *ret)
{
	for (*ret = 0; !strncmp(path, "/..", 3) && (path[3] == '/' || !path[3]); path += 3)
		++*ret;
	return path;
}

/* The line at `*at`, which moves on; false: there is none, or it is longer than any can be. */
static bool next_line(const char **at, struct line *ret)
{
	size_t len = strcspn(*at, "\n");
	const char *first = memchr(*at, ':', len);
	const char *second = first ? memchr(first + 1, ':', len - (size_t)(first + 1 - *at)) : NULL;
	size_t width = second ? len - (size_t)(second + 1 - *at) : 0;

	if (!second || (size_t)(second - first) > sizeof(ret->controllers) ||
	    width >= sizeof(ret->path))
		return false;
	snprintf(ret->controllers, sizeof(ret->controllers), "%.*s", (int)(second - first - 1),
		 first + 1);
	memcpy(ret->path, second + 1, width);
	ret->path[width] = '\0';
	*at += len + ((*at)[len] == '\n');
	return true;
}

static bool find_line(const char *text, const char *controllers, struct line *ret)
{
	while (next_line(&text, ret))
		if (!strcmp(ret->controllers, controllers))
			return true;
	return false;
}

/*
 * Where that was refused: pid 1 is in the first cgroup, or in systemd's place for it, so that it
 * tells how many "/.." lead to the top. Fewer lead to a folder of which nobody tells the name:
 * false.
 */
static bool put_below_top(const struct reader *reader, struct line *line)
{
	struct line first;
	unsigned out, depth;
	const char *path = skip_outside(line->path, &out);

	if (!out)
		return true;
	if (!find_line(reader->cgroups, line->controllers, &first))
		return false;
	const char *proc_dir = skip_outside(first.path, &depth);
	if (out != depth || (*proc_dir && strcmp(proc_dir, "/init.scope") != 0))
		return false;
	memmove(line->path, *path ? path : "/", strlen(*path ? path : "/") + 1);
	return true;
}

/* ---- whose word a name is ---------------------------------------------------------- */

/* The folder of a hierarchy, where systemd(1) mounts it, as pid 1 sees it or else we. */
static int open_hierarchy(const struct source *source, const char *controllers)
{
	static const char *const roots[] = {"1/root", "self/root"};
	bool is_unified = !strcmp(controllers, unified);
	const char *name = !strncmp(controllers, "name=", 5) ? controllers + 5 : controllers;
	const char *const places[] = {is_unified ? "" : name, is_unified ? "unified" : NULL};
	char path[192];
	struct statfs fs;

	for (size_t i = 0; i < PM_COUNT(roots) * PM_COUNT(places); i++) {
		if (!places[i % 2])
			continue;
		snprintf(path, sizeof(path), "%s/sys/fs/cgroup/%s", roots[i / 2], places[i % 2]);
		int fd = look_openat(source->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && fstatfs(fd, &fs) == 0 &&
		    fs.f_type == (is_unified ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static bool is_roots(const struct statx *st)
{
	return !st->stx_uid && !(st->stx_mode & S_IWOTH) &&
	       (!st->stx_gid || !(st->stx_mode & S_IWGRP));
}

/*
 * Who can make a folder makes its name up. So the folders above it tell whose word that is; of its
 * own owner a runtime makes whom it likes. Are the first `len` bytes of the path root's alone?
 */
static enum pm_known ask_folders(const struct source *source, const struct line *line, size_t len)
{
	int dir = open_hierarchy(source, line->controllers);
	enum pm_known answer = dir < 0 ? PM_UNKNOWN : PM_YES;
	char path[PATH_MAX];
	struct statx st;

	memcpy(path, line->path, len);
	path[len] = '\0';
	for (char *slash; answer == PM_YES && *path; *slash = '\0') {
		slash = strrchr(path, '/');
		if (look_statx(dir, path + 1, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &st) < 0)
			answer = PM_UNKNOWN;
		else if (!is_roots(&st))
			answer = PM_NO;
	}
	if (dir >= 0)
		close(dir);
	return answer;
}

struct word {
	const struct source *source;
	const struct line *line;
	size_t above;
};

static bool word_read(void *data, struct pm_buf *ret)
{
	static const char *const names[] = {
		[PM_UNKNOWN] = "unknown", [PM_NO] = "others", [PM_YES] = "root"};
	const struct word *word = data;

	pm_buf_puts(ret, names[ask_folders(word->source, word->line, word->above)]);
	return true;
}

/* Is the name of the container root's word? A recording that does not tell is of a time when all
 * were, but in the slice of a user. */
static bool is_word_of_root(const struct proc_dir *proc_dir, const struct line *line, size_t above)
{
	struct word word = {proc_dir->source, line, above};
	struct pm_buf text = {0};
	bool is = !proc_dir_value(proc_dir, "container-named-by", word_read, &word, &text) ||
		  !strcmp(pm_buf_text(&text), "root");

	pm_buf_release(&text);
	return is;
}

/* ---- all of it --------------------------------------------------------------------- */

static int find_container(struct reader *reader, const struct proc_dir *proc_dir, struct line *line,
			  struct pm_container *ret)
{
	bool is_whole = put_below_top(reader, line);
	unsigned out;
	size_t above = 0;
	int r = container_of_cgroup(&reader->collector->snapshot->arena,
				    skip_outside(line->path, &out), ret, &above);

	if (r < 0 || !ret->runtime || ret->is_claim)
		return r;
	ret->is_claim = !is_whole || !is_word_of_root(proc_dir, line, above);
	return 0;
}

/* Runtimes that manage without systemd can have none but the old hierarchies. */
static int search_others(struct reader *reader, const struct proc_dir *proc_dir, const char *text,
			 struct line *line, struct pm_container *ret)
{
	struct line other;
	int r = 0;

	while (r == 0 && !ret->runtime && next_line(&text, &other)) {
		r = find_container(reader, proc_dir, &other, ret);
		if (ret->runtime)
			*line = other;
	}
	return r;
}

/* On a hybrid host systemd keeps its units in a hierarchy of its own. */
static bool find_own(const char *text, struct line *ret)
{
	struct line own;

	bool has = find_line(text, unified, ret);
	if ((!has || !ret->path[0] || !ret->path[1]) && find_line(text, of_systemd, &own)) {
		*ret = own;
		has = true;
	}
	return has;
}

int cgroup_read(struct reader *reader, const struct proc_dir *proc_dir, struct pm_process *process)
{
	struct pm_arena *arena = &reader->collector->snapshot->arena;
	struct pm_container container = {0};
	struct line line = {0};
	int r = 0;

	if (proc_dir_read(proc_dir, "cgroup", reader->text, READER_BYTES) < 0)
		return 0;
	bool has = find_own(reader->text, &line);
	if (has)
		r = find_container(reader, proc_dir, &line, &container);
	if (r >= 0 && !container.runtime)
		r = search_others(reader, proc_dir, reader->text, &line, &container);
	if (r < 0 || (!has && !container.runtime))
		return r;
	unsigned out;
	skip_outside(line.path, &out);
	process->container = container;
	process->cgroup = pm_arena_escape(arena, line.path, strlen(line.path));
	if (!process->cgroup)
		return -ENOMEM;
	return out ? 0 : unit_of_cgroup(arena, process->cgroup, &process->unit);
}

/* A path that begins with slices and then has the unit; units of users' own managers lie below. */
int unit_of_cgroup(struct pm_arena *arena, const char *cgroup, const char **ret)
{
	static const char *const endings[] = {".service", ".scope", ".socket", ".mount", ".swap"};
	static const char slice[] = ".slice";

	for (const char *at = cgroup; *at == '/';) {
		size_t len = strcspn(++at, "/");

		for (size_t i = 0; i < PM_COUNT(endings); i++) {
			size_t end = strlen(endings[i]);

			if (len > end && !memcmp(at + len - end, endings[i], end)) {
				*ret = pm_arena_copy(arena, at, len);
				return *ret ? 0 : -ENOMEM;
			}
		}
		if (len < sizeof(slice) ||
		    memcmp(at + len - sizeof(slice) + 1, slice, sizeof(slice) - 1))
			break;
		at += len;
	}
	*ret = NULL;
	return 0;
}

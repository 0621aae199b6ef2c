#include "trusted.h"
#include "way.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

/* A walk along `path`: `rest` is what is still before us, with the targets of links put in. */
struct way_walk {
	struct path_way *way;
	const char *path;
	char rest[2 * PATH_MAX];
	char at[PATH_MAX];   /* where way->dir is */
	char link[PATH_MAX]; /* the last link that was followed; "": none */
	char bad[PATH_MAX];  /* the first folder that others have a say in; "": none */
	const char *fault;   /* ... and why */
	unsigned links;
};

static int fail_with(const struct way_walk *walk, int code, struct pm_error *err)
{
	return pm_fail(err, code, "cannot write %s: %s", walk->path, strerror(-code));
}

/* A folder that others can write is no matter but with a link on the way: it may be theirs. */
static int check_links(const struct way_walk *walk, struct pm_error *err)
{
	if (!*walk->link || !walk->fault)
		return 0;
	return pm_fail(err, -ELOOP, "cannot write %s: the symbolic link %s is not followed: %s %s",
		       walk->path, walk->link, walk->bad, walk->fault);
}

/* `fd` is the folder that the walk has come to: it is way->dir from now on. */
static int enter(struct way_walk *walk, int fd, struct pm_error *err)
{
	struct stat st;

	if (walk->way->dir >= 0)
		close(walk->way->dir);
	walk->way->dir = fd;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_with(walk, -errno, err);
	if (!S_ISDIR(st.st_mode))
		return fail_with(walk, -ENOTDIR, err);
	if (!walk->fault) {
		walk->fault = why_distrusted(&st);
		snprintf(walk->bad, sizeof(walk->bad), "%s",
			 strcmp(walk->at, ".") != 0 ? walk->at : "the working directory");
	}
	return check_links(walk, err);
}

/* /dev/stdout and its like: to be written to as it was given to us, not opened anew. -1: none. */
static int descriptor_of(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/",
					      "/proc/thread-self/fd/"};
	uint64_t fd;

	if (!strcmp(path, "/dev/stdout"))
		return STDOUT_FILENO;
	if (!strcmp(path, "/dev/stderr"))
		return STDERR_FILENO;
	for (size_t i = 0; i < PM_COUNT(folders); i++) {
		size_t len = strlen(folders[i]);

		if (!strncmp(path, folders[i], len) &&
		    pm_parse_u64(path + len, strlen(path + len), INT_MAX, &fd) == 0)
			return (int)fd;
	}
	return -1;
}

/* At the root, or in the working directory, as `rest` says. */
static int way_start(struct way_walk *walk, struct pm_error *err)
{
	bool is_whole = *walk->rest == '/';

	walk->way->descriptor = descriptor_of(walk->rest);
	if (walk->way->descriptor >= 0)
		return 0;
	if (!is_whole && walk->way->dir >= 0)
		return 0;
	snprintf(walk->at, sizeof(walk->at), is_whole ? "/" : ".");
	return enter(walk, open(walk->at, O_PATH | O_DIRECTORY | O_CLOEXEC), err);
}

/* Cut the first component off `rest`, to way->base. */
static int next_name(struct way_walk *walk)
{
	const char *name = walk->rest + strspn(walk->rest, "/");
	size_t len = strcspn(name, "/"), slashes = strspn(name + len, "/");

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(walk->way->base, name, len);
	walk->way->base[len] = '\0';
	walk->way->is_folder = slashes;
	memmove(walk->rest, name + len + slashes, strlen(name + len + slashes) + 1);
	return 0;
}

/* The path of the component that way->base is; `name` may be walk->at. */
static void name_component(const struct way_walk *walk, char name[PATH_MAX])
{
	size_t len = strcmp(walk->at, ".") != 0 ? strlen(walk->at) : 0;
	bool has_slash = !len || walk->at[len - 1] == '/';

	memmove(name, walk->at, len);
	snprintf(name + len, PATH_MAX - len, "%s%s", has_slash ? "" : "/", walk->way->base);
}

/* Put the target before what is still to be walked. */
static int redirect(struct way_walk *walk, int link, struct pm_error *err)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(link, "", target, sizeof(target));
	size_t rest = strlen(walk->rest);

	if (len < 0)
		return fail_with(walk, -errno, err);
	if ((size_t)len + 1 + rest >= sizeof(walk->rest))
		return fail_with(walk, -ENAMETOOLONG, err);
	/* What followed with a slash, or nothing, goes on so. */
	memmove(walk->rest + len + walk->way->is_folder, walk->rest, rest + 1);
	memcpy(walk->rest, target, (size_t)len);
	if (walk->way->is_folder)
		walk->rest[len] = '/';
	return way_start(walk, err);
}

/* Links of /proc lead to what a process has open, whatever name they show: only the kernel can
 * follow. */
static bool is_in_proc(int dir)
{
	struct statfs fs;

	return fstatfs(dir, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static int check_link(struct way_walk *walk, const struct stat *st, struct pm_error *err)
{
	name_component(walk, walk->link);
	if (++walk->links > LINKS_MAX)
		return pm_fail(err, -ELOOP, "cannot write %s: too many symbolic links, %s the last",
			       walk->path, walk->link);
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return pm_fail(err, -ELOOP,
			       "cannot write %s: the symbolic link %s is not followed: it belongs "
			       "neither to root nor to you",
			       walk->path, walk->link);
	return check_links(walk, err);
}

/* What was opened of way->base is the place, or a folder on the way to it. */
static int arrive(struct way_walk *walk, int fd, struct pm_error *err)
{
	if (!*walk->rest) {
		walk->way->place = fd;
		return 0;
	}
	name_component(walk, walk->at);
	return enter(walk, fd, err);
}

static int way_follow(struct way_walk *walk, int link, const struct stat *st, struct pm_error *err)
{
	int r = check_link(walk, st, err);

	if (r < 0)
		return r;
	if (!is_in_proc(walk->way->dir))
		return redirect(walk, link, err);
	int fd = openat(walk->way->dir, walk->way->base, O_PATH | O_CLOEXEC);
	walk->way->opened = !*walk->rest;
	return fd < 0 ? fail_with(walk, -errno, err) : arrive(walk, fd, err);
}

/* One component further. 1: that was the last. */
static int way_step(struct way_walk *walk, struct pm_error *err)
{
	struct path_way *way = walk->way;
	struct stat st;
	int r = next_name(walk);

	if (r < 0)
		return fail_with(walk, r, err);
	bool is_last = !*walk->rest;
	int fd = openat(way->dir, *way->base ? way->base : ".", O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && is_last)
		return 1;
	if (fd < 0)
		return fail_with(walk, -errno, err);
	if (fstat(fd, &st) < 0) {
		r = fail_with(walk, -errno, err);
		close(fd);
		return r;
	}
	if (S_ISLNK(st.st_mode)) {
		r = way_follow(walk, fd, &st, err);
		close(fd);
	} else {
		r = arrive(walk, fd, err);
	}
	if (r < 0)
		return r;
	return way->place >= 0 || way->descriptor >= 0;
}

int way_find(struct path_way *way, const char *path, struct pm_error *err)
{
	struct way_walk walk = {.way = way, .path = path};
	int r;

	*way = (struct path_way){.descriptor = -1, .dir = -1, .place = -1};
	if (!*path)
		return pm_fail(err, -ENOENT, "cannot write '': no file has an empty name");
	if (strlen(path) >= PATH_MAX)
		return fail_with(&walk, -ENAMETOOLONG, err);
	snprintf(walk.rest, sizeof(walk.rest), "%s", path);
	r = way_start(&walk, err);
	while (r == 0 && way->descriptor < 0)
		r = way_step(&walk, err);
	return r < 0 ? r : 0;
}

void way_release(struct path_way *way)
{
	if (way->dir >= 0)
		close(way->dir);
	if (way->place >= 0)
		close(way->place);
	*way = (struct path_way){.descriptor = -1, .dir = -1, .place = -1};
}

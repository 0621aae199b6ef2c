#include "files/way.h"
#include "files/file.h"
#include "source/look.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

struct walk_state {
	const struct way *way;
	struct guard *guard;
	int at;		/* where it stands */
	unsigned depth; /* folders below the root */
	unsigned links;
	char rest[PATH_MAX]; /* still to go */
};

/* Takes the first component off what is still to go; "" at the end. */
static int way_take_name(struct walk_state *walk, char name[NAME_MAX + 1])
{
	char *at = walk->rest + strspn(walk->rest, "/");
	size_t len = strcspn(at, "/");

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, at, len);
	name[len] = '\0';
	memmove(walk->rest, at + len, strlen(at + len) + 1);
	return 0;
}

static void stand_at(struct walk_state *walk, int fd)
{
	if (walk->at != walk->way->root)
		close(walk->at);
	walk->at = fd;
}

static int climb(struct walk_state *walk)
{
	if (!walk->depth)
		return 0;
	int fd = look_openat(walk->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	walk->depth--;
	stand_at(walk, fd);
	guard_add(walk->way, walk->at, walk->guard);
	return 0;
}

/* Links of /proc lead to where we are, or past all folders. */
static int read_link(int fd, char target[PATH_MAX])
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type == PROC_SUPER_MAGIC)
		return -ELOOP;
	ssize_t len = look_readlinkat(fd, "", target, PATH_MAX - 1);
	if (len <= 0)
		return len ? -errno : -ENOENT;
	target[len] = '\0';
	return 0;
}

static int way_walk(struct walk_state *walk, int fd)
{
	char target[PATH_MAX], rest[PATH_MAX];
	int r = walk->links++ < LINKS_MAX ? read_link(fd, target) : -ELOOP;

	if (r < 0)
		return r;
	int len = snprintf(rest, sizeof(rest), "%s/%s", target, walk->rest);
	if ((size_t)len >= sizeof(rest))
		return -ENAMETOOLONG;
	memcpy(walk->rest, rest, (size_t)len + 1);
	if (*target == '/') {
		stand_at(walk, walk->way->root);
		walk->depth = 0;
	}
	guard_add(walk->way, walk->at, walk->guard);
	return 0;
}

static int descend(struct walk_state *walk, const char *name)
{
	struct statx st;
	int fd = look_openat(walk->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), r = 0;

	if (fd < 0)
		return -errno;
	guard_add(walk->way, fd, walk->guard);
	if (look_statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_TYPE, &st) < 0)
		r = -errno;
	else if (S_ISLNK(st.stx_mode))
		r = way_walk(walk, fd);
	else {
		stand_at(walk, fd);
		walk->depth++;
		return 0;
	}
	close(fd);
	return r;
}

static int walk_on(struct walk_state *walk)
{
	char name[NAME_MAX + 1];

	for (;;) {
		int r = way_take_name(walk, name);

		if (r < 0 || !*name)
			return r;
		if (!strcmp(name, ".."))
			r = climb(walk);
		else if (strcmp(name, ".") != 0)
			r = descend(walk, name);
		if (r < 0)
			return r;
	}
}

int guard_open(const struct way *way, const char *path, struct guard *guard)
{
	struct walk_state walk = {.way = way, .guard = guard, .at = way->root};

	if (strlen(path) >= sizeof(walk.rest))
		return -ENAMETOOLONG;
	memcpy(walk.rest, path, strlen(path) + 1);
	guard_add(way, way->root, guard);
	int r = walk_on(&walk);
	if (r < 0) {
		if (walk.at != way->root)
			close(walk.at);
		return r;
	}
	if (walk.at != way->root)
		return walk.at;
	walk.at = look_openat(way->root, ".", O_PATH | O_CLOEXEC);
	return walk.at < 0 ? -errno : walk.at;
}

/* Files whose word counts as root's own: nobody else may have had a hand in them, or on the way. */
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static const char others_write[] = "can be written by others than its owner";

/* In a folder with the sticky bit, others can't replace what is root's. */
const char *why_distrusted(const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return "is a symbolic link";
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs neither to root nor to you";
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) && !(S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX))
		return others_write;
	return NULL;
}

int distrusted(const char *path, size_t len, const char *fault, struct pm_error *err)
{
	const char *whole = len ? path : "the working directory";

	return pm_fail(err, -EPERM, "%s is not trusted: %.*s %s", path,
		       (int)(len ? len : strlen(whole)), whole, fault);
}

/* Is what `fd` stands for, the first `len` bytes of `path`, to be trusted? */
static int trusted_check(int fd, const char *path, size_t len, struct pm_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return pm_fail(err, -errno, "cannot look at %s: %s", path, strerror(errno));
	const char *fault = why_distrusted(&st);
	return fault ? distrusted(path, len, fault, err) : 0;
}

/* From the folder `dir`, which is closed, to its entry. */
static int trusted_step(int dir, const char *path, const char *name, size_t len, int flags,
			struct pm_error *err)
{
	char entry[NAME_MAX + 1];
	int fd = -1;

	errno = ENAMETOOLONG;
	if (len < sizeof(entry)) {
		memcpy(entry, name, len);
		entry[len] = '\0';
		fd = openat(dir, entry, O_CLOEXEC | O_NOFOLLOW | flags);
	}
	int r = fd >= 0 ? trusted_check(fd, path, (size_t)(name - path) + len, err) : -errno;
	/* A link in place of a file answers so; in place of a folder, O_PATH opens the link itself. */
	if (r == -ELOOP)
		pm_fail(err, r, "%s is not trusted: it is a symbolic link", path);
	else if (r < 0 && fd < 0)
		pm_fail(err, r, "cannot open %s: %s", path, strerror(-r));
	close(dir);
	if (r == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return r;
}

/* Of "/a//b" the first two letters, of "/b" one, of "b" none. */
static size_t length_of_folder(const char *path, const char *last)
{
	size_t len = (size_t)(last - path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* To the folder that the last component of `path` is in. */
static int trusted_walk(const char *path, const char **ret_last, struct pm_error *err)
{
	const char *at = path + strspn(path, "/");
	int fd = open(at > path ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return pm_fail(err, -errno, "cannot open %s: %s", path, strerror(errno));
	int r = trusted_check(fd, path, at > path, err);
	if (r < 0) {
		close(fd);
		return r;
	}
	while (fd >= 0) {
		size_t len = strcspn(at, "/");
		const char *next = at + len + strspn(at + len, "/");

		if (!*next)
			break;
		fd = trusted_step(fd, path, at, len, O_PATH, err);
		at = next;
	}
	*ret_last = at;
	return fd;
}

int pm_open_trusted(const char *path, bool folder, struct pm_error *err)
{
	const char *last;
	int fd = trusted_walk(path, &last, err);

	if (fd < 0)
		return fd;
	fd = trusted_step(fd, path, last, strcspn(last, "/"),
			  O_RDONLY | O_NOCTTY | O_NONBLOCK | (folder ? O_DIRECTORY : 0), err);
	struct stat st;
	if (fd >= 0 && !folder && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		return pm_fail(err, -EINVAL, "cannot read %s: it is not a regular file", path);
	}
	return fd;
}

int open_own_folder(const char *path, const char **ret_last, struct pm_error *err)
{
	const char *last;
	int way = trusted_walk(path, &last, err);
	struct stat st;

	if (way < 0)
		return way;
	int fd = openat(way, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int code = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;
	close(way);
	*ret_last = last;
	if (code == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	if (fd >= 0)
		close(fd);
	if (code == 0)
		return distrusted(path, length_of_folder(path, last), others_write, err);
	return pm_fail(err, code, "cannot open the folder of %s: %s", path, strerror(-code));
}

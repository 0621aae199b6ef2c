/*
 * look: the calls by which collecting looks something up, as these are, each a door at which an
 * error that is no answer is counted: see step_check().
 */
#ifndef COLLECT_LOOK_H
#define COLLECT_LOOK_H

#include "source/step.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static inline int look_openat(int dir, const char *path, int flags)
{
	int fd = openat(dir, path, flags);

	step_check(fd < 0 ? -errno : 0);
	return fd;
}

static inline int look_statx(int dir, const char *path, int flags, unsigned mask, struct statx *ret)
{
	int r = statx(dir, path, flags, mask, ret);

	step_check(r < 0 ? -errno : 0);
	return r;
}

static inline ssize_t look_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	ssize_t len = readlinkat(dir, path, buf, size);

	step_check(len < 0 ? -errno : 0);
	return len;
}

static inline ssize_t look_getxattr(const char *path, const char *name, void *buf, size_t size)
{
	ssize_t len = getxattr(path, name, buf, size);

	step_check(len < 0 ? -errno : 0);
	return len;
}

static inline ssize_t look_listxattr(const char *path, char *names, size_t size)
{
	ssize_t len = listxattr(path, names, size);

	step_check(len < 0 ? -errno : 0);
	return len;
}

#endif

/* The file that one run leaves to the next, its lock, and what takes its place. */
#include "identify.h"
#include "trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char lock_suffix[] = ".lock";

/* The rights of others that are asked of nobody, and the word for them. */
struct closed {
	mode_t mode;
	const char *fault;
};

static const struct closed to_writing = {S_IWGRP | S_IWOTH,
					 "can be written by others than its owner"};
static const struct closed to_all = {S_IRWXG | S_IRWXO, "can be opened by others than its owner"};

/* A second name may lie in a folder where others have a say. */
static const char *distrust(const struct stat *st, const struct closed *closed)
{
	if (!S_ISREG(st->st_mode))
		return "is not a regular file";
	if (st->st_uid != geteuid())
		return "does not belong to you";
	if (st->st_nlink != 1)
		return "has not exactly one name (hard links)";
	return st->st_mode & closed->mode ? closed->fault : NULL;
}

static const char *fault_of_opening(int code)
{
	if (code == -ELOOP)
		return "is a symbolic link";
	return code == -EISDIR || code == -ENXIO ? "is not a regular file" : NULL;
}

/* PATH, or PATH.lock. -ENOENT without a sentence where there is none and none is to be made. */
static int open_own(const struct pm_state_file *state, const char *suffix, int flags,
		    const struct closed *closed, struct pm_error *err)
{
	char name[NAME_MAX + 1], path[PATH_MAX + sizeof(lock_suffix)];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", state->next.base, suffix);
	snprintf(path, sizeof(path), "%s%s", state->path, suffix);
	int fd = openat(state->next.dir, name,
			flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	int code = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;
	if (fd < 0 && code == -ENOENT && !(flags & O_CREAT))
		return code;
	const char *fault = code ? fault_of_opening(code) : distrust(&st, closed);
	if (!code && !fault)
		return fd;
	if (fd >= 0)
		close(fd);
	if (!fault)
		return pm_fail(err, code, "cannot open %s: %s", path, strerror(-code));
	pm_fail(err, code, "%s is not trusted: %s %s", state->path, path, fault);
	if (code == -ELOOP)
		return code;
	return code || !S_ISREG(st.st_mode) ? -EINVAL : -EPERM;
}

/* It ends with its descriptor, whatever ends us: there is nothing to tidy up after a kill. */
static int lock(struct pm_state_file *state, struct pm_error *err)
{
	state->lock = open_own(state, lock_suffix, O_RDWR | O_CREAT, &to_all, err);
	if (state->lock < 0)
		return state->lock;
	if (flock(state->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return pm_fail(err, -EBUSY, "another run has %s: %s%s is locked", state->path,
			       state->path, lock_suffix);
	return pm_fail(err, -errno, "cannot lock %s%s: %s", state->path, lock_suffix,
		       strerror(errno));
}

/* The name is ours alone while the lock is held: what bears it is of a run that was killed. */
static int begin(struct pm_output *next, struct pm_error *err)
{
	int len = (int)(strlen(next->path) - strlen(next->base));
	char name[sizeof(next->base) + sizeof("..new")];

	snprintf(name, sizeof(name), ".%s.new", next->base);
	if (unlinkat(next->dir, name, 0) < 0 && errno != ENOENT)
		return pm_fail(err, -errno, "cannot remove %.*s%s: %s", len, next->path, name,
			       strerror(errno));
	next->fd =
		openat(next->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (next->fd < 0)
		return pm_fail(err, -errno, "cannot write %.*s%s: %s", len, next->path, name,
			       strerror(errno));
	memcpy(next->temp, name, sizeof(next->temp));
	if (fchmod(next->fd, 0600) < 0)
		return pm_fail(err, -errno, "cannot write %s: %s", next->path, strerror(errno));
	return 0;
}

static int state_open_folder(struct pm_state_file *state, struct pm_error *err)
{
	const char *path = state->path, *base;
	size_t len = strlen(path), longest = NAME_MAX - strlen(lock_suffix);
	int dir = open_own_folder(path, &base, err);

	if (dir < 0)
		return dir;
	state->next.dir = dir;
	state->next.path = path;
	if (!*base || path[len - 1] == '/' || !strcmp(base, ".") || !strcmp(base, ".."))
		return pm_fail(err, -EISDIR, "cannot write %s: it names a directory", path);
	if (strlen(base) > longest)
		return pm_fail(err, -ENAMETOOLONG,
			       "cannot lock %s: its name has more than %zu bytes", path, longest);
	memcpy(state->next.base, base, strlen(base) + 1);
	return output_identify(&state->next, dir, err);
}

int pm_state_open(struct pm_state_file *state, const char *path, struct pm_error *err)
{
	*state = (struct pm_state_file){.path = path, .lock = -1, .fd = -1, .next = PM_OUTPUT_NONE};
	int r = state_open_folder(state, err);

	if (r < 0)
		return r;
	r = lock(state, err);
	if (r < 0)
		return r;
	r = open_own(state, "", O_RDONLY, &to_writing, err);
	if (r < 0 && r != -ENOENT)
		return r;
	state->fd = r < 0 ? -1 : r;
	return begin(&state->next, err);
}

int pm_state_commit(struct pm_state_file *state, struct pm_error *err)
{
	return pm_output_commit(&state->next, err);
}

/* The lock goes last: till then the name of the temporary file is ours. */
void pm_state_release(struct pm_state_file *state)
{
	pm_output_release(&state->next);
	if (state->path && state->fd >= 0)
		close(state->fd);
	if (state->path && state->lock >= 0)
		close(state->lock);
	*state = (struct pm_state_file){.lock = -1, .fd = -1, .next = PM_OUTPUT_NONE};
}

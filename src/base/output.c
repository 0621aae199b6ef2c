/* Whatever is written: a file that is replaced whole, or a place that is written to. */
#include "attributes.h"
#include "identify.h"
#include "way.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const struct pm_output *out, int code, struct pm_error *err)
{
	return pm_fail(err, code, "cannot write %s: %s", out->path, strerror(-code));
}

static int refuse(struct pm_output *out, int code, const char *why, struct pm_error *err)
{
	out->refused = true;
	return pm_fail(err, code, "cannot write %s: %s", out->path, why);
}

static int make_temporary(struct pm_output *out, mode_t mode, struct pm_error *err)
{
	uint32_t salt;

	do {
		if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
			salt = (uint32_t)getpid();
		snprintf(out->temp, sizeof(out->temp), ".portmote-%08x", salt);
		out->fd = openat(out->dir, out->temp,
				 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	} while (out->fd < 0 && errno == EEXIST);
	if (out->fd >= 0)
		return 0;
	out->temp[0] = '\0';
	return fail(out, -errno, err);
}

/* rename(2) can't take the place of a mount point: a single file that is mounted into a container. */
static bool is_mount_point(int place)
{
	struct statx st;

	return statx(place, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &st) == 0 &&
	       st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

static int open_place(struct pm_output *out, int flags, struct pm_error *err)
{
	char path[32];

	path_of(out->place, path);
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | flags);
	return fd < 0 ? fail(out, -errno, err) : fd;
}

static int begin_in_place(struct pm_output *out, struct pm_error *err)
{
	int fd = open_place(out, 0, err);

	if (fd < 0)
		return fd;
	close(out->place);
	out->place = fd;
	out->kind = PM_OUTPUT_IN_PLACE;
	out->fd = memfd_create("report", MFD_CLOEXEC);
	return out->fd < 0 ? fail(out, -errno, err) : 0;
}

static int replace(struct pm_output *out, const struct stat *st, struct pm_error *err)
{
	if (is_mount_point(out->place))
		return begin_in_place(out, err);
	int r = make_temporary(out, 0600, err);
	if (r < 0)
		return r;
	keep_attributes(out->fd, out->place, st);
	return 0;
}

/* In a folder with the sticky bit: is it neither ours nor of the folder's owner? */
static bool is_planted(const struct pm_output *out, const struct stat *st)
{
	struct stat folder;

	return fstat(out->dir, &folder) == 0 && folder.st_mode & S_ISVTX &&
	       folder.st_mode & (S_IWGRP | S_IWOTH) && st->st_uid != folder.st_uid &&
	       st->st_uid != geteuid();
}

/* `opened`: a regular file that another process has open; its name is of no matter. */
static int begin_at(struct pm_output *out, bool opened, struct pm_error *err)
{
	struct stat st;

	if (fstat(out->place, &st) < 0)
		return fail(out, -errno, err);
	if (S_ISDIR(st.st_mode))
		return pm_fail(err, -EISDIR, "cannot write %s: it is a directory", out->path);
	if (S_ISSOCK(st.st_mode))
		return refuse(out, -EINVAL, "it is a socket", err);
	if (S_ISBLK(st.st_mode))
		return refuse(out, -EINVAL, "it is a block device, whose data that would destroy",
			      err);
	if (!opened && is_planted(out, &st))
		return refuse(out, -EPERM,
			      "it belongs to another user, in a folder where others can put files",
			      err);
	if (S_ISREG(st.st_mode) && !opened)
		return replace(out, &st, err);
	out->kind = PM_OUTPUT_STREAM;
	return 0;
}

int output_identify(struct pm_output *out, int fd, struct pm_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(out, -errno, err);
	out->id[0] = st.st_dev;
	out->id[1] = st.st_ino;
	return 0;
}

/* Only what we were started with: our own files are all closed by exec(2). */
static int begin_descriptor(struct pm_output *out, int fd, struct pm_error *err)
{
	int flags = fcntl(fd, F_GETFL), own = fcntl(fd, F_GETFD);

	if (flags < 0 || own < 0 || own & FD_CLOEXEC || (flags & O_ACCMODE) == O_RDONLY)
		return fail(out, -EBADF, err);
	out->kind = PM_OUTPUT_STREAM;
	out->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return out->fd < 0 ? fail(out, -errno, err) : output_identify(out, out->fd, err);
}

static int begin_by_way(struct pm_output *out, struct path_way *way, mode_t mode,
			struct pm_error *err)
{
	if (way->descriptor >= 0)
		return begin_descriptor(out, way->descriptor, err);
	/* For fsync(2); a folder that can't be read can still be written. */
	int dir = openat(way->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	out->dir = dir >= 0 ? dir : way->dir;
	if (dir < 0)
		way->dir = -1;
	out->place = way->place;
	way->place = -1;
	memcpy(out->base, way->base, sizeof(way->base));
	if (way->is_folder)
		return pm_fail(err, -EISDIR, "cannot write %s: it names a directory", out->path);
	int r = output_identify(out, out->place >= 0 ? out->place : out->dir, err);
	if (r < 0)
		return r;
	return out->place < 0 ? make_temporary(out, mode, err) : begin_at(out, way->opened, err);
}

int pm_output_begin(struct pm_output *out, const char *path, mode_t mode, struct pm_error *err)
{
	struct path_way way = {.descriptor = STDOUT_FILENO, .dir = -1, .place = -1};
	bool is_standard = !strcmp(path, "-");

	*out = PM_OUTPUT_NONE;
	out->path = is_standard ? "standard output" : path;
	int r = is_standard ? 0 : way_find(&way, path, err);
	bool refused = r == -ELOOP;
	if (r == 0)
		r = begin_by_way(out, &way, mode, err);
	refused |= out->refused;
	way_release(&way);
	if (r < 0)
		pm_output_release(out);
	out->refused = refused;
	return r;
}

int pm_output_open(struct pm_output *out, struct pm_error *err)
{
	if (out->kind != PM_OUTPUT_STREAM || out->fd >= 0)
		return 0;
	/* Where a regular file stands behind another's descriptor, what is in it stays. */
	int fd = open_place(out, O_APPEND, err);
	if (fd < 0)
		return fd;
	out->fd = fd;
	return 0;
}

bool pm_output_same(const struct pm_output *a, const struct pm_output *b)
{
	bool is_new = a->temp[0] && a->place < 0, other_is_new = b->temp[0] && b->place < 0;

	return is_new == other_is_new && a->id[0] == b->id[0] && a->id[1] == b->id[1] &&
	       (!is_new || !strcmp(a->base, b->base));
}

bool pm_output_is(const struct pm_output *out, int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && (out->place >= 0 || !out->temp[0]) &&
	       out->id[0] == st.st_dev && out->id[1] == st.st_ino;
}

/* A folder that was opened O_PATH, and some file systems, know no fsync(2). */
static int sync_folder(int dir)
{
	return fsync(dir) == 0 || errno == EBADF || errno == EINVAL ? 0 : -errno;
}

static int put_in_place(const struct pm_output *out)
{
	char chunk[16 * 1024];
	off_t whole = 0;
	ssize_t n;

	if (lseek(out->fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = read(out->fd, chunk, sizeof(chunk))) > 0) {
		int r = pm_write_all(out->place, chunk, (size_t)n);
		if (r < 0)
			return r;
		whole += n;
	}
	if (n < 0 || ftruncate(out->place, whole) < 0 || fsync(out->place) < 0)
		return -errno;
	return 0;
}

static int rename_over(struct pm_output *out)
{
	if (fsync(out->fd) < 0 || renameat(out->dir, out->temp, out->dir, out->base) < 0)
		return -errno;
	out->temp[0] = '\0';
	return sync_folder(out->dir);
}

int pm_output_commit(struct pm_output *out, struct pm_error *err)
{
	int r = 0;

	if (out->kind == PM_OUTPUT_FILE)
		r = rename_over(out);
	else if (out->kind == PM_OUTPUT_IN_PLACE)
		r = put_in_place(out);
	if (r < 0)
		fail(out, r, err);
	pm_output_release(out);
	return r;
}

void pm_output_release(struct pm_output *out)
{
	if (out->temp[0])
		unlinkat(out->dir, out->temp, 0);
	if (out->path && out->fd >= 0)
		close(out->fd);
	if (out->path && out->place >= 0)
		close(out->place);
	if (out->path && out->dir >= 0)
		close(out->dir);
	*out = PM_OUTPUT_NONE;
}

/* Where the way ends. */
static int make_at(const struct path_way *way, const char *path, struct pm_error *err)
{
	int fd = -1;

	errno = EEXIST;
	if (way->place < 0 && way->descriptor < 0 && mkdirat(way->dir, way->base, 0700) == 0)
		fd = openat(way->dir, way->base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return pm_fail(err, -errno, "cannot make the folder %s: %s", path, strerror(errno));
	return fd;
}

int pm_make_folder(const char *path, struct pm_error *err)
{
	struct path_way way;
	int fd = way_find(&way, path, err);

	if (fd == 0)
		fd = make_at(&way, path, err);
	way_release(&way);
	return fd;
}

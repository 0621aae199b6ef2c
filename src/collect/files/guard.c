#include "files/guard.h"
#include "files/file.h"
#include "files/writers.h"
#include "source/look.h"

#include <errno.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { GROUP_MAX = 4 << 20, MOUNTS_MAX = 8 << 20 };
enum { ACL_MAX = 16 * 1024, NFS4_ACL_MAX = 64 * 1024, NAMES_MAX = 64 * 1024 };

static int read_text(int fd, const char *name, size_t max, struct pm_buf *ret)
{
	if (fd < 0)
		return -errno;
	int r = pm_read_all(fd, name, max, ret, NULL);
	close(fd);
	return r;
}

/* A file below the root of the process; no text where there is none. */
static int read_below(const struct way *way, const char *path, struct pm_buf *ret)
{
	char name[32];
	struct stat st;
	int fd = look_openat(way->root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC), r = -EINVAL;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	snprintf(name, sizeof(name), "self/fd/%d", fd);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		r = read_text(look_openat(way->proc, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC), path,
			      GROUP_MAX, ret);
	close(fd);
	return r;
}

/* Where root's group can write: is there anybody in it? */
static enum pm_writers group_writers(const struct way *way)
{
	struct pm_buf groups = {0}, users = {0};
	int r = read_below(way, "etc/group", &groups), k = read_below(way, "etc/passwd", &users);
	bool has_members = (r == 0 && group_has_members(pm_buf_text(&groups), groups.len)) ||
			   (k == 0 && passwd_has_members(pm_buf_text(&users), users.len));

	pm_buf_release(&groups);
	pm_buf_release(&users);
	if (has_members)
		return PM_WRITERS_OTHERS;
	return r < 0 || k < 0 ? PM_WRITERS_UNKNOWN : PM_WRITERS_ROOT;
}

static enum pm_writers acl_writers(const struct way *way, const struct acl *acl,
				   const struct statx *st)
{
	if (acl->others || (acl->owner_group && st->stx_gid))
		return PM_WRITERS_OTHERS;
	return acl->owner_group || acl->root_group ? group_writers(way) : PM_WRITERS_ROOT;
}

/* The group's bits are the mask of a list, where there is one: acl(5). */
static enum pm_writers group_bits_writers(const struct way *way, const char *name,
					  const struct statx *st)
{
	static uint8_t bytes[ACL_MAX];
	struct acl acl;

	ssize_t len = look_getxattr(name, "system.posix_acl_access", bytes, sizeof(bytes));
	if (len < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
		return st->stx_gid ? PM_WRITERS_OTHERS : group_writers(way);
	if (len < 0 || acl_read(bytes, (size_t)len, &acl) < 0)
		return PM_WRITERS_UNKNOWN;
	return acl_writers(way, &acl, st);
}

/* Lists of other kinds, beside which the bits say nothing. */
static enum pm_writers list_writers(const struct way *way, const char *name, const struct statx *st)
{
	static char names[NAMES_MAX];
	static uint8_t bytes[NFS4_ACL_MAX];
	struct acl acl;
	ssize_t len = look_listxattr(name, names, sizeof(names));

	if (len < 0)
		return errno == EOPNOTSUPP ? PM_WRITERS_ROOT : PM_WRITERS_UNKNOWN;
	enum acl_lists lists = acl_lists_of(names, (size_t)len);
	if (lists != ACL_NFS4)
		return lists == ACL_NONE ? PM_WRITERS_ROOT : PM_WRITERS_UNKNOWN;
	len = look_getxattr(name, "system.nfs4_acl", bytes, sizeof(bytes));
	if (len < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
		return PM_WRITERS_ROOT;
	return len < 0 || nfs4_acl_read(bytes, (size_t)len, &acl) < 0 ? PM_WRITERS_UNKNOWN
								      : acl_writers(way, &acl, st);
}

/*
 * A server in user space says of its files what it likes, and gives what it likes as their bytes:
 * all is its user's. A file system on a block device is none; nor is that of our own root.
 */
static enum pm_known is_of_users_server(const struct way *way, const struct statx *st)
{
	const char *const names[] = {"%d/mountinfo", "self/mountinfo"};
	enum pm_known answer = PM_UNKNOWN;
	struct statx own;
	int r = -ENOENT;

	if (st->stx_dev_major != 0 ||
	    (look_statx(AT_FDCWD, "/", FILE_NO_SYNC, STATX_INO, &own) == 0 &&
	     own.stx_dev_major == 0 && own.stx_dev_minor == st->stx_dev_minor))
		return PM_NO;
	for (size_t i = 0; i < PM_COUNT(names) && answer == PM_UNKNOWN; i++) {
		struct pm_buf text = {0};
		char name[32];

		snprintf(name, sizeof(name), i ? "self/mountinfo" : "%d/mountinfo", way->pid);
		int k = read_text(look_openat(way->proc, name, O_RDONLY | O_CLOEXEC), name,
				  MOUNTS_MAX, &text);
		r = k == 0 ? 0 : r;
		if (k == 0)
			answer = mountinfo_is_of_user(pm_buf_text(&text), st->stx_dev_major,
						      st->stx_dev_minor);
		pm_buf_release(&text);
	}
	/* A device that mountinfo has not got is that of a subvolume. */
	return answer == PM_UNKNOWN && r == 0 ? PM_NO : answer;
}

/* Others go before what is not known, and that before root. */
static enum pm_writers worse_of(enum pm_writers a, enum pm_writers b)
{
	return a == PM_WRITERS_OTHERS || b == PM_WRITERS_ROOT ? a : b;
}

static enum pm_writers inode_writers(const struct way *way, int fd, const struct statx *st)
{
	enum pm_writers writers = PM_WRITERS_ROOT;
	char name[48];

	if (st->stx_uid != 0 || (st->stx_mode & S_IWOTH))
		return PM_WRITERS_OTHERS;
	enum pm_known is_users = is_of_users_server(way, st);
	if (is_users == PM_YES)
		return PM_WRITERS_OTHERS;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (st->stx_mode & S_IWGRP)
		writers = group_bits_writers(way, name, st);
	writers = worse_of(writers, list_writers(way, name, st));
	return worse_of(writers, is_users == PM_UNKNOWN ? PM_WRITERS_UNKNOWN : PM_WRITERS_ROOT);
}

void guard_path(int proc, int fd, char path[PATH_MAX])
{
	char name[32];

	snprintf(name, sizeof(name), "self/fd/%d", fd);
	ssize_t len = look_readlinkat(proc, name, path, PATH_MAX - 1);
	path[len > 0 ? len : 0] = '\0';
}

void guard_worsen(struct guard *guard, enum pm_writers writers)
{
	guard->writers = worse_of(guard->writers, writers);
}

/* In a folder with the sticky bit, others can't replace what is root's: inode(7). */
static void end_folder(struct guard *guard, const struct statx *below)
{
	guard->is_free |= guard->is_sticky && below->stx_uid != 0;
	guard->is_sticky = false;
}

void guard_add(const struct way *way, int fd, struct guard *guard)
{
	struct statx st;

	if (look_statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0) {
		guard_worsen(guard, PM_WRITERS_UNKNOWN);
		return;
	}
	end_folder(guard, &st);
	if (S_ISLNK(st.stx_mode))
		return;
	enum pm_writers writers = inode_writers(way, fd, &st);
	guard_worsen(guard, writers);
	if (writers != PM_WRITERS_OTHERS)
		return;
	if (!guard->writable[0])
		guard_path(way->proc, fd, guard->writable);
	guard->is_open |= S_ISDIR(st.stx_mode) && (st.stx_mode & S_IWOTH);
	guard->is_sticky = S_ISDIR(st.stx_mode) && (st.stx_mode & S_ISVTX) && !st.stx_uid;
	guard->is_free |= !guard->is_sticky;
}

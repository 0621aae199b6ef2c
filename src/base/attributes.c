#include "attributes.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char acl_name[] = "system.posix_acl_access";

void path_of(int fd, char path[32])
{
	snprintf(path, 32, "/proc/self/fd/%d", fd);
}

static bool has_no_acl(int code)
{
	return code == ENODATA || code == EOPNOTSUPP;
}

/* With an ACL, the bits of the group are its mask: they are given only together. */
static void keep_mode(int fd, int place, mode_t mode)
{
	char path[32], acl[4096];

	path_of(place, path);
	ssize_t len = getxattr(path, acl_name, acl, sizeof(acl));
	bool had_none = len < 0 && has_no_acl(errno);
	fchmod(fd, mode & ~(mode_t)S_IRWXG);
	if (len >= 0)
		fsetxattr(fd, acl_name, acl, (size_t)len, 0);
	/* The folder's default ACL may have given one. */
	else if (had_none && (fremovexattr(fd, acl_name) == 0 || has_no_acl(errno)))
		fchmod(fd, mode);
}

/* Another group must not get what was for the old one; what all others have it has too. */
static void narrow_group(int fd, mode_t mode)
{
	fchmod(fd, mode & (S_IRWXU | S_IRWXO | (mode & S_IRWXO) << 3));
}

void keep_attributes(int fd, int place, const struct stat *st)
{
	mode_t mode = st->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
	struct stat now;

	keep_mode(fd, place, mode);
	/* A sandbox may forbid what isn't needed. */
	if (fstat(fd, &now) == 0 && now.st_uid == st->st_uid && now.st_gid == st->st_gid)
		return;
	if (fchown(fd, st->st_uid, st->st_gid) < 0 && fchown(fd, (uid_t)-1, st->st_gid) < 0)
		narrow_group(fd, mode);
}

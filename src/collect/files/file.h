/* file: which file it is that a path leads to. */
#ifndef COLLECT_FILE_H
#define COLLECT_FILE_H

#include "files/guard.h"

#include <portmote/collect.h>

#include <fcntl.h>
#include <sys/stat.h>

/* No question to a file system may wait for a server. */
enum { FILE_NO_SYNC = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT };

uint64_t file_device(const struct statx *st);

bool file_is_same(const struct statx *a, const struct statx *b);

/* Does this very file stand at `path` below `root`, a link of the folder `dir` of /proc? */
enum pm_known file_is_below(int dir, const char *root, const char *path, const struct statx *file);

/*
 * The folder above all that the mount namespace of the process has: chroot(2) does not hold who is
 * not in it, and the kernel tells paths from there. A descriptor or -errno.
 */
int file_open_top(int proc, int pid);

/*
 * What file systems of servers call a file that was removed while it ran: NFS ".nfs" and digits,
 * FUSE ".fuse_hidden", SMB ".smb" or "cifs", AFS ".__afs".
 */
bool file_is_silly_name(const char *path);

/*
 * The guard of the file that `fd` stands for, which process `pid` shows at `path`: unknown where
 * another is there, but if it was deleted.
 */
void file_guard(int proc, int pid, const char *path, int fd, bool is_deleted, struct guard *ret);

#endif

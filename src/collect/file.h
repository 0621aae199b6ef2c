/* file: who can replace a file, from itself and from the folders above it. */
#ifndef COLLECT_FILE_H
#define COLLECT_FILE_H

#include <portmote/collect.h>

#include <fcntl.h>
#include <sys/stat.h>

/* No question to a file system may wait for a server. */
enum { FILE_NO_SYNC = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT };

uint64_t file_device(const struct statx *st);

/* Does this very file stand at `path` below `root`, a link of the folder `dir` of /proc? */
enum pm_known file_is_below(int dir, const char *root, const char *path, const struct statx *file);

/*
 * Who can write the file at `path`, without symbolic links, as process `pid` sees it: where others,
 * `*ret_len` is the length of the first part of the path that they can.
 */
enum pm_writers file_writers(int proc, int pid, const char *path, const struct statx *file,
			     size_t *ret_len);

#endif

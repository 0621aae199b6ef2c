/* trusted: what the files of this room share about whom to trust. */
#ifndef BASE_TRUSTED_H
#define BASE_TRUSTED_H

#include <portmote/base.h>

struct stat;

/* Why others than root and the caller may have had a hand in it: "belongs ...", or NULL. */
const char *why_distrusted(const struct stat *st);

/* "PATH is not trusted: " its first `len` bytes, then the `fault`; -EPERM. */
int distrusted(const char *path, size_t len, const char *fault, struct pm_error *err);

/*
 * The folder that the last component of `path` is in, trusted as pm_open_trusted() has it, and no
 * other than its owner can make or move a file there, whoever else may in a folder with the sticky
 * bit. `*ret_last` is that component. Returns a descriptor for reading, close-on-exec.
 */
int open_own_folder(const char *path, const char **ret_last, struct pm_error *err);

#endif

/* way: the way to a file, step by step, as the kernel goes: path_resolution(7). */
#ifndef COLLECT_WAY_H
#define COLLECT_WAY_H

#include "files/guard.h"

/*
 * Open by O_PATH what `path` leads to, and put into `guard` all that is on the way, links and the
 * file included. A descriptor or -errno: the guard is then that of the part that is there.
 */
int guard_open(const struct way *way, const char *path, struct guard *guard);

#endif

/* leads: whether the path that a process shows for its executable leads to it. */
#ifndef COLLECT_LEADS_H
#define COLLECT_LEADS_H

#include "source/source.h"

/*
 * Does the path of an executable lead to it: from our root, its process's, or that of pid 1? No:
 * it is bound over a name in a mount namespace that is none of theirs.
 */
enum pm_known exe_is_at_path(struct source *source, const struct proc_dir *dir, int pid,
			     const char *path, const struct statx *st);

#endif

/* proc_dir: folders of /proc whose entries are numbers: processes, threads, descriptors. */
#ifndef COLLECT_PROC_DIR_H
#define COLLECT_PROC_DIR_H

#include "source/source.h"

/*
 * Call `each` for every entry of `dir` whose name is a number. -errno of getdents64(2), or what
 * `each` returned but 0, which ends it.
 */
int each_number(int dir, int (*each)(void *data, const char *name, unsigned number), void *data);

/* The same where `each` ends it at the first one, so that no more are made ready. */
int first_number(int dir, int (*each)(void *data, const char *name, unsigned number), void *data);

/* The same for the threads of a process that has more than one; gone is no error. */
int each_thread(struct source *source, const char *process,
		int (*each)(void *data, const char *name, unsigned tid), void *data);

#endif

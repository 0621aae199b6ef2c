/*
 * exe: the file that a process runs, as evidence: its path is what the process shows, device and
 * inode are what it is, and the owners of the folders tell who could have put it there.
 */
#ifndef COLLECT_EXE_H
#define COLLECT_EXE_H

#include "source/collector.h"

#include <limits.h>

/* Tell of files of which could not be seen who can replace them. 0 or -ENOMEM. */
int pass_unguarded(struct collector *collector);

/*
 * The file that the process at `dir` runs; `path` gets the link as it was read, "" without.
 * PROCESS_CHANGED: it went on to another program meanwhile.
 */
enum { PROCESS_CHANGED = 1 };
int exe_read(struct collector *collector, const struct proc_dir *dir, int pid, char path[PATH_MAX],
	     struct pm_file *ret);

/*
 * What is known of a file that the process at `dir` has to do with: `look` adds it to `*file`, and
 * the recording has its path as the link NAME and the rest as NAME.stat; or it is read from there.
 * What `look` returns below 0, or -ENOMEM.
 */
int evidence_read(struct collector *collector, const struct proc_dir *dir, const char *name,
		  int (*look)(void *data, struct pm_file *file), void *data, struct pm_file *file);

#endif

/* alias: by what other name of its executable a process was called; alias.c, for running.c. */
#ifndef COLLECT_ALIAS_H
#define COLLECT_ALIAS_H

#include "source/collector.h"

/* Does it call itself otherwise than its executable is called? */
bool alias_is_wanted(const struct pm_process *process);

/* Does comm, which the kernel cuts, name the file at this path? */
bool alias_names(const char *path, const char *comm);

/* Is it busybox, or the like: a program of many names? */
bool alias_is_multi_call(const char *exe);

/*
 * Sets `is_alias` and `alias` of a process of which all else is known; `called` is its argv[0], ""
 * where that could not be read. 0 or -ENOMEM.
 */
int alias_read(struct collector *collector, const struct proc_dir *dir, struct pm_process *process,
	       const char *called);

/* Does a person run it, and no unit? login.defs(5), SYS_UID_MAX. */
bool alias_is_persons(const struct pm_process *process);

/* A name without the folders before it; what may hold the file first. */
const char *alias_base(const char *path);

#endif

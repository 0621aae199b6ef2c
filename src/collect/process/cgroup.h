/*
 * cgroup: where a process stands among the cgroups: its path, the system unit in it, the container
 * in it, and whose word that container is.
 */
#ifndef COLLECT_CGROUP_H
#define COLLECT_CGROUP_H

#include "process/process.h"

/* Its cgroup, and what that tells; cgroups(7). 0 or -ENOMEM. */
int cgroup_read(struct reader *reader, const struct proc_dir *dir, struct pm_process *process);

/* The system unit in a cgroup path ("/system.slice/ssh.service" -> "ssh.service"), or NULL. */
int unit_of_cgroup(struct pm_arena *arena, const char *cgroup, const char **ret);

#endif

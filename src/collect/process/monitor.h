/* monitor: containers without a cgroup of their own, told by the program that watches over them. */
#ifndef COLLECT_MONITOR_H
#define COLLECT_MONITOR_H

#include "process/process.h"

/*
 * A container by the program above its first process: its user's word. For a process whose cgroup
 * names none, and that lives in namespaces of users and of pids of its own. 0 or -ENOMEM.
 */
int monitor_read(struct reader *reader, struct pm_process *process);

#endif

/* parent: who started a program that holds listeners for the containers of a user. */
#ifndef COLLECT_PARENT_H
#define COLLECT_PARENT_H

#include "process/process.h"

/*
 * What its parent runs, where that tells whether a runtime of containers started it: of a user's,
 * by name. 0 or -ENOMEM.
 */
int parent_read(struct reader *reader, struct pm_process *process);
bool parent_matters(const struct pm_process *process);

#endif

/* mapping: what a process has mapped; proc_pid_maps(5). */
#ifndef COLLECT_MAPPING_H
#define COLLECT_MAPPING_H

#include "files/blocking.h"

/* The same by a mapping, which names the socket, and within calls; see enum pm_suspicion. */
bool mapping_holds(struct source *source, int pid, uint32_t inode);

/* Which needles are in the maps of a process, as bits; `what` names them on a recording. */
unsigned maps_have(struct source *source, int pid, const struct needles *needles, const char *what);

#endif

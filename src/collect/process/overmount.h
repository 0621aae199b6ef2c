/*
 * overmount: what /proc hides: somebody who mounts a folder over /proc/PID shows us what he likes
 * in its place, and mounted with hidepid= or subset= it has not all of its parts. A proc file
 * system of our own, mounted nowhere, has nothing over it, and all of it.
 */
#ifndef COLLECT_OVERMOUNT_H
#define COLLECT_OVERMOUNT_H

#include "source/collector.h"

/*
 * Whether there is a /proc of ours; and past what is mounted over folders of it, of which processes
 * that is noted. The first pass: what the others read is below the one that it settles on.
 */
int pass_proc(struct collector *collector);
bool is_overmounted(const struct source *source, int pid);

#endif

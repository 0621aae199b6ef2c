/*
 * holders_maps: who keeps a listener by other means than a descriptor: by a mapping, or within a
 * call.
 */
#ifndef COLLECT_HOLDERS_MAPS_H
#define COLLECT_HOLDERS_MAPS_H

#include "source/collector.h"

/* The same by a mapping, which names the socket, and within calls; see enum pm_suspicion. */
int pass_mapped(struct collector *collector);

int suspect_add(struct collector *collector, const struct task *task, enum pm_suspicion why);

#endif

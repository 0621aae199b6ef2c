/*
 * holders_maps: who keeps a listener by other means than a descriptor: by a mapping, or within a
 * call.
 */
#ifndef COLLECT_HOLDERS_MAPS_H
#define COLLECT_HOLDERS_MAPS_H

#include "source/source.h"

/* The same by a mapping, which names the socket, and within calls; see enum pm_suspicion. */
int pass_mapped(struct source *source, struct pm_snapshot *snapshot);

int suspect_add(struct source *source, struct pm_snapshot *snapshot, const struct task *task,
		enum pm_suspicion why);

#endif

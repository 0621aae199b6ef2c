/* listener_names: names for what the kernel numbers: devices and the cgroups of creators. */
#ifndef COLLECT_LISTENER_NAMES_H
#define COLLECT_LISTENER_NAMES_H

#include "source/source.h"

/* Names for the listeners from number `first` on, which are of one network namespace. */
int name_listeners(struct source *source, struct pm_snapshot *snapshot, size_t first);

#endif

/* listener_names: names for what the kernel numbers: devices and the cgroups of creators. */
#ifndef COLLECT_LISTENER_NAMES_H
#define COLLECT_LISTENER_NAMES_H

#include "source/collector.h"

/* Names for the listeners from number `first` on, which are of one network namespace. */
int name_listeners(struct collector *collector, size_t first);

#endif

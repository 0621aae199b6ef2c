/*
 * no_descriptor: listeners that no table of descriptors has, though they live: registered with an
 * io_uring, kept by one that is mapped only, or in flight between two processes. Who keeps them can
 * be seen for the first; for the others there are suspects.
 */
#ifndef COLLECT_NO_DESCRIPTOR_H
#define COLLECT_NO_DESCRIPTOR_H

#include "source/collector.h"

/* Listeners that no table of descriptors has: who keeps them, or may. */
int pass_detached(struct collector *collector);

#endif

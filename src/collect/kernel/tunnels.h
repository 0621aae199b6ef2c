/* tunnels: listeners of the kernel itself: the UDP ports of tunnel links, by rtnetlink(7). */
#ifndef COLLECT_TUNNELS_H
#define COLLECT_TUNNELS_H

#include "source/collector.h"

/* Listeners of the kernel itself: tunnels, by the port of their links. */
int pass_kernel(struct collector *collector);

#endif

/*
 * sockets: listeners through sock_diag(7), repeated until nothing is added; a dump is no snapshot.
 */
#ifndef COLLECT_SOCKETS_H
#define COLLECT_SOCKETS_H

#include "source/collector.h"

/*
 * Listeners of the namespaces that were not asked yet, through sock_diag(7) or, where that is not
 * to be had, /proc/net; their ephemeral ranges; and the names of what the kernel numbers: bound
 * devices, cgroups of creators.
 */
int pass_sockets(struct collector *collector);

#endif

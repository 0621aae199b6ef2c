/* bound: sockets that have a port and do not listen: whether all of them could be asked for. */
#ifndef COLLECT_BOUND_H
#define COLLECT_BOUND_H

#include "source/collector.h"

/* Where sockets that do not listen are asked for: could the kernel tell of all of them? */
int pass_bound(struct collector *collector);

#endif

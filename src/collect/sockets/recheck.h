/* recheck: listeners without holder that have closed since they were dumped. */
#ifndef COLLECT_RECHECK_H
#define COLLECT_RECHECK_H

#include "source/collector.h"

/* Dump once more, and leave out the listeners without holder that have closed meanwhile. */
int pass_closed(struct collector *collector);

#endif

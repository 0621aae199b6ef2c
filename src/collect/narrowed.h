/* narrowed: the options by which less than all was looked for. */
#ifndef COLLECT_NARROWED_H
#define COLLECT_NARROWED_H

#include "source/collector.h"

/* Put them into the snapshot; a recording has those of its own run. 0 or -ENOMEM. */
int pass_narrowed(struct collector *collector);

#endif

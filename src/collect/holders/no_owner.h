/* no_owner: why a listener has no holder: never blank, never guessed. */
#ifndef COLLECT_NO_OWNER_H
#define COLLECT_NO_OWNER_H

#include "source/collector.h"

/* Why each listener without holder has none. */
int pass_unheld(struct collector *collector);

#endif

/* port: what is left of one port, when each key has found its own: gone, new, or moved. */
#ifndef DIFF_PORT_H
#define DIFF_PORT_H

#include "comparing.h"

/* All of one port on both sides, once all keys were matched. */
void settle_port(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		 size_t y_count);

#endif

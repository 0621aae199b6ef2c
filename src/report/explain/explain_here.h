/* explain_here: who holds a port here, now, and whether that is worth a look. */
#ifndef REPORT_EXPLAIN_HERE_H
#define REPORT_EXPLAIN_HERE_H

#include "explain/explain.h"

/*
 * who holds them here, now, and whether that is worth a look; where many do, the
 * rest of them. -1: out of memory.
 */
int find_here(struct explanation *explain);
void explain_here(struct explanation *explain);
void explain_rest(struct explanation *explain);

#endif

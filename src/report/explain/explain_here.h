/* explain_here: who holds a port here, now, and whether that is worth a look. */
#ifndef REPORT_EXPLAIN_HERE_H
#define REPORT_EXPLAIN_HERE_H

#include "explain/explain.h"

/*
 * article_here.c: who holds them here, now, and whether that is worth a look; where many do, the
 * rest of them. -1: out of memory.
 */
int find_here(struct article *article);
void tell_here(struct article *article);
void tell_rest(struct article *article);

#endif

/*
 * explain_known: which programs are known at a port: by the tables of registry/, and by local ones.
 */
#ifndef REPORT_EXPLAIN_KNOWN_H
#define REPORT_EXPLAIN_KNOWN_H

#include "explain/explain.h"

/* which programs are known at these ports. */
void explain_known(struct explanation *explain);

#endif

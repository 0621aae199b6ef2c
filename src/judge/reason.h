/* reason: why a verdict is given: a rule, what decided, and where that stands. */
#ifndef JUDGE_REASON_H
#define JUDGE_REASON_H

#include "claim.h"

/* Add one; `evidence` and `source` live as long as the judgement, and are NULL without memory. */
void reason_give(struct trial *trial, enum pm_rule rule, const char *evidence, const char *source);

/* All that were given become the verdict's. */
void reasons_keep(struct trial *trial);

/* "/proc/PID/FILE" of the owner, or NULL. */
const char *reason_source(struct trial *trial, const char *file);

#endif

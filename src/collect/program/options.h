/* options: those of interpreters by which code is loaded. */
#ifndef COLLECT_OPTIONS_H
#define COLLECT_OPTIONS_H

#include "program/loads.h"

/* What that word names; `next` is the one behind it, or NULL. */
int options_meet(const struct loads *loads, const char *word, const char *next);

#endif

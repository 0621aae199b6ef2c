/* diff: two lists in one order, walked side by side: first key by key, then port by port. */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include "comparing.h"

void add_fact(struct comparing *comparing, const char *what, const char *from, const char *to);

/* Tell one difference, with the facts that were added. */
void add_difference(struct comparing *comparing, enum pm_diff_kind kind, size_t before,
		    size_t after);

#endif

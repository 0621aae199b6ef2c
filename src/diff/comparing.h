/* comparing: two lists of entries while they are held against each other. */
#ifndef DIFF_COMPARING_H
#define DIFF_COMPARING_H

#include "entry.h"

enum { FACTS_MAX = FACTS + 11 };

struct comparing {
	struct side before, after;
	struct pm_diff *ret;
	struct pm_fact_change facts[FACTS_MAX]; /* of the difference to be told next */
	size_t fact_count;
	bool failed; /* out of memory */
};

#endif

/* comparing: two lists of entries while they are held against each other. */
#ifndef JUDGE_COMPARING_H
#define JUDGE_COMPARING_H

#include "entry.h"

enum { FACTS_MAX = FACTS + 10 };

struct comparing {
	struct side before, after;
	struct pm_diff *ret;
	struct pm_fact_change facts[FACTS_MAX]; /* of the difference to be told next */
	size_t fact_count;
	bool failed; /* out of memory */
};

void add_fact(struct comparing *comparing, const char *what, const char *from, const char *to);
void add_owner_facts(struct comparing *comparing, const struct entry *x, const struct entry *y);
void add_exposure_facts(struct comparing *comparing, const struct entry *x, const struct entry *y);

/* Who holds the listener beside the owner, and did not. */
void add_company_facts(struct comparing *comparing, const struct entry *x, const struct entry *y);

/* Tell one difference, with the facts that were added. */
void add_difference(struct comparing *comparing, enum pm_diff_kind kind, size_t before,
		    size_t after);

/*
 * Tell what differs between one listener then and now: of all the first kind, and the rest with it.
 * How far it reaches counts only at the same place.
 */
void compare_pair(struct comparing *comparing, const struct entry *x, const struct entry *y,
		  bool same_place);

/* All of one key on both sides: who is the same, and whom another follows. The rest is left. */
void match_key(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
	       size_t y_count);

/* All of one port on both sides, once all keys were matched. */
void settle_port(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		 size_t y_count);

#endif

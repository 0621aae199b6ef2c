/* pair: one listener, before and after. */
#ifndef DIFF_PAIR_H
#define DIFF_PAIR_H

#include "comparing.h"

void add_owner_facts(struct comparing *comparing, const struct entry *x, const struct entry *y);

void add_exposure_facts(struct comparing *comparing, const struct entry *x, const struct entry *y);

/*
 * Tell what differs between one listener then and now: of all the first kind, and the rest with it.
 * How far it reaches counts only at the same place.
 */
void compare_pair(struct comparing *comparing, const struct entry *x, const struct entry *y,
		  bool same_place);

/* All of one key on both sides: who is the same, and whom another follows. The rest is left. */
void match_key(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
	       size_t y_count);

#endif

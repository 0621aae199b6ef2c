/* comparing: two lists of entries while they are held against each other. */
#ifndef JUDGE_COMPARING_H
#define JUDGE_COMPARING_H

#include "entry.h"

enum { FACTS_MAX = FACTS + 8 };

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

/* Tell one difference, with the facts that were added. */
void add_difference(struct comparing *comparing, enum pm_diff_kind kind, size_t before,
		    size_t after);

/* Does one take IPv4 that the other does not, at the same address? */
bool is_v6only_changed(const struct comparing *comparing, const struct entry *x,
		       const struct entry *y);

/* All of one key on both sides: who is the same, and whom another follows. The rest is left. */
void match_key(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
	       size_t y_count);

/* All of one port on both sides, once all keys were matched. */
void settle_port(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		 size_t y_count);

#endif

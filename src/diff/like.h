/*
 * like: of many entries of one key, those of which nothing that was seen differs from one. What was
 * not seen is like anything: entries are sorted once for each set of facts that two of them have in
 * common, of which there are few, and found by bisection.
 */
#ifndef DIFF_LIKE_H
#define DIFF_LIKE_H

#include "entry.h"

/* What is compared: bits 1 << enum fact, and further ones. */
enum { LIKE_V4 = 1u << FACTS, LIKE_OWNER = (1u << FACTS) - 1, LIKE_SETS = 2 << FACTS };

/* Entries with one set of facts seen, in the order of those that are compared. */
struct like_view {
	unsigned seen, compared;
	size_t *order, count;
	size_t *passed; /* where a run begins: how many of it do not count any more */
	struct like_view *up;
};

struct likes {
	const struct side *side, *other; /* of the entries, and of those that they are found for */
	struct entry *entries;
	size_t count;
	unsigned facts; /* those that count */
	bool by_uid;	/* users are told by number where both have one, in place of their name */
	bool (*counts)(const struct entry *entry); /* once false, false for good */
	unsigned sets[LIKE_SETS];		   /* of facts seen that there are */
	size_t set_count;
	struct like_view *views;
};

void likes_init(struct likes *likes);
void likes_release(struct likes *likes);

/* The first that counts and is like `entry`; NULL: none, or no memory, then `*failed` is set. */
struct entry *likes_find(struct likes *likes, const struct entry *entry, bool *failed);

#endif

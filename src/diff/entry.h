/* entry: a listener as diff compares it. */
#ifndef DIFF_ENTRY_H
#define DIFF_ENTRY_H

#include <portmote/diff.h>

/* What is compared of an owner. */
enum fact {
	FACT_OWNER, /* process, kernel, none */
	FACT_PROGRAM,
	FACT_EXE,
	FACT_RUNS,
	FACT_USER,
	FACT_UNIT,
	FACT_CONTAINER,
	FACT_SERVICE,
	FACTS,
};
extern const char *const fact_name[FACTS];

/* What is known of a namespace by its name: it was not entered; no other is called so; nothing. */
enum netns_sight { NETNS_UNKNOWN, NETNS_NAMED, NETNS_CLOSED };

struct sight {
	const char *netns;
	enum netns_sight sight;
};

/* One side, with what all entries of it share. */
struct side {
	const struct pm_diff_side *of;
	struct pm_arena *arena;
	const char **netns;   /* for each namespace what it is called from one run to the next */
	struct sight *sights; /* each of those names once, in order */
	size_t sight_count;
	unsigned gaps; /* bits 1 << enum pm_gap_what */
	struct entry *entries;
	size_t count;
	bool failed; /* out of memory */
};

struct entry {
	size_t listener;
	const char *netns, *device; /* "" where there is none */
	struct {
		const char *text;  /* what is compared; NULL: none, or unknown */
		const char *whole; /* what is told: the same with all its numbers */
		bool is_seen;	   /* it can be compared */
	} facts[FACTS];
	bool is_matched; /* all that there is to be said of it was said */
	bool is_moved;	 /* the other side has its owner there too, for other families */
};

/*
 * All listeners that are looked at, by key; workers of one owner once. Of one key, those of which
 * all was seen come first, and never does the order of their sockets count. 0 or -ENOMEM.
 */
int side_init(struct side *side, const struct pm_diff_side *of, struct pm_arena *arena);
void side_release(struct side *side);

/* Could some of it not be seen? */
bool side_has_gap(const struct side *side, enum pm_gap_what what);
bool are_of_one_host(const struct side *a, const struct side *b);

const struct pm_listener *entry_listener(const struct side *side, const struct entry *entry);
const struct pm_verdict *entry_verdict(const struct side *side, const struct entry *entry);

/* Is it likely a client's: on a port of the kernel's choice, of an owner that could not be seen? */
bool entry_may_be_ephemeral(const struct side *side, const struct entry *entry);

/* By namespace, protocol, port, and with `whole` also address and device: -1, 0, 1. */
int entry_compare(const struct side *a, const struct entry *x, const struct side *b,
		  const struct entry *y, bool whole);

/* Does a fact about the owners differ that could be seen on both sides? */
bool fact_differs(const struct side *a, const struct entry *x, const struct side *b,
		  const struct entry *y, enum fact fact);
bool owner_differs(const struct side *a, const struct entry *x, const struct side *b,
		   const struct entry *y);

/* Does its owner hold it for others? */
bool entry_stands_for_others(const struct side *side, const struct entry *entry);

/* Does one take IPv4 that the other does not? */
bool v4_differs(const struct side *a, const struct entry *x, const struct side *b,
		const struct entry *y);

enum netns_sight side_sight(const struct side *side, const char *netns);

#endif

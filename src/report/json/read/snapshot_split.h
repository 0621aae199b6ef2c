/*
 * snapshot_split: where the values of a long JSON document begin and end, so that each can be
 * parsed by itself: a report of all listeners at once would take ten times its size. What stands
 * inside of a value is not looked at but for its brackets and strings: who parses it does that.
 * jansson could find the end of a value itself (JSON_DISABLE_EOF_CHECK), but only once it has built
 * all of it: a hostile file would have the memory before its size is known.
 */
#ifndef REPORT_SNAPSHOT_SPLIT_H
#define REPORT_SNAPSHOT_SPLIT_H

#include <portmote/base.h>

struct span {
	const char *at;
	size_t len;
};

/* What is still to be read. */
struct split {
	const char *at, *end;
};

/* White space, then `c`: passed. False, and nothing but white space passed, where another stands. */
bool split_take(struct split *split, char c);

/* White space, then a whole value: passed. False where the text ends before. */
bool split_value(struct split *split, struct span *ret);

/* Is there nothing more but white space? */
bool split_is_done(struct split *split);

/*
 * One value at a time is held in memory, with up to some 250 bytes for each value in it: may it be
 * read? It has at most 32 MiB, and a million values.
 */
bool split_is_readable(const struct span *span);

#endif

/* reach: who can get at the listeners of one program on one port. */
#ifndef JUDGE_REACH_H
#define JUDGE_REACH_H

#include <portmote/label.h>

/* For each family how far, 0: not at all; `farthest` is the greater. */
struct reach {
	unsigned v4, v6, farthest;
	bool is_everywhere; /* all of them are bound to no address of their own */
};

/* Nothing listens yet. */
extern const struct reach reach_none;

/* Add what one more listener takes. */
void reach_add(struct reach *reach, const struct pm_listener *listener);

enum reach_change { REACH_SAME, REACH_WIDER, REACH_NARROWER, REACH_OTHER };

/*
 * How far decides, then for which families. What takes both families at every address is the same
 * by one socket or by two; of equal reach at other addresses, and where one family gained what the
 * other lost, it is another.
 */
enum reach_change reach_compare(const struct reach *before, const struct reach *after);

#endif

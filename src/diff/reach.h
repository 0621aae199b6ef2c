/* reach: who can get at the listeners of one program on one port. */
#ifndef DIFF_REACH_H
#define DIFF_REACH_H

#include <portmote/label.h>

/* For each family how far, 0: not at all; `farthest` is the greater. */
struct reach {
	unsigned v4, v6, farthest;
	size_t count;
	const char *device; /* of the first; "" for none */
	bool is_everywhere; /* all of them are bound to that device, and to no address */
};

/* Does it take IPv4? Where the kernel did not say what a socket at :: does, that is not known. */
enum pm_known reach_takes_v4(const struct pm_listener *listener);

/* Add what one more listener takes. Its device is told by `device`, "" for none. */
void reach_add(struct reach *reach, const struct pm_listener *listener, const char *device);

enum reach_change { REACH_SAME, REACH_WIDER, REACH_NARROWER, REACH_OTHER };

/*
 * How far decides, then for which families. What takes both families at every address is the same
 * by one socket or by two; of equal reach at other addresses or devices, and where one family
 * gained what the other lost, it is another. So is all where there is nothing on one side.
 */
enum reach_change reach_compare(const struct reach *before, const struct reach *after);

#endif

/* overlap: what two listeners of one port, in one namespace, are to each other. */
#ifndef JUDGE_OVERLAP_H
#define JUDGE_OVERLAP_H

#include <portmote/judge.h>

/* Order of addresses: that of an IPv4-mapped socket is the IPv4 address; all wildcards are one. */
int overlap_compare(const struct pm_listener *a, const struct pm_listener *b);
bool overlap_is_wildcard(const struct pm_listener *listener);

/* Can a packet be meant for both? */
bool overlap(const struct pm_listener *a, const struct pm_listener *b);

/* Do they share it, as those who take part in a protocol of multicast do? */
bool overlap_by_design(const struct pm_listener *a, const struct pm_listener *b);

/* Of two that overlap, does a user's get what is meant for another's? Root may, by its nature. */
bool overlap_takes_from(const struct pm_listener *thief, const struct pm_listener *other);

#endif

/* overlap: what two listeners of one port, in one namespace, are to each other. */
#ifndef JUDGE_OVERLAP_H
#define JUDGE_OVERLAP_H

#include <portmote/judge.h>

/* What a listener takes. */
struct taken {
	bool takes[PM_FAMILIES];
	bool is_wildcard;    /* packets to every address */
	uint8_t address[16]; /* else to this one; IPv4 is ::ffff:a.b.c.d, whatever its socket */
	uint32_t ifindex;    /* from this device alone; 0: all, or not known */
};

/*
 * A packet can be meant for two that take a family in common, from a device in common, and to an
 * address in common: a wildcard has all of them.
 */
struct taken overlap_taken(const struct pm_listener *listener);

/* Those that listen to a group share its packets; so do wildcards on ports that are made for it. */
bool overlap_has_group_address(const struct pm_listener *listener);
bool overlap_is_for_groups(const struct pm_listener *listener);

/*
 * May it get what is meant for another user's, where it is bound as narrowly as that, or more? Root
 * may, by its nature.
 */
bool overlap_can_take(const struct pm_listener *listener);

#endif

/*
 * policyindex: the rules of a policy that can speak of a listener, found by port, namespace and
 * owner. Those with a glob in its place, with a range of ports or the ephemeral one, are few.
 */
#ifndef POLICY_INDEX_H
#define POLICY_INDEX_H

#include "rule.h"

/* One port of a rule, and what it asks for. */
struct slot {
	enum pm_protocol protocol;
	uint16_t port;
	const char *netns; /* of this label; "": at home; NULL: of any that its glob has */
	size_t key; /* SLOT_PLACE: of whomever; OWNER_KEYS: it names no owner by its text alone */
	const char *text; /* else what the owner is by that key */
	size_t rule;
};
enum { SLOT_PLACE = OWNER_KEYS + 1 };

struct policy_index {
	struct slot *slots;
	size_t count, room;
	size_t *wide; /* rules that are in no slot */
	size_t wide_count, wide_room;
};

/* 0 or -ENOMEM; release `ret` in any case. */
int policy_index_make(const struct pm_policy *policy, struct policy_index *ret);
void policy_index_release(struct policy_index *index);

/* The first slot that is equal to `*key` but for its rule, and the one after it; NULL: none. */
const struct slot *policy_index_find(const struct policy_index *index, const struct slot *key);
const struct slot *policy_index_next(const struct policy_index *index, const struct slot *slot);

#endif

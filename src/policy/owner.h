/* policyowner: what of a listener's owner a policy's globs are held to. */
#ifndef POLICY_OWNER_H
#define POLICY_OWNER_H

#include "rule.h"

enum { VALUES_MAX = 4 };

/* What an owner is by each key: any of the values; none where nothing is known. */
struct facts {
	const char *values[OWNER_KEYS][VALUES_MAX];
	bool needs_user[OWNER_KEYS]; /* its user's word alone, see pm_policy_needs_user() */
	enum pm_owner_kind kind;
};

/* Text that had to be made is from `arena`. 0 or -ENOMEM. */
int owner_facts(const struct pm_listener *listener, const struct pm_verdict *verdict,
		struct pm_arena *arena, struct facts *ret);

/* Is it one of the owners that the rule allows? */
bool owner_fits(const struct pm_policy_rule *rule, const struct facts *facts);

/* What of the rule the owner is not: "user root or unit ssh.service"; all of it without `facts`. */
void owner_expected(const struct pm_policy_rule *rule, const struct facts *facts,
		    struct pm_buf *ret);

/* What it is in place of that: "exe /tmp/x, user eve". */
void owner_found(const struct pm_policy_rule *rule, const struct facts *facts, struct pm_buf *ret);

#endif

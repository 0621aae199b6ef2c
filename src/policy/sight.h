/* sight: what of a policy the collecting looked for. */
#ifndef POLICY_SIGHT_H
#define POLICY_SIGHT_H

#include <portmote/policy.h>

/*
 * Would a listener that the rule requires be in the snapshot, if it were there? Not so where it was
 * narrowed out, or where a namespace that the rule means could not be entered. `home` is the one
 * that is meant where the rule names none.
 */
bool policy_was_sought(const struct pm_snapshot *snapshot, const struct pm_netns *home,
		       const struct pm_policy_rule *rule);

#endif

/* rule: the rules of a policy. */
#ifndef POLICY_RULE_H
#define POLICY_RULE_H

#include "values.h"

/* Taker of `listeners`. */
int policy_take_rules(struct parse *parse, const struct yaml_node *value, void *policy);

/* The keys of an owner; each is a glob in struct pm_policy_owner. */
enum { KEY_EXE, KEY_PROGRAM, KEY_UNIT, KEY_USER, KEY_CONTAINER, KEY_KERNEL, OWNER_KEYS };
extern const struct key policy_owner_keys[OWNER_KEYS];

/* The glob that an owner has for a key, or NULL. */
const char *policy_glob(const struct pm_policy_owner *owner, size_t key);

#endif

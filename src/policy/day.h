/* day: days of the Gregorian calendar, in UTC. */
#ifndef POLICY_DAY_H
#define POLICY_DAY_H

#include "tree.h"

/* The day that an instant lies in, "2027-01-31", into `buf`; returns `buf`. */
#define POLICY_DAY_SIZE 40
const char *policy_day(int64_t time, char *buf);

/* Taker of a rule's `expires`. */
int policy_take_expires(struct parse *parse, const struct yaml_node *value, void *rule);

#endif

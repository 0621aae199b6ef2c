/*
 * unit_users: as whom a service runs: what a person's account runs in it is the service's own only
 * where the file of the unit says so. The others came in by it.
 */
#ifndef MODEL_UNIT_USERS_H
#define MODEL_UNIT_USERS_H

#include <portmote/model.h>

/* Whether persons' processes in units of the system run as whom these name, from the units. */
int find_unit_users(struct pm_snapshot *snapshot);
#endif

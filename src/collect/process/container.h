/* container: containers, as runtimes name their cgroups. */
#ifndef COLLECT_CONTAINER_H
#define COLLECT_CONTAINER_H

#include <portmote/collect.h>

/*
 * The container in a cgroup path, which is not escaped. `*ret_above`: length of the path of the
 * folder above that which bears its name. 0 or -ENOMEM.
 */
int container_of_cgroup(struct pm_arena *arena, const char *cgroup, struct pm_container *ret,
			size_t *ret_above);

#endif

/* snapshot_head: what a snapshot's file says of the host as a whole. */
#ifndef REPORT_SNAPSHOT_HEAD_H
#define REPORT_SNAPSHOT_HEAD_H

#include "json/read/snapshot_node.h"

void read_namespaces(struct json_reading *reading, const struct node *array);

/* The first that has this number and label; false: none. */
bool find_namespace(const struct json_reading *reading, uint64_t inode, const char *label,
		    size_t *ret);
void read_coverage(struct json_reading *reading, const struct node *object);
void read_configs(struct json_reading *reading, const struct node *array);

#endif

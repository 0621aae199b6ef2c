/*
 * snapshot_listener: a listener of a snapshot's file. What it says of labels and verdicts is not
 * looked at.
 */
#ifndef REPORT_SNAPSHOT_LISTENER_H
#define REPORT_SNAPSHOT_LISTENER_H

#include "json/read/snapshot_node.h"

/* The first that has this number and label; false: none. */
void read_listener(struct json_reading *reading, const struct node *object);

#endif

/* snapshot_process: processes stand in the file wherever they hold something; here each is one. */
#ifndef REPORT_SNAPSHOT_PROCESS_H
#define REPORT_SNAPSHOT_PROCESS_H

#include "json/read/snapshot_node.h"

/* The process of a holder or a suspect: its number in snapshot.processes. */
size_t snapshot_process(struct json_reading *reading, const struct node *object);
void forget_processes(struct json_reading *reading);

#endif

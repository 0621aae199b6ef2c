/* json_process: a process, as a holder or a suspect. */
#ifndef REPORT_JSON_PROCESS_H
#define REPORT_JSON_PROCESS_H

#include <portmote/report.h>

#include <jansson.h>

json_t *json_process(const struct pm_process *process);

/* What four numbers of a file's state there are, "device" first, or null where they are unknown. */
json_t *json_file_state(bool known, const struct pm_file *file);

#endif

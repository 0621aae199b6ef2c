/* json_head: what every document begins with. */
#ifndef REPORT_JSON_HEAD_H
#define REPORT_JSON_HEAD_H

#include <portmote/report.h>

#include <jansson.h>

/* Version, host, time, namespaces, registry, coverage. */
json_t *json_head(const struct pm_report *report);

/* The registry as a whole: source, date, rows. */
json_t *json_registry(const struct pm_registry *registry);

#endif

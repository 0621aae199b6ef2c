/* json_listener: one listener: every field of the table that has a JSON form. */
#ifndef REPORT_JSON_LISTENER_H
#define REPORT_JSON_LISTENER_H

#include <portmote/report.h>

#include <jansson.h>

json_t *json_listener(const struct pm_report *report, size_t i);

#endif

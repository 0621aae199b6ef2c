/* json_registry: what registry and what knowledge are in use, as JSON: portmote-snapshot(5). */
#ifndef REPORT_JSON_REGISTRY_H
#define REPORT_JSON_REGISTRY_H

#include <portmote/report.h>

int json_registry_print(const struct pm_report *report, const struct pm_report_options *options);

#endif

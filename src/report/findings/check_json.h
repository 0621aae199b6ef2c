/* check_json: where a snapshot breaks a policy, for the head of the document. */
#ifndef REPORT_CHECK_JSON_H
#define REPORT_CHECK_JSON_H

#include <portmote/report.h>

#include <jansson.h>

json_t *check_json(const struct pm_report *report);

#endif

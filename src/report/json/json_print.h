/* json_print: the document of an audit: its listeners are written one after the other. */
#ifndef REPORT_JSON_PRINT_H
#define REPORT_JSON_PRINT_H

#include "json/json.h"

/* That of an audit's: with what was looked for, the summary, and how a policy is kept. */
json_t *json_audit_head(const struct pm_report *report);

/* How many listeners have each verdict. */
json_t *json_summary(const struct pm_report *report);

/* Write `head`, which is released and may be NULL, with the list behind its last member. */
int json_print_list(json_t *head, const struct json_list *list,
		    const struct pm_report_options *options);

int json_print(const struct pm_report *report, const struct pm_report_options *options);

#endif

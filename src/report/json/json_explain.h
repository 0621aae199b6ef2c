/* json_explain: what is known of some ports, as JSON: portmote-snapshot(5). */
#ifndef REPORT_JSON_EXPLAIN_H
#define REPORT_JSON_EXPLAIN_H

#include <portmote/report.h>

int json_explain(const struct pm_report *report, const struct pm_report_options *options,
		 const struct pm_topic *topics, size_t count);

#endif

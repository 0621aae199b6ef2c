/*
 * prometheus: prometheus' text format, for the textfile collector of its node exporter. Series bear
 * what stays over restarts, and nothing else: each new pid would be a new series for ever.
 */
#ifndef REPORT_PROMETHEUS_H
#define REPORT_PROMETHEUS_H

#include <portmote/report.h>

int prometheus_print(const struct pm_report *report, const struct pm_report_options *options);

int prometheus_diff(const struct pm_comparison *comparison,
		    const struct pm_report_options *options);

#endif

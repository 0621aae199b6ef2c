/* formats: the functions in the table of formats that have a file of their own. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include <portmote/report.h>

int jsonl_print(const struct pm_report *report, const struct pm_report_options *options);
int csv_print(const struct pm_report *report, const struct pm_report_options *options);
int sarif_print(const struct pm_report *report, const struct pm_report_options *options);
int junit_print(const struct pm_report *report, const struct pm_report_options *options);
int tap_print(const struct pm_report *report, const struct pm_report_options *options);
int prometheus_print(const struct pm_report *report, const struct pm_report_options *options);
int html_print(const struct pm_report *report, const struct pm_report_options *options);

int jsonl_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);
int csv_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);
int sarif_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);
int junit_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);
int tap_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);
int prometheus_diff(const struct pm_comparison *comparison,
		    const struct pm_report_options *options);
int html_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

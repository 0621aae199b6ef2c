/*
 * html_diff: a page of what changed: how much and since when, the differences, what could not be
 * seen.
 */
#ifndef REPORT_HTML_DIFF_H
#define REPORT_HTML_DIFF_H

#include <portmote/report.h>

int html_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

/* html: the page of an audit. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <portmote/report.h>

int html_print(const struct pm_report *report, const struct pm_report_options *options);

#endif

/* text: tables and sentences for people; one record is one line. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <portmote/report.h>

int text_print(const struct pm_report *report, const struct pm_report_options *options);
#endif

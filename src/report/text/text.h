/* text: tables and sentences for people; one record is one line. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <portmote/report.h>

/* "registry: built in, ...", a line of its own. */
void text_registry(const struct pm_registry *registry, FILE *out);

int text_print(const struct pm_report *report, const struct pm_report_options *options);

#endif

/*
 * text_diff: what changed, for a mail: a head, a line for each difference, what could not be seen;
 * and nothing at all where there is nothing to be said.
 */
#ifndef REPORT_TEXT_DIFF_H
#define REPORT_TEXT_DIFF_H

#include <portmote/report.h>

int text_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

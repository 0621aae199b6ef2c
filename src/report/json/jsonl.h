/*
 * jsonl: JSON, a line for each listener, or each difference, as it stands in the document of
 * portmote-snapshot(5). The first line is the head of that document: what could not be seen stands
 * before anything else, and `listed` says how many lines follow, so that a file that was cut is
 * known for one.
 */
#ifndef REPORT_JSONL_H
#define REPORT_JSONL_H

#include <portmote/report.h>

int jsonl_print(const struct pm_report *report, const struct pm_report_options *options);

int jsonl_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

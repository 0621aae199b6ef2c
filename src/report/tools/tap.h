/*
 * tap: TAP, version 13: a test point for each listener, "not ok" by its findings; one for each that
 * a policy misses; and the first for what could be seen, "not ok" with each gap. That the rest is
 * still told is why a gap is no "Bail out!". Of what changed, a point for each difference, "not ok"
 * unless it is an upgrade.
 */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include <portmote/report.h>

int tap_print(const struct pm_report *report, const struct pm_report_options *options);

int tap_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

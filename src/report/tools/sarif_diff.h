/*
 * sarif_diff: what changed, as SARIF 2.1.0: a result for each difference, which is known again by
 * its fingerprint.
 *
 * They bear no baselineState (section 3.27.24): that compares the results of two
 * runs, and viewers put away as done with what is "absent". That a listener is gone is a result of
 * this run.
 */
#ifndef REPORT_SARIF_DIFF_H
#define REPORT_SARIF_DIFF_H

#include <portmote/report.h>

int sarif_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

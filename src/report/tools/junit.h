/*
 * junit: JUnit's XML, by the schema of Jenkins' xUnit plugin (jenkins-junit.xsd): a test case for
 * each listener, which fails by its findings; one for each that a policy misses; and one for what
 * could be seen, in which each gap is an error: a suite of which not all was looked at does not
 * pass. Of what changed, a case for each difference, which fails unless it is an upgrade.
 */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include <portmote/report.h>

int junit_print(const struct pm_report *report, const struct pm_report_options *options);

int junit_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif

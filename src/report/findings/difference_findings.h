/*
 * difference_findings: differences as findings: rules by their kind, fingerprints that stay over
 * restarts.
 */
#ifndef REPORT_DIFFERENCE_FINDINGS_H
#define REPORT_DIFFERENCE_FINDINGS_H

#include "findings/findings.h"

/*
 * The differences as findings, one for each in their order, of rules by their kind. `listener` is
 * that of difference_report(). 0 or -ENOMEM; release it in any case.
 */
int difference_findings(const struct pm_comparison *comparison, struct findings *ret);

#endif

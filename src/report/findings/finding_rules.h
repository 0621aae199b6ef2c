/* finding_rules: the rules that a finding can have, in words for those who never saw portmote. */
#ifndef REPORT_FINDING_RULES_H
#define REPORT_FINDING_RULES_H

#include "findings/findings.h"

/* By the words of SARIF 2.1.0, section 3.27.10. */
const char *finding_level_name(enum finding_level level); /* "note" */

#endif

/* check: what `portmote check` says; text.c and json_print.c ask for it where there is a check. */
#ifndef REPORT_CHECK_H
#define REPORT_CHECK_H

#include <portmote/report.h>

/* "wrong-owner: 0.0.0.0:22 tcp: 22 registered to ..., owned by ...", added to `ret`. */
void check_sentence(const struct pm_report *report, const struct pm_violation *violation,
		    struct pm_buf *ret);

/* All violations, each with what was expected and found, and the rule that would allow it. 0 or
 * -ENOMEM. */
int check_print(const struct pm_report *report, const struct pm_report_options *options);

/* "22/tcp", "6000-6063/tcp, ephemeral/udp": whom a rule speaks of; `comma` is ", " or ",". */
void check_add_ports(const struct pm_policy_rule *rule, const char *comma, struct pm_buf *ret);

/* Is it of a kind that a rule of the policy would allow? */
bool check_wants_rule(const struct pm_violation *violation);

/* What a person would write into the policy to have it allowed. */
void check_add_rule(const struct pm_report *report, const struct pm_violation *violation,
		    const char *indent, struct pm_buf *ret);

#endif

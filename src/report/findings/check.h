/* check: what `portmote check` says; text.c and json_print.c ask for it where there is a check. */
#ifndef REPORT_CHECK_H
#define REPORT_CHECK_H

#include <portmote/report.h>

#include <jansson.h>

/* "wrong-owner: 0.0.0.0:22 tcp: 22 registered to ..., owned by ...", added to `ret`. */
void check_sentence(const struct pm_report *report, const struct pm_breach *breach,
		    struct pm_buf *ret);

/* All violations, each with what was expected and found, and the rule that would allow it. 0 or
 * -ENOMEM. */
int check_print(const struct pm_report *report, const struct pm_report_options *options);

/* The same for the head of the document. */
json_t *check_json(const struct pm_report *report);

#endif

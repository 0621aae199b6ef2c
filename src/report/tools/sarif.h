/* sarif: what an audit's run and that of what changed share. */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include "findings/findings.h"

#include <jansson.h>

struct sarif_run {
	const struct pm_snapshot *snapshot; /* whose host and time it bears */
	const char *category;	       /* "", or "diff/": those of one do not close another's */
	size_t first_rule, rule_count; /* in finding_rules[] */
	json_t *notifications;	       /* these two are taken; NULL: no memory */
	json_t *results;
};

/* Section 3.58, of this level; `id` is of its descriptor. */
json_t *sarif_notification(const char *level, const char *id, const char *text);
json_t *sarif_gap(const struct pm_gap *gap, const char *when); /* "", or " before" */

/* Section 3.27. */
json_t *sarif_result(const struct pm_report *report, const struct finding *finding,
		     size_t first_rule);

/*
 * Write the document. The invocation was successful (section 3.20.14) where `is_complete`: what was
 * not is not called so, lest alerts are closed by it. 0, -ENOMEM or -errno.
 */
int sarif_write(const struct sarif_run *run, bool is_complete, FILE *out);

int sarif_print(const struct pm_report *report, const struct pm_report_options *options);

#endif

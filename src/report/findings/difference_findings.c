#include "findings/difference_findings.h"
#include "findings/difference.h"
#include "keys.h"

/* New or wider, and what is there would fail an audit too. */
static bool is_error(const struct pm_difference *difference, const struct pm_report *report,
		     size_t i)
{
	return difference->kind <= PM_DIFF_VERDICT && findings_fails(report, i);
}

static int difference_add_difference(const struct pm_comparison *comparison, size_t k,
				     struct findings *findings)
{
	const struct pm_difference *difference = &comparison->diff->items[k];
	struct pm_buf text = {0}, key = {0};
	size_t i;
	const struct pm_report *report = difference_report(comparison, difference, &i);

	pm_report_difference(comparison, k, &text);
	add_key(report, i, &key);
	int r = findings_add(report, findings, FINDING_RULES + (size_t)difference->kind, i, &text,
			     &key);
	if (r == 0 && is_error(difference, report, i))
		findings->items[k].level = FINDING_ERROR;
	pm_buf_release(&text);
	pm_buf_release(&key);
	return r;
}

int difference_findings(const struct pm_comparison *comparison, struct findings *ret)
{
	size_t count = comparison->diff ? comparison->diff->count : 0;

	*ret = (struct findings){0};
	for (size_t k = 0; k < count; k++) {
		int r = difference_add_difference(comparison, k, ret);
		if (r < 0)
			return r;
	}
	return findings_fold(ret);
}

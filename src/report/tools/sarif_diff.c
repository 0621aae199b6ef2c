#include "tools/sarif_diff.h"
#include "findings/difference.h"
#include "findings/difference_findings.h"
#include "json/json.h"
#include "tools/sarif.h"

/* What is said, in a notification of this level; nothing where there is nothing to say. */
static void push_sentence(json_t **array, const char *level, const char *id,
			  const struct pm_comparison *comparison,
			  void (*say)(const struct pm_comparison *comparison, struct pm_buf *ret))
{
	struct pm_buf text = {0};

	say(comparison, &text);
	if (text.failed)
		json_push(array, NULL);
	else if (text.len)
		json_push(array, sarif_notification(level, id, pm_buf_text(&text)));
	pm_buf_release(&text);
}

static json_t *sarif_diff_notifications(const struct pm_comparison *comparison)
{
	json_t *array = json_array();
	const char *when;
	const struct pm_gap *gap;

	push_sentence(&array, "note", comparison->before ? "since" : "recorded", comparison,
		      difference_summary);
	push_sentence(&array, "error", "unseen", comparison, difference_unseen);
	for (size_t i = 0; (gap = difference_gap(comparison, i, &when)); i++)
		json_push(&array, sarif_gap(gap, when));
	return array;
}

static json_t *sarif_diff_results(const struct pm_comparison *comparison)
{
	struct findings findings;
	int r = difference_findings(comparison, &findings);
	json_t *array = r < 0 ? NULL : json_array();

	for (size_t k = 0; k < findings.count && array; k++) {
		size_t i;
		const struct pm_report *report =
			difference_report(comparison, &comparison->diff->items[k], &i);

		if (findings.items[k].first == k)
			json_push(&array, sarif_result(report, &findings.items[k], FINDING_RULES));
	}
	findings_release(&findings);
	return array;
}

int sarif_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	json_begin();
	struct sarif_run run = {
		.snapshot = comparison->after->snapshot,
		.category = "diff/",
		.first_rule = FINDING_RULES,
		.rule_count = PM_DIFFS,
		.notifications = sarif_diff_notifications(comparison),
		.results = sarif_diff_results(comparison),
	};
	return sarif_write(&run, difference_is_complete(comparison), options->out);
}

#include "json/jsonl.h"
#include "json/json_diff.h"
#include "json/json.h"
#include "json/json_listener.h"
#include "json/json_print.h"
#include "keys.h"

static json_t *make_head(const struct pm_report *report, unsigned only)
{
	json_t *head = json_audit_head(report);
	size_t listed = 0;

	for (size_t i = 0; i < report->snapshot->listener_count; i++)
		listed += is_listed(report, only, i);
	json_put(&head, "listed", json_number(listed));
	return head;
}

int jsonl_print(const struct pm_report *report, const struct pm_report_options *options)
{
	int r = 0;

	if (options->header)
		r = json_write_line(make_head(report, options->only), options->out);
	for (size_t i = 0; i < report->snapshot->listener_count && r == 0; i++)
		if (is_listed(report, options->only, i))
			r = json_write_line(json_listener(report, i), options->out);
	return r;
}

static json_t *make_diff_head(const struct pm_comparison *comparison)
{
	json_t *head = json_diff_head(comparison);
	size_t listed = comparison->diff ? comparison->diff->count : 0;
	json_put(&head, "listed", json_number(listed));
	return head;
}

int jsonl_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	int r = 0;

	if (options->header)
		r = json_write_line(make_diff_head(comparison), options->out);
	for (size_t k = 0; comparison->diff && k < comparison->diff->count && r == 0; k++)
		r = json_write_line(json_difference(comparison, k), options->out);
	return r;
}

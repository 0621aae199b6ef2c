#include "json/json_diff.h"
#include "json/json_print.h"

static json_t *json_evidence(const struct pm_file *file)
{
	json_t *object = json_object();
	bool ok = json_put(object, "device", json_integer((json_int_t)file->device)) &&
		  json_put(object, "inode", json_integer((json_int_t)file->inode)) &&
		  json_put(object, "size", json_integer((json_int_t)file->size)) &&
		  json_put(object, "modified", json_time(true, file->modified));

	return json_whole(object, ok);
}

static json_t *json_fact(const struct pm_fact_change *fact)
{
	json_t *object = json_object();
	bool ok = json_put(object, "fact", json_text(fact->what)) &&
		  json_put(object, "from",
			   fact->from_file ? json_evidence(fact->from_file)
					   : json_text(fact->from)) &&
		  json_put(object, "to",
			   fact->to_file ? json_evidence(fact->to_file) : json_text(fact->to));

	return json_whole(object, ok);
}

static json_t *json_facts(const struct pm_difference *difference)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < difference->fact_count && ok; i++)
		ok = json_push(array, json_fact(&difference->facts[i]));
	return json_whole(array, ok);
}

static json_t *json_side(const struct pm_report *report, size_t i)
{
	return i == PM_NO_LISTENER ? json_null() : json_listener(report, i);
}

json_t *json_difference(const struct pm_comparison *comparison, size_t k)
{
	const struct pm_difference *difference = &comparison->diff->items[k];
	struct pm_buf text = {0};

	pm_report_difference(comparison, k, &text);
	json_t *object = json_object();
	bool ok = !text.failed &&
		  json_put(object, "change", json_text(pm_diff_name(difference->kind))) &&
		  json_put(object, "text", json_text(pm_buf_text(&text))) &&
		  json_put(object, "facts", json_facts(difference)) &&
		  json_put(object, "before", json_side(comparison->before, difference->before)) &&
		  json_put(object, "after", json_side(comparison->after, difference->after));
	pm_buf_release(&text);
	return json_whole(object, ok);
}

/* How many differences there are of each kind. */
static json_t *json_counts(const struct pm_diff *diff)
{
	size_t count[PM_DIFFS] = {0};
	json_t *object = json_object();
	bool ok = object;

	for (size_t k = 0; diff && k < diff->count; k++)
		count[diff->items[k].kind]++;
	for (int kind = 0; kind < PM_DIFFS && ok; kind++)
		ok = json_put(object, pm_diff_name((enum pm_diff_kind)kind),
			      json_integer((json_int_t)count[kind]));
	return json_whole(object, ok);
}

json_t *json_diff_head(const struct pm_comparison *comparison)
{
	const struct pm_diff *diff = comparison->diff;
	json_t *head = json_head(comparison->after);
	bool ok = json_put(head, "since",
			   comparison->before ? json_head(comparison->before) : json_null()) &&
		  json_put(head, "recorded_in", json_text(comparison->state)) &&
		  json_put(head, "unseen", json_integer(diff ? (json_int_t)diff->unseen : 0)) &&
		  json_put(head, "counts", json_counts(diff));

	return json_whole(head, ok);
}

static json_t *difference_item(const void *data, size_t i)
{
	return json_difference(data, i);
}

int json_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	const struct json_list list = {"differences",
				       comparison->diff ? comparison->diff->count : 0, NULL,
				       difference_item, comparison};

	return json_print_list(json_diff_head(comparison), &list, options);
}

#include "json/json_diff.h"
#include "json/json.h"
#include "json/json_head.h"
#include "json/json_listener.h"
#include "json/json_print.h"
#include "json/json_process.h"

static json_t *json_fact_side(const struct pm_file *file, const char *text)
{
	return file ? json_file_state(true, file) : json_text(text);
}

static json_t *json_fact(const struct pm_fact_change *fact)
{
	json_t *object = json_object();

	json_put(&object, "fact", json_text(fact->what));
	json_put(&object, "from", json_fact_side(fact->from_file, fact->from));
	json_put(&object, "to", json_fact_side(fact->to_file, fact->to));
	return object;
}

static json_t *json_facts(const struct pm_difference *difference)
{
	json_t *array = json_array();

	for (size_t i = 0; i < difference->fact_count; i++)
		json_push(&array, json_fact(&difference->facts[i]));
	return array;
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

	json_put(&object, "change", json_text(pm_diff_name(difference->kind)));
	json_put(&object, "text", json_of_buf(&text));
	json_put(&object, "facts", json_facts(difference));
	json_put(&object, "before", json_side(comparison->before, difference->before));
	json_put(&object, "after", json_side(comparison->after, difference->after));
	return object;
}

/* How many differences there are of each kind. */
static json_t *json_counts(const struct pm_diff *diff)
{
	size_t count[PM_DIFFS] = {0};
	json_t *object = json_object();

	for (size_t k = 0; diff && k < diff->count; k++)
		count[diff->items[k].kind]++;
	for (int kind = 0; kind < PM_DIFFS; kind++)
		json_put(&object, pm_diff_name((enum pm_diff_kind)kind), json_number(count[kind]));
	return object;
}

json_t *json_diff_head(const struct pm_comparison *comparison)
{
	const struct pm_diff *diff = comparison->diff;
	json_t *head = json_head(comparison->after);

	json_put(&head, "since", comparison->before ? json_head(comparison->before) : json_null());
	json_put(&head, "recorded_in", json_text(comparison->state));
	json_put(&head, "unseen", json_number(diff ? diff->unseen : 0));
	json_put(&head, "counts", json_counts(diff));
	return head;
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

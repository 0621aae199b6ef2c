#include "json/json_head.h"
#include "json/json.h"
#include "json/json_facts.h"

static json_t *json_gaps(const struct pm_coverage *coverage)
{
	json_t *array = json_array();

	for (size_t i = 0; i < coverage->gap_count; i++) {
		const struct pm_gap *gap = &coverage->gaps[i];
		json_t *object = json_object();

		json_put(&object, "what", json_text(pm_gap_what_name(gap->what)));
		json_put(&object, "why", json_text(pm_gap_why_name(gap->why)));
		json_put(&object, "count", json_number(gap->count));
		json_put(&object, "detail", json_text(gap->detail));
		json_push(&array, object);
	}
	return array;
}

static json_t *json_notes(const struct pm_notes *notes)
{
	json_t *array = json_array();

	for (size_t i = 0; i < notes->count; i++)
		json_push(&array, json_text(notes->text[i]));
	return array;
}

/* By which means the facts were found. */
static json_t *json_means(const struct pm_coverage *coverage)
{
	json_t *object = json_object();

	json_put(&object, "sockets", json_text(coverage->sockets));
	json_put(&object, "holders", json_text(coverage->holders));
	json_put(&object, "bpf_refused", json_text(coverage->bpf_refused));
	return object;
}

static json_t *json_coverage(const struct pm_coverage *coverage)
{
	json_t *object = json_object();

	json_put(&object, "complete", json_boolean(!coverage->gap_count));
	json_put(&object, "sources", json_means(coverage));
	json_put(&object, "transient", json_number(coverage->transient));
	json_put(&object, "unreadable", json_number(coverage->unreadable));
	json_put(&object, "incomplete", json_gaps(coverage));
	json_put(&object, "redirections", json_notes(&coverage->redirections));
	json_put(&object, "not_checked", json_notes(&coverage->not_checked));
	return object;
}

static json_t *json_range(const struct pm_netns *netns)
{
	return netns->has_ephemeral
		       ? json_pack("[i, i]", netns->ephemeral_first, netns->ephemeral_last)
		       : json_null();
}

static json_t *json_namespaces(const struct pm_snapshot *snapshot)
{
	json_t *array = json_array();

	for (size_t i = 0; i < snapshot->netns_count; i++) {
		const struct pm_netns *netns = &snapshot->netns[i];
		json_t *object = json_netns_object(netns);

		json_put(&object, "ephemeral_range", json_range(netns));
		json_put(&object, "closed", json_boolean(netns->is_closed));
		json_push(&array, object);
	}
	return array;
}

json_t *json_registry(const struct pm_registry *registry)
{
	json_t *object = json_object();

	json_put(&object, "source", json_text(pm_registry_source(registry)));
	json_put(&object, "date", json_filled(pm_registry_date(registry)));
	json_put(&object, "rows", json_number(pm_registry_rows(registry)));
	return object;
}

json_t *json_head(const struct pm_report *report)
{
	const struct pm_snapshot *snapshot = report->snapshot;

	json_begin();
	json_t *object = json_object();
	json_put(&object, "portmote", json_integer(1));
	json_put(&object, "host", json_text(snapshot->host));
	json_put(&object, "time", json_time(true, snapshot->time));
	json_put(&object, "namespaces", json_namespaces(snapshot));
	json_put(&object, "registry", json_registry(report->registry));
	json_put(&object, "coverage", json_coverage(&snapshot->coverage));
	return object;
}

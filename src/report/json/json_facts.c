#include "json/json_facts.h"
#include "json/json.h"
#include "json/json_process.h"

json_t *json_transports(uint8_t transports)
{
	json_t *array = json_array();

	for (int i = 0; i < PM_TRANSPORTS; i++)
		if (transports >> i & 1)
			json_push(&array, json_text(pm_transport_name((enum pm_transport)i)));
	return array;
}

/* What the registry leaves empty is unknown. */
json_t *json_registration(const struct pm_registry *registry, uint32_t index)
{
	struct pm_registration row = pm_registry_row(registry, index);
	json_t *object = json_object();

	json_put(&object, "name", json_filled(row.name));
	json_put(&object, "description", json_filled(row.description));
	json_put(&object, "assignee", json_filled(row.assignee));
	json_put(&object, "registered", json_filled(row.registered));
	json_put(&object, "modified", json_filled(row.modified));
	json_put(&object, "reference", json_filled(row.reference));
	json_put(&object, "unauthorized", json_filled(row.unauthorized));
	json_put(&object, "alias_of", json_filled(row.alias_of));
	json_put(&object, "deassigned", json_filled(row.deassigned));
	json_put(&object, "status", json_text(pm_status_name(row.status)));
	json_put(&object, "historic", json_boolean(row.historic));
	json_put(&object, "first", json_number(row.first));
	json_put(&object, "last", json_number(row.last));
	json_put(&object, "transports", json_transports(row.transports));
	json_put(&object, "row", json_number(row.row));
	return object;
}

json_t *json_registrations(const struct pm_report *report, size_t i)
{
	const struct pm_label *label = &report->labels[i];
	json_t *array = json_array();

	for (size_t k = 0; k < label->row_count; k++)
		json_push(&array, json_registration(report->registry, label->rows[k]));
	return array;
}

json_t *json_netns_object(const struct pm_netns *netns)
{
	json_t *object = json_object();

	json_put(&object, "inode", json_number_if(netns->inode, netns->inode));
	json_put(&object, "label", json_text(netns->label));
	return object;
}

json_t *json_netns(const struct pm_report *report, size_t i)
{
	const struct pm_snapshot *snapshot = report->snapshot;

	return json_netns_object(pm_listener_netns(snapshot, &snapshot->listeners[i]));
}

json_t *json_v6only(const struct pm_report *report, size_t i)
{
	return json_known(report->snapshot->listeners[i].v6only);
}

json_t *json_device_gone(const struct pm_report *report, size_t i)
{
	return json_known(report->snapshot->listeners[i].is_device_gone);
}

json_t *json_holders(const struct pm_report *report, size_t i)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];
	json_t *array = json_array();

	for (size_t k = 0; k < listener->holders; k++)
		json_push(&array, json_process(pm_holder(report->snapshot, listener, k)));
	return array;
}

/* Who may have a listener open that nobody is known to hold. */
json_t *json_suspects(const struct pm_report *report, size_t i)
{
	const struct pm_snapshot *snapshot = report->snapshot;
	bool is_unheld = !pm_is_owned(&snapshot->listeners[i]);
	json_t *array = json_array();

	for (size_t k = 0; k < snapshot->suspect_count && is_unheld; k++) {
		const struct pm_suspect *suspect = &snapshot->suspects[k];
		json_t *object = json_process(&snapshot->processes[suspect->process]);

		json_put(&object, "why", json_text(pm_suspicion_name(suspect->why)));
		json_push(&array, object);
	}
	return array;
}

json_t *json_owner(const struct pm_report *report, size_t i)
{
	const struct pm_listener *listener = &report->snapshot->listeners[i];
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	const struct pm_process *owner = verdict->owner;
	json_t *object = json_object();

	json_put(&object, "kind", json_text(pm_owner_kind_name(listener->owner)));
	json_put(&object, "pid", owner ? json_integer(owner->pid) : json_null());
	json_put(&object, "exe", json_text(owner ? owner->exe.path : NULL));
	json_put(&object, "program", json_text(verdict->program));
	json_put(&object, "behind", json_text(verdict->behind));
	json_put(&object, "service", json_text(listener->service));
	return object;
}

static json_t *json_reason(const char *rule, const char *evidence, json_t *source)
{
	json_t *object = json_object();

	json_put(&object, "rule", json_text(rule));
	json_put(&object, "evidence", json_text(evidence));
	json_put(&object, "source", source);
	return object;
}

/* The policy's rule that allows it. */
static json_t *json_allowed(const struct pm_report *report, const struct pm_policy_rule *rule)
{
	struct pm_buf source = {0};

	pm_buf_printf(&source, "%s:%zu", report->policy->path, rule->line);
	return json_reason("policy", rule->why, json_of_buf(&source));
}

json_t *json_reasons(const struct pm_report *report, size_t i)
{
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	json_t *array = json_array();

	for (size_t k = 0; k < verdict->reason_count; k++) {
		const struct pm_reason *reason = &verdict->reasons[k];

		json_push(&array, json_reason(pm_rule_name(reason->rule), reason->evidence,
					      json_text(reason->source)));
	}
	if (report->check && report->check->rules[i])
		json_push(&array, json_allowed(report, report->check->rules[i]));
	return array;
}

static json_t *json_flag(enum pm_flag flag)
{
	json_t *object = json_object();

	json_put(&object, "flag", json_text(pm_flag_name(flag)));
	json_put(&object, "severity", json_text(pm_severity_name(pm_flag_severity(flag))));
	return object;
}

json_t *json_flags(const struct pm_report *report, size_t i)
{
	json_t *array = json_array();

	for (int flag = 0; flag < PM_FLAGS; flag++)
		if (report->judgement->verdicts[i].flags >> flag & 1)
			json_push(&array, json_flag((enum pm_flag)flag));
	return array;
}

#include "findings/check_json.h"
#include "findings/check.h"
#include "json/json.h"

static json_t *json_rule(const struct pm_policy_rule *rule)
{
	struct pm_buf ports = {0};

	if (!rule)
		return json_null();
	check_add_ports(rule, ", ", &ports);
	json_t *object = json_object();

	json_put(&object, "line", json_number(rule->line));
	json_put(&object, "column", json_number(rule->column));
	json_put(&object, "ports", json_of_buf(&ports));
	json_put(&object, "why", json_text(rule->why));
	json_put(&object, "expires", json_text(rule->expires));
	return object;
}

/* The whole listener is among `listeners`, at this place. */
static json_t *json_violation(const struct pm_report *report, const struct pm_violation *violation)
{
	struct pm_buf text = {0}, rule = {0};
	json_t *object = json_object();

	check_sentence(report, violation, &text);
	if (check_wants_rule(violation))
		check_add_rule(report, violation, "", &rule);
	json_put(&object, "kind", json_text(pm_violation_name(violation->kind)));
	json_put(&object, "text", json_of_buf(&text));
	json_put(&object, "listener",
		 json_number_if(violation->listener != PM_NO_LISTENER, violation->listener));
	json_put(&object, "rule", json_rule(violation->rule));
	json_put(&object, "expected", json_text(violation->expected));
	json_put(&object, "found", json_text(violation->found));
	json_put(&object, "to_allow", json_of_buf(&rule));
	return object;
}

json_t *check_json(const struct pm_report *report)
{
	const struct pm_check *check = report->check;
	json_t *object = json_object(), *violations = json_array(), *unused = json_array();
	json_t *unsought = json_array();

	for (size_t i = 0; i < check->violation_count; i++)
		json_push(&violations, json_violation(report, &check->violations[i]));
	for (size_t i = 0; i < check->unused_count; i++)
		json_push(&unused, json_rule(check->unused[i]));
	for (size_t i = 0; i < check->unsought_count; i++)
		json_push(&unsought, json_rule(check->unsought[i]));
	json_put(&object, "path", json_text(report->policy->path));
	json_put(&object, "violations", violations);
	json_put(&object, "unused", unused);
	json_put(&object, "not_looked_for", unsought);
	return object;
}

/*
 * A policy of any bytes: refused with one sentence that has the place, or a policy whose every
 * text is in the alphabet, whose ports are in order, and that a snapshot can be held to.
 */
#include <portmote/policy.h>

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
	if (!condition)
		abort();
}

static void check_text(const char *text)
{
	for (; text && *text; text++)
		demand(*text >= 0x20 && *text <= 0x7e);
}

static void check_rule(const struct pm_policy_rule *rule)
{
	demand(rule->line && rule->column && rule->port_count);
	demand(rule->exposure < PM_EXPOSURES);
	demand(!rule->expires == !rule->expired);
	for (size_t i = 0; i < rule->port_count; i++) {
		const struct pm_policy_port *port = &rule->ports[i];

		demand(port->protocol == PM_PROTOCOL_TCP || port->protocol == PM_PROTOCOL_UDP);
		demand(port->is_ephemeral || (port->first && port->first <= port->last));
	}
	for (size_t i = 0; i < rule->owner_count; i++) {
		const struct pm_policy_owner *owner = &rule->owners[i];

		demand(owner->exe || owner->program || owner->unit || owner->user ||
		       owner->container || owner->kernel);
		check_text(owner->exe);
		check_text(owner->program);
		check_text(owner->unit);
		check_text(owner->user);
		check_text(owner->container);
		check_text(owner->kernel);
	}
	check_text(rule->netns);
	check_text(rule->why);
	check_text(rule->expires);
}

/* One listener of a process in a container, one of the kernel's, one of nobody's. */
static void hold(const struct pm_policy *policy)
{
	static struct pm_process process = {
		.pid = 1,
		.has_uid = true,
		.user = "root",
		.unit = "a.service",
		.exe = {.path = "/usr/bin/a"},
		.container = {.runtime = "docker", .id = "a", .name = "b"},
	};
	static struct pm_netns netns = {
		.label = "host", .ephemeral_last = 9, .has_ephemeral = true};
	struct pm_listener listeners[] = {
		{.port = 22, .owner = PM_OWNER_PROCESS},
		{.port = 2, .owner = PM_OWNER_KERNEL, .protocol = PM_PROTOCOL_UDP},
		{.port = 1, .owner = PM_OWNER_NONE},
	};
	struct pm_verdict verdicts[PM_COUNT(listeners)] = {{.owner = &process, .program = "a"}};
	struct pm_label labels[PM_COUNT(listeners)] = {{.exposure = PM_EXPOSURE_ANY}};
	struct pm_snapshot snapshot = {.netns = &netns,
				       .netns_count = 1,
				       .listeners = listeners,
				       .listener_count = PM_COUNT(listeners),
				       .time = 1800000000};
	struct pm_judgement judgement = {.verdicts = verdicts, .count = PM_COUNT(listeners)};
	struct pm_check check;

	demand(pm_policy_check(policy, &snapshot, labels, &judgement, &check) == 0);
	demand(check.violation_count <= PM_COUNT(listeners) + policy->rule_count);
	for (size_t i = 0; i < check.violation_count; i++) {
		demand(check.violations[i].listener < PM_COUNT(listeners) ||
		       check.violations[i].rule);
		check_text(check.violations[i].expected);
		check_text(check.violations[i].found);
	}
	pm_check_release(&check);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pm_policy policy;
	struct pm_error err = {""};

	int r = pm_policy_parse("fuzz", (const char *)data, size, pm_registry_builtin(), &policy,
				&err);
	demand(r == 0 || r == -EINVAL);
	demand((r == 0) == !*err.text && (r == 0 || !strncmp(err.text, "fuzz:", 5)));
	check_text(err.text);
	for (size_t i = 0; r == 0 && i < policy.rule_count; i++)
		check_rule(&policy.rules[i]);
	if (r == 0)
		hold(&policy);
	pm_policy_release(&policy);
	return 0;
}

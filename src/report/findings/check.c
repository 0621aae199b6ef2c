/* Where a snapshot breaks a policy, in words: all of it at once. */
#include "findings/check.h"
#include "keys.h"

#include <errno.h>

static void add_place(const struct pm_report *report, size_t i, struct pm_buf *ret)
{
	static const char *const names[] = {"netns", "local", "protocol"};
	const struct pm_snapshot *snapshot = report->snapshot;
	bool is_first = pm_listener_netns(snapshot, &snapshot->listeners[i]) == snapshot->netns;

	for (size_t k = is_first; k < PM_COUNT(names); k++) {
		pm_buf_puts(ret, k > is_first ? " " : "");
		add_field(report, i, names[k], ret);
	}
}

static void check_add_line(const struct pm_report *report, const struct pm_policy_rule *rule,
			   struct pm_buf *ret)
{
	pm_buf_printf(ret, "%s:%zu", report->policy->path, rule->line);
}

void check_add_ports(const struct pm_policy_rule *rule, const char *comma, struct pm_buf *ret)
{
	for (size_t i = 0; i < rule->port_count; i++) {
		const struct pm_policy_port *port = &rule->ports[i];

		pm_buf_puts(ret, i ? comma : "");
		if (port->is_ephemeral)
			pm_buf_puts(ret, "ephemeral");
		else
			pm_buf_number(ret, port->first);
		if (!port->is_ephemeral && port->last != port->first)
			pm_buf_printf(ret, "-%u", port->last);
		pm_buf_printf(ret, "/%s", pm_protocol_name(port->protocol));
	}
}

/* What is wrong, and by which rule. */
static void add_fault(const struct pm_report *report, const struct pm_violation *violation,
		      struct pm_buf *ret)
{
	if (violation->expected)
		pm_buf_printf(ret, "expected %s", violation->expected);
	if (violation->found)
		pm_buf_printf(ret, "%sfound %s", violation->expected ? ", " : "", violation->found);
	if (!violation->rule)
		return;
	pm_buf_puts(ret, violation->expected || violation->found ? " (" : "(");
	check_add_line(report, violation->rule, ret);
	pm_buf_puts(ret, ")");
	if (violation->rule->why)
		pm_buf_printf(ret, ": %s", violation->rule->why);
}

void check_sentence(const struct pm_report *report, const struct pm_violation *violation,
		    struct pm_buf *ret)
{
	pm_buf_printf(ret, "%s: ", pm_violation_name(violation->kind));
	if (violation->listener == PM_NO_LISTENER) {
		check_add_ports(violation->rule, ", ", ret);
	} else {
		add_place(report, violation->listener, ret);
		pm_buf_puts(ret, ": ");
		pm_report_sentence(report, violation->listener, ret);
	}
}

bool check_wants_rule(const struct pm_violation *violation)
{
	return violation->kind == PM_VIOLATION_NOT_ALLOWED ||
	       violation->kind == PM_VIOLATION_OWNER || violation->kind == PM_VIOLATION_EXPOSURE;
}

void check_add_rule(const struct pm_report *report, const struct pm_violation *violation,
		    const char *indent, struct pm_buf *ret)
{
	struct pm_judged judged = pm_report_judged(report);

	pm_policy_rule(&judged, violation->listener, indent, ret);
}

static void check_add_violation(const struct pm_report *report,
				const struct pm_violation *violation, struct pm_buf *ret)
{
	struct pm_buf fault = {0}, rule = {0};

	check_sentence(report, violation, ret);
	pm_buf_puts(ret, "\n");
	add_fault(report, violation, &fault);
	if (fault.len)
		pm_buf_printf(ret, "  %s\n", pm_buf_text(&fault));
	if (check_wants_rule(violation))
		check_add_rule(report, violation, "    ", &rule);
	if (rule.len)
		pm_buf_printf(ret, "  to allow it:\n%s", pm_buf_text(&rule));
	ret->failed |= fault.failed | rule.failed;
	pm_buf_release(&fault);
	pm_buf_release(&rule);
}

/* Nothing is said of what was not looked for, but that. */
static void add_unsought(const struct pm_report *report, struct pm_buf *ret)
{
	const struct pm_check *check = report->check;

	for (size_t i = 0; i < check->unsought_count; i++) {
		pm_buf_puts(ret, "not looked for: ");
		check_add_ports(check->unsought[i], ", ", ret);
		pm_buf_puts(ret, " (");
		check_add_line(report, check->unsought[i], ret);
		pm_buf_puts(ret, ")\n");
	}
}

static void add_summary(const struct pm_report *report, struct pm_buf *ret)
{
	const struct pm_check *check = report->check;

	pm_buf_printf(ret, "%zu violation%s; ", check->violation_count,
		      pm_plural(check->violation_count, "", "s"));
	pm_buf_printf(ret, "policy: %s, %zu rule%s", report->policy->path,
		      report->policy->rule_count, pm_plural(report->policy->rule_count, "", "s"));
	for (size_t i = 0; i < check->unused_count; i++) {
		pm_buf_puts(ret, i ? ", " : ", of which these matched nothing: line ");
		pm_buf_number(ret, check->unused[i]->line);
	}
	pm_buf_puts(ret, "\n");
}

int check_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct pm_buf text = {0};

	for (size_t i = 0; i < report->check->violation_count; i++)
		check_add_violation(report, &report->check->violations[i], &text);
	add_unsought(report, &text);
	if (options->header)
		add_summary(report, &text);
	fwrite(pm_buf_text(&text), 1, text.len, options->out);
	int r = text.failed ? -ENOMEM : 0;
	pm_buf_release(&text);
	return r;
}

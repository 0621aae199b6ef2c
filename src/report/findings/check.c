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
static void add_fault(const struct pm_report *report, const struct pm_breach *breach,
		      struct pm_buf *ret)
{
	if (breach->expected)
		pm_buf_printf(ret, "expected %s", breach->expected);
	if (breach->found)
		pm_buf_printf(ret, "%sfound %s", breach->expected ? ", " : "", breach->found);
	if (!breach->rule)
		return;
	pm_buf_puts(ret, breach->expected || breach->found ? " (" : "(");
	check_add_line(report, breach->rule, ret);
	pm_buf_puts(ret, ")");
	if (breach->rule->why)
		pm_buf_printf(ret, ": %s", breach->rule->why);
}

void check_sentence(const struct pm_report *report, const struct pm_breach *breach,
		    struct pm_buf *ret)
{
	pm_buf_printf(ret, "%s: ", pm_breach_name(breach->kind));
	if (breach->listener == PM_NO_LISTENER) {
		check_add_ports(breach->rule, ", ", ret);
	} else {
		add_place(report, breach->listener, ret);
		pm_buf_puts(ret, ": ");
		pm_report_sentence(report, breach->listener, ret);
	}
}

bool check_wants_rule(const struct pm_breach *breach)
{
	return breach->kind == PM_BREACH_NOT_ALLOWED || breach->kind == PM_BREACH_OWNER ||
	       breach->kind == PM_BREACH_EXPOSURE;
}

void check_add_rule(const struct pm_report *report, const struct pm_breach *breach,
		    const char *indent, struct pm_buf *ret)
{
	struct pm_judged judged = pm_report_judged(report);

	pm_policy_rule(&judged, breach->listener, indent, ret);
}

static void check_add_breach(const struct pm_report *report, const struct pm_breach *breach,
			     struct pm_buf *ret)
{
	struct pm_buf fault = {0}, rule = {0};

	check_sentence(report, breach, ret);
	pm_buf_puts(ret, "\n");
	add_fault(report, breach, &fault);
	if (fault.len)
		pm_buf_printf(ret, "  %s\n", pm_buf_text(&fault));
	if (check_wants_rule(breach))
		check_add_rule(report, breach, "    ", &rule);
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

	pm_buf_printf(ret, "%zu violation%s; ", check->breach_count,
		      pm_plural(check->breach_count, "", "s"));
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

	for (size_t i = 0; i < report->check->breach_count; i++)
		check_add_breach(report, &report->check->breaches[i], &text);
	add_unsought(report, &text);
	if (options->header)
		add_summary(report, &text);
	fwrite(pm_buf_text(&text), 1, text.len, options->out);
	int r = text.failed ? -ENOMEM : 0;
	pm_buf_release(&text);
	return r;
}

/* What is known of a port, and what is on it here, for somebody who never heard of it. */
#include "explain/explain.h"
#include "explain/explain_here.h"
#include "explain/explain_known.h"
#include "explain/explain_registry.h"
#include "keys.h"

#include <errno.h>

enum { DEFAULT_WIDTH = 80 };

/* ---- the number -------------------------------------------------------------------- */

static const char *const range_words[PM_RANGES] = {
	[PM_RANGE_SYSTEM] = "0 to 1023 are the system ports (RFC 6335): IANA gives them out only "
			    "after a review "
			    "by the IETF, and on Linux a program needs a right "
			    "(CAP_NET_BIND_SERVICE) to listen "
			    "there, unless the host has lowered that limit.",
	[PM_RANGE_USER] =
		"1024 to 49151 are the user ports (RFC 6335): IANA gives them to whoever asks for "
		"one with a reason, and any user of the host may listen there.",
	[PM_RANGE_DYNAMIC] =
		"49152 to 65535 are the dynamic ports (RFC 6335): IANA gives them to nobody, on "
		"purpose, so that programs can take them for a moment or by agreement. So it means "
		"nothing that nothing is registered here.",
};

/* The other two. */
static const char *const beside_words[PM_RANGES] = {
	[PM_RANGE_SYSTEM] =
		"Above them are the user ports, up to 49151, which are registered too, and "
		"the dynamic ones, which are not.",
	[PM_RANGE_USER] =
		"Below them are the system ports, for which a program needs a right, above "
		"them, from 49152 on, the dynamic ones, which nobody registers.",
	[PM_RANGE_DYNAMIC] =
		"Below them are the system ports, up to 1023, and the user ports, which "
		"are registered.",
};

/* For who finds something there under a registered name. */
static void explain_meaning(struct explanation *explain)
{
	bool is_used = false;

	for (size_t i = 0; i < explain->assigned; i++)
		is_used |= explain->entries[i].life.liveness == PM_IN_USE;
	wrap_puts(&explain->wrap,
		  "A registration says who asked for the number, not what listens there: nothing "
		  "enforces it. Nor does a firewall's rule for the number: it lets through, or "
		  "stops, whatever listens there.");
	wrap_printf(&explain->wrap,
		    "What does is %s a program of somebody's own that took a free number, a game "
		    "or a program that shares files, now and then malware; scanners call it by the "
		    "registered name all the same.",
		    is_used ? "not always what was registered: it may be" : "mostly");
}

static void explain_number(struct explanation *explain)
{
	const struct pm_topic *topic = explain->topic;
	const struct pm_netns *netns = &explain->report->snapshot->netns[0];
	struct wrap *wrap = &explain->wrap;

	wrap_paragraph(wrap, 0);
	for (int range = (int)pm_range_of(topic->first); range <= (int)pm_range_of(topic->last);
	     range++)
		wrap_puts(wrap, range_words[range]);
	if (pm_range_of(topic->first) == pm_range_of(topic->last))
		wrap_puts(wrap, beside_words[pm_range_of(topic->first)]);
	if (!topic->first)
		wrap_puts(wrap,
			  "No socket listens on port 0: a program that asks for it is given a "
			  "free port by the kernel.");
	if (explain->assigned)
		explain_meaning(explain);
	if (netns->has_ephemeral && topic->first <= netns->ephemeral_last &&
	    topic->last >= netns->ephemeral_first)
		wrap_printf(
			wrap,
			"This host's kernel gives ports of %u to %u to programs that do not ask "
			"for a certain one, so any program's socket may be here for a moment.",
			netns->ephemeral_first, netns->ephemeral_last);
}

/* Who the owners are, by ps(1): since when, by whom started, with which arguments. */
static void explain_look_at_owners(struct explanation *explain)
{
	const struct pm_report *report = explain->report;
	char line[160] = "ps -o pid,ppid,user,lstart,args -p ";
	size_t len = strlen(line), shown = 0;
	int last = 0;

	for (size_t i = 0; i < report->snapshot->listener_count && len < sizeof(line) - 16; i++) {
		const struct pm_process *owner = report->judgement->verdicts[i].owner;

		if (!owner || owner->pid == last ||
		    !pm_topic_has(explain->topic, report->snapshot, i))
			continue;
		last = owner->pid;
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%s%d", shown++ ? "," : "",
					owner->pid);
	}
	if (shown)
		wrap_verbatim(&explain->wrap, EXPLAIN_INDENT, line);
}

/* On a machine that has neither portmote nor ss(8). */
static void explain_look_elsewhere(struct explanation *explain)
{
	char line[64];

	if (!topic_is_one_port(explain->topic))
		return;
	wrap_paragraph(&explain->wrap, 0);
	wrap_puts(&explain->wrap, "On macOS that is the line with lsof; on Windows these tell the "
				  "process, then the program of process PID:");
	snprintf(line, sizeof(line), "netstat -ano | findstr /c:\":%u \"", explain->topic->first);
	wrap_verbatim(&explain->wrap, EXPLAIN_INDENT, line);
	wrap_verbatim(&explain->wrap, EXPLAIN_INDENT, "tasklist /svc /fi \"pid eq PID\"");
}

/* The same question, put to the tools that every host has. */
static void explain_look(struct explanation *explain)
{
	const struct pm_topic *topic = explain->topic;
	bool tcp = topic->transports >> PM_TCP & 1, udp = topic->transports >> PM_UDP & 1;
	char ports[16], line[128];
	size_t len;

	if ((!tcp && !udp) || !topic->last)
		return;
	wrap_paragraph(&explain->wrap, 0);
	wrap_puts(&explain->wrap, "To look yourself, as root:");
	len = (size_t)snprintf(line, sizeof(line), "ss -%s%slpn ", tcp ? "t" : "", udp ? "u" : "");
	if (topic_is_one_port(topic))
		snprintf(line + len, sizeof(line) - len, "'sport = :%u'", topic->first);
	else
		snprintf(line + len, sizeof(line) - len, "'sport >= :%u and sport <= :%u'",
			 topic->first, topic->last);
	wrap_verbatim(&explain->wrap, EXPLAIN_INDENT, line);
	if (!topic->first)
		return; /* lsof(8) knows no port 0 */
	snprintf(ports, sizeof(ports), topic_is_one_port(topic) ? "%u" : "%u-%u", topic->first,
		 topic->last);
	snprintf(line, sizeof(line), "lsof -nP%s%s%s%s%s", tcp ? " -iTCP:" : "", tcp ? ports : "",
		 tcp ? " -sTCP:LISTEN" : "", udp ? " -iUDP:" : "", udp ? ports : "");
	wrap_verbatim(&explain->wrap, EXPLAIN_INDENT, line);
	explain_look_at_owners(explain);
	explain_look_elsewhere(explain);
}

/* ---- the whole --------------------------------------------------------------------- */

static void explain_all(struct explanation *explain)
{
	explain_title(explain);
	explain_here(explain);
	explain_services(explain);
	explain_number(explain);
	explain_known(explain);
	explain_registry(explain);
	explain_rest(explain);
	explain_look(explain);
}

int explain_print(const struct pm_report *report, const struct pm_report_options *options,
		  const struct pm_topic *topics, size_t count)
{
	bool failed = false;

	for (size_t i = 0; i < count && !failed; i++) {
		struct explanation explain = {
			.report = report,
			.options = options,
			.topic = &topics[i],
			.wrap = {.out = options->out,
				 .width = options->width ? options->width : DEFAULT_WIDTH},
		};

		explain.entries = explain_entries(explain.topic, report->registry,
						  report->knowledge, &explain.count);
		while (explain.entries && explain.assigned < explain.count &&
		       explain.entries[explain.assigned].row.status == PM_ASSIGNED)
			explain.assigned++;
		if (i)
			fputc('\n', options->out);
		bool is_whole = explain.entries && find_here(&explain) == 0;
		if (is_whole)
			explain_all(&explain);
		failed = wrap_end(&explain.wrap) < 0 || !is_whole;
		free(explain.here.rows);
		free(explain.entries);
	}
	return failed ? -ENOMEM : written(options->out);
}

#include "explain/explain_known.h"

enum { PROGRAMS_MAX = 24 };

/* Without -v, a long list is cut, and says so. */
static size_t limit(const struct explanation *explain, size_t count)
{
	return explain->options->verbose || count <= PROGRAMS_MAX ? count : PROGRAMS_MAX;
}

static void explain_end(struct explanation *explain, size_t shown, size_t count)
{
	if (shown < count)
		wrap_printf(&explain->wrap, "and %zu more.", count - shown);
	else if (!explain->options->verbose)
		wrap_puts(&explain->wrap, ".");
}

/* "sshd", "manage.py (script)"; with -v also what is known of it, and from where, on a line. */
static void explain_program(struct explanation *explain, const char *program, enum pm_kind kind,
			    const char *what, const char *source, size_t shown)
{
	struct wrap *wrap = &explain->wrap;

	if (explain->options->verbose)
		wrap_line(wrap, EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
	else if (shown)
		wrap_puts(wrap, ",");
	wrap_puts(wrap, what ? what : program);
	if (what)
		wrap_printf(wrap, "(%s%s%s)", program, kind == PM_KIND_EXE ? "" : ", ",
			    kind == PM_KIND_EXE ? "" : pm_kind_name(kind));
	else if (kind != PM_KIND_EXE)
		wrap_printf(wrap, "(%s)", pm_kind_name(kind));
	if (explain->options->verbose)
		wrap_printf(wrap, "[%s]", source);
}

/* Returns how many. */
static size_t explain_implementers(struct explanation *explain)
{
	struct wrap *wrap = &explain->wrap;
	size_t shown = 0;

	wrap_paragraph(wrap, 0);
	for (size_t i = 0; i < explain->assigned; i++) {
		const char *name = explain->entries[i].row.name;
		size_t count;
		const struct pm_implementer *rows =
			pm_implementers_of(explain->report->knowledge, name, &count);
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = !strcmp(explain->entries[k].row.name, name);
		if (again || !count)
			continue;
		wrap_line(wrap, 0, EXPLAIN_INDENT);
		wrap_printf(wrap, "Known to implement %s:", name);
		size_t end = limit(explain, count);
		for (size_t k = 0; k < end; k++)
			explain_program(explain, rows[k].program, rows[k].kind, NULL,
					rows[k].source, k);
		explain_end(explain, end, count);
		shown += count;
	}
	return shown;
}

/* " on UDP 6001-6100": what the topic leaves open. */
static void explain_place(struct explanation *explain, const struct pm_occupant *row)
{
	bool is_udp = explain->topic->transports == PM_ALL_TRANSPORTS && row->transport == PM_UDP;
	bool is_range = row->first != row->last;
	struct wrap *wrap = &explain->wrap;

	if (!is_udp && !is_range && topic_is_one_port(explain->topic))
		return;
	wrap_puts(wrap, is_udp ? "on UDP" : "on");
	if (is_range)
		wrap_printf(wrap, "%u-%u", row->first, row->last);
	else if (!topic_is_one_port(explain->topic))
		wrap_printf(wrap, "%u", row->first);
}

static size_t known_count_occupants(const struct explanation *explain)
{
	size_t all, count = 0;
	const struct pm_occupant *rows = pm_occupants(explain->report->knowledge, &all);

	for (size_t i = 0; i < all; i++)
		count += topic_has_occupant(explain->topic, &rows[i]);
	return count;
}

static void explain_occupants(struct explanation *explain, size_t count)
{
	struct wrap *wrap = &explain->wrap;
	size_t all, shown = 0, end = limit(explain, count);
	const struct pm_occupant *rows = pm_occupants(explain->report->knowledge, &all);

	wrap_line(wrap, 0, EXPLAIN_INDENT);
	wrap_puts(wrap, "Known to sit here without being registered:");
	for (size_t i = 0; shown < end; i++) {
		if (!topic_has_occupant(explain->topic, &rows[i]))
			continue;
		explain_program(explain, rows[i].program, rows[i].kind, rows[i].what,
				rows[i].source, shown++);
		explain_place(explain, &rows[i]);
	}
	explain_end(explain, shown, count);
}

void explain_known(struct explanation *explain)
{
	size_t implementers = explain_implementers(explain),
	       occupants = known_count_occupants(explain);

	if (occupants)
		explain_occupants(explain, occupants);
	if (!implementers && !occupants)
		wrap_puts(&explain->wrap, "No program is known to belong here.");
	else if (!explain->options->verbose) {
		wrap_line(&explain->wrap, 0, 0);
		wrap_puts(&explain->wrap, "Sources: explain -v.");
	}
}

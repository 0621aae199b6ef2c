#include "explain/explain_registry.h"
#include "explain/explain_words.h"

enum { VALUES_AT = 16, ENTRIES_MAX = 4 };

void explain_title(struct explanation *explain)
{
	const struct pm_topic *topic = explain->topic;
	struct wrap *wrap = &explain->wrap;
	char words[64];
	const char *comma = ": ";

	if (topic_is_one_port(topic))
		wrap_printf(wrap, "Port %u", topic->first);
	else
		wrap_printf(wrap, "Ports %u-%u", topic->first, topic->last);
	if (topic->transports != PM_ALL_TRANSPORTS)
		wrap_printf(wrap, "(%s)", transport_words(topic->transports, words, sizeof(words)));
	struct pm_buf names = {0};
	for (size_t i = 0; i < explain->assigned && i < ENTRIES_MAX; i++) {
		const char *name = explain->entries[i].row.name;
		bool shown = false;

		for (size_t k = 0; k < i && !shown; k++)
			shown = !strcmp(explain->entries[k].row.name, name);
		if (!shown)
			pm_buf_printf(&names, "%s%s", comma, name);
		comma = ", ";
	}
	if (explain->assigned > ENTRIES_MAX)
		pm_buf_printf(&names, " and %zu more", explain->assigned - ENTRIES_MAX);
	wrap->word.failed |= names.failed;
	if (names.len)
		wrap_puts(wrap, pm_buf_text(&names));
	pm_buf_release(&names);
}

/* "Known UNAUTHORIZED USE: Port 4045", "Unofficial use of ...", or just "yes". */
static void explain_misuse(struct wrap *wrap, const char *note)
{
	if (strchr(note, ' '))
		wrap_printf(wrap, "IANA notes: %s.", note);
	else
		wrap_puts(wrap, "IANA knows of unauthorized use.");
}

static void explain_life(struct wrap *wrap, const struct explain_entry *entry)
{
	const struct pm_life *life = &entry->life;

	switch (life->liveness) {
	case PM_IN_USE:
		wrap_printf(wrap, "It is in use: %zu program%s known to implement it.",
			    life->implementers, pm_plural(life->implementers, " is", "s are"));
		return;
	case PM_DOCUMENTED:
		wrap_printf(wrap,
			    "It is documented, %s%s%s, but no program is known to implement it.",
			    life->has_rfc ? "by an RFC" : "",
			    life->has_rfc && life->is_listed ? " and " : "",
			    life->is_listed ? "in a distribution's /etc/services" : "");
		return;
	case PM_DORMANT:
	case PM_NO_IMPLEMENTATION:
	case PM_LIVENESSES:
		break;
	}
	wrap_puts(wrap, life->liveness == PM_DORMANT ? "It looks dormant:" : "It may live or not:");
	wrap_puts(wrap,
		  "no program is known to implement it, no RFC is named as its reference, and the "
		  "/etc/services of Debian does not list it.");
}

/* Why a name is there whose program is not, or no longer. */
static void explain_dead_names(struct explanation *explain)
{
	bool is_dead = false;

	for (size_t i = 0; i < explain->assigned; i++)
		is_dead |= explain->entries[i].life.liveness >= PM_NO_IMPLEMENTATION ||
			   explain->entries[i].row.historic;
	if (!is_dead)
		return;
	wrap_paragraph(&explain->wrap, 0);
	wrap_puts(&explain->wrap,
		  "IANA takes a number back only when it is given back or badly needed (RFC 6335, "
		  "section 8), so names stay long after their programs.");
}

/* Do the two stand for one service, under one name or several? */
static bool are_one(const struct explain_entry *a, const struct explain_entry *b)
{
	return a->row.first == b->row.first && a->row.last == b->row.last &&
	       (!strcmp(a->row.name, b->row.name) ||
		(*a->row.description && !strcmp(a->row.description, b->row.description)));
}

/* Has an entry before entry `i` that is one with it, so that it was shown with that one? */
static bool was_shown(const struct explanation *explain, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (are_one(&explain->entries[k], &explain->entries[i]))
			return true;
	return false;
}

static bool has_registrant(const struct pm_registration *row)
{
	return *row->registered || *row->assignee;
}

static void explain_people(struct explanation *explain, const char *before, const char *people)
{
	struct pm_buf names = {0};

	person_words(explain->report->knowledge, people, &names);
	wrap_printf(&explain->wrap, "%s%s", before, pm_buf_text(&names));
	explain->wrap.word.failed |= names.failed;
	pm_buf_release(&names);
}

/* "as www-http on SCTP in July 2004 by Randall Stewart": what is other than of the first entry. */
static void explain_registrant(struct explanation *explain, const struct pm_registration *row,
			       const struct pm_registration *first)
{
	struct wrap *wrap = &explain->wrap;
	char words[256];

	if (strcmp(row->name, first->name) != 0)
		wrap_printf(wrap, "as %s", row->name);
	if (row->transports != first->transports)
		wrap_printf(wrap, "on %s", transport_words(row->transports, words, sizeof(words)));
	if (*row->registered)
		wrap_printf(wrap, "in %s", date_words(row->registered, words, sizeof(words)));
	if (*row->assignee)
		explain_people(explain, "by ", row->assignee);
}

static const char *end_of_registrants(size_t shown, bool has_date)
{
	if (!shown)
		return "; the registry names neither registrant nor date.";
	return has_date ? "." : ", without a date.";
}

/* Who registered the service, and when: each registrant of its entries once. */
static void explain_who(struct explanation *explain, size_t first)
{
	const struct explain_entry *entries = explain->entries;
	struct wrap *wrap = &explain->wrap;
	bool has_date = false;
	size_t shown = 0;

	for (size_t i = first; i < explain->assigned; i++) {
		const struct pm_registration *row = &entries[i].row;
		bool again = !has_registrant(row) || !are_one(&entries[first], &entries[i]);

		for (size_t k = first; k < i && !again; k++)
			again = are_one(&entries[first], &entries[k]) &&
				!strcmp(entries[k].row.registered, row->registered) &&
				!strcmp(entries[k].row.assignee, row->assignee);
		if (again)
			continue;
		wrap_puts(wrap, shown++ ? ";" : ", registered");
		explain_registrant(explain, row, &entries[first].row);
		has_date |= *row->registered != '\0';
	}
	wrap_puts(wrap, end_of_registrants(shown, has_date));
}

/* One service: its entries, of which entry `i` is the first. */
static void explain_service(struct explanation *explain, size_t i)
{
	const struct explain_entry *entry = &explain->entries[i];
	const struct pm_registration *row = &entry->row;
	struct wrap *wrap = &explain->wrap;
	uint8_t transports = row->transports;
	char words[40], ports[40];
	size_t names = 0;

	for (size_t k = i + 1; k < explain->assigned; k++)
		if (are_one(entry, &explain->entries[k]))
			transports |= explain->entries[k].row.transports;
	wrap_paragraph(wrap, 0);
	wrap_printf(wrap, "IANA has %s %s for the service %s",
		    transport_words(transports, words, sizeof(words)),
		    port_words(row->first, row->last, ports, sizeof(ports)), row->name);
	if (*row->description && strcmp(row->description, row->name))
		wrap_printf(wrap, "(%s)", row->description);
	for (size_t k = i + 1; k < explain->assigned; k++)
		if (are_one(entry, &explain->entries[k]) &&
		    strcmp(explain->entries[k].row.name, row->name))
			wrap_printf(wrap, "%s %s", names++ ? "," : ", also named",
				    explain->entries[k].row.name);
	explain_who(explain, i);
	explain_life(wrap, entry);
	if (*row->unauthorized)
		explain_misuse(wrap, row->unauthorized);
	for (size_t k = i; k < explain->assigned; k++)
		if (are_one(entry, &explain->entries[k]) && explain->entries[k].life.dormant)
			wrap_puts(wrap, explain->entries[k].life.dormant->history);
}

/* Rows that assign nothing, or none at all. */
static void explain_nothing(struct explanation *explain)
{
	const struct pm_topic *topic = explain->topic;
	struct wrap *wrap = &explain->wrap;
	char words[40];

	wrap_paragraph(wrap, 0);
	if (!explain->count) {
		wrap_printf(wrap, "IANA has nothing registered at %s.",
			    port_words(topic->first, topic->last, words, sizeof(words)));
		return;
	}
	const struct pm_registration *row = &explain->entries[0].row;
	wrap_printf(wrap, "IANA has given %s to no service: it is %s",
		    port_words(topic->first, topic->last, words, sizeof(words)),
		    pm_status_name(row->status));
	if (*row->deassigned)
		wrap_printf(wrap, "(taken back: %s).", row->deassigned);
	else
		wrap_puts(wrap, ".");
	if (*row->unauthorized)
		explain_misuse(wrap, row->unauthorized);
}

void explain_services(struct explanation *explain)
{
	size_t shown = 0;

	if (!explain->assigned)
		explain_nothing(explain);
	for (size_t i = 0; i < explain->assigned && shown < ENTRIES_MAX; i++)
		if (!was_shown(explain, i)) {
			explain_service(explain, i);
			shown++;
		}
	explain_dead_names(explain);
}

/* ---- field by field ---------------------------------------------------------------- */

static void explain_person(struct explanation *explain, const char *label, const char *people)
{
	struct pm_buf names = {0};

	person_words(explain->report->knowledge, people, &names);
	wrap_fact(&explain->wrap, 2 * EXPLAIN_INDENT, VALUES_AT, label, pm_buf_text(&names));
	explain->wrap.word.failed |= names.failed;
	pm_buf_release(&names);
}

static const char *heading_of(const struct pm_registration *row)
{
	if (row->status != PM_ASSIGNED)
		return pm_status_name(row->status);
	return *row->name ? row->name : "no name";
}

static void explain_fields(struct explanation *explain, const struct explain_entry *entry)
{
	const struct pm_registration *row = &entry->row;
	struct wrap *wrap = &explain->wrap;
	char words[40], ports[24] = "";
	struct pm_buf rows = {0};

	wrap_paragraph(wrap, EXPLAIN_INDENT);
	wrap_printf(wrap, "%s (%s)", heading_of(row),
		    transport_words(row->transports, words, sizeof(words)));
	if (row->first != row->last)
		snprintf(ports, sizeof(ports), "%u-%u", row->first, row->last);
	for (size_t i = 0; i < entry->count; i++)
		pm_buf_printf(&rows, "%s%u", i ? ", " : "",
			      pm_registry_row(explain->report->registry, entry->rows[i]).row);
	wrap->word.failed |= rows.failed;
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "ports", ports);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "what", row->description);
	explain_person(explain, "assignee", row->assignee);
	explain_person(explain, "contact", row->contact);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "registered", row->registered);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "modified", row->modified);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "reference", row->reference);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "code", row->code);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "alias of", row->alias_of);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "historic", row->historic ? "yes" : "");
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "de-assigned", row->deassigned);
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "misuse", row->unauthorized);
	if (row->status == PM_ASSIGNED)
		wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "life",
			  pm_liveness_name(entry->life.liveness));
	wrap_fact(wrap, 2 * EXPLAIN_INDENT, VALUES_AT, "row", pm_buf_text(&rows));
	pm_buf_release(&rows);
}

void explain_registry(struct explanation *explain)
{
	const struct pm_registry *registry = explain->report->registry;

	if (!explain->count)
		return;
	wrap_paragraph(&explain->wrap, 0);
	wrap_printf(&explain->wrap, "In the registry (%s%s%s):", pm_registry_source(registry),
		    *pm_registry_date(registry) ? ", of " : "", pm_registry_date(registry));
	for (size_t i = 0; i < explain->count; i++)
		explain_fields(explain, &explain->entries[i]);
}

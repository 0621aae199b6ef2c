#include "explain/explain_known.h"

enum { PROGRAMS_TOLD = 24 };

/* Without -v, a long list is cut, and says so. */
static size_t limit(const struct article *article, size_t count)
{
	return article->options->verbose || count <= PROGRAMS_TOLD ? count : PROGRAMS_TOLD;
}

static void tell_end(struct article *article, size_t told, size_t count)
{
	if (told < count)
		wrap_printf(&article->wrap, "and %zu more.", count - told);
	else if (!article->options->verbose)
		wrap_puts(&article->wrap, ".");
}

/* "sshd", "manage.py (script)"; with -v also what is known of it, and from where, on a line. */
static void known_tell_program(struct article *article, const char *program, enum pm_kind kind,
			       const char *what, const char *source, size_t told)
{
	struct wrap *wrap = &article->wrap;

	if (article->options->verbose)
		wrap_line(wrap, ARTICLE_INDENT, 2 * ARTICLE_INDENT);
	else if (told)
		wrap_puts(wrap, ",");
	wrap_puts(wrap, what ? what : program);
	if (what)
		wrap_printf(wrap, "(%s%s%s)", program, kind == PM_KIND_EXE ? "" : ", ",
			    kind == PM_KIND_EXE ? "" : pm_kind_name(kind));
	else if (kind != PM_KIND_EXE)
		wrap_printf(wrap, "(%s)", pm_kind_name(kind));
	if (article->options->verbose)
		wrap_printf(wrap, "[%s]", source);
}

/* Returns how many. */
static size_t tell_implementers(struct article *article)
{
	struct wrap *wrap = &article->wrap;
	size_t told = 0;

	wrap_paragraph(wrap, 0);
	for (size_t i = 0; i < article->assigned; i++) {
		const char *name = article->entries[i].row.name;
		size_t count;
		const struct pm_implementer *rows =
			pm_implementers_of(article->report->knowledge, name, &count);
		bool again = false;

		for (size_t k = 0; k < i && !again; k++)
			again = !strcmp(article->entries[k].row.name, name);
		if (again || !count)
			continue;
		wrap_line(wrap, 0, ARTICLE_INDENT);
		wrap_printf(wrap, "Known to implement %s:", name);
		size_t end = limit(article, count);
		for (size_t k = 0; k < end; k++)
			known_tell_program(article, rows[k].program, rows[k].kind, NULL,
					   rows[k].source, k);
		tell_end(article, end, count);
		told += count;
	}
	return told;
}

/* " on UDP 6001-6100": what the topic leaves open. */
static void tell_place(struct article *article, const struct pm_occupant *row)
{
	bool is_udp = article->topic->transports == PM_ALL_TRANSPORTS && row->transport == PM_UDP;
	bool is_range = row->first != row->last;
	struct wrap *wrap = &article->wrap;

	if (!is_udp && !is_range && topic_is_one_port(article->topic))
		return;
	wrap_puts(wrap, is_udp ? "on UDP" : "on");
	if (is_range)
		wrap_printf(wrap, "%u-%u", row->first, row->last);
	else if (!topic_is_one_port(article->topic))
		wrap_printf(wrap, "%u", row->first);
}

static size_t known_count_occupants(const struct article *article)
{
	size_t all, count = 0;
	const struct pm_occupant *rows = pm_occupants(article->report->knowledge, &all);

	for (size_t i = 0; i < all; i++)
		count += topic_has_occupant(article->topic, &rows[i]);
	return count;
}

static void tell_occupants(struct article *article, size_t count)
{
	struct wrap *wrap = &article->wrap;
	size_t all, told = 0, end = limit(article, count);
	const struct pm_occupant *rows = pm_occupants(article->report->knowledge, &all);

	wrap_line(wrap, 0, ARTICLE_INDENT);
	wrap_puts(wrap, "Known to sit here without being registered:");
	for (size_t i = 0; told < end; i++) {
		if (!topic_has_occupant(article->topic, &rows[i]))
			continue;
		known_tell_program(article, rows[i].program, rows[i].kind, rows[i].what,
				   rows[i].source, told++);
		tell_place(article, &rows[i]);
	}
	tell_end(article, told, count);
}

void tell_known(struct article *article)
{
	size_t implementers = tell_implementers(article),
	       occupants = known_count_occupants(article);

	if (occupants)
		tell_occupants(article, occupants);
	if (!implementers && !occupants)
		wrap_puts(&article->wrap, "No program is known to belong here.");
	else if (!article->options->verbose) {
		wrap_line(&article->wrap, 0, 0);
		wrap_puts(&article->wrap, "Sources: explain -v.");
	}
}

/* Which programs are known at a port: by the tables of registry/, and by local ones. */
#include "article.h"

/* "sshd", "manage.py (script)"; with -v also what is known of it, and from where, on a line. */
static void tell_program(struct article *article, const char *program, enum pm_kind kind,
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
		for (size_t k = 0; k < count; k++, told++)
			tell_program(article, rows[k].program, rows[k].kind, NULL, rows[k].source,
				     k);
		wrap_puts(wrap, article->options->verbose ? "" : ".");
	}
	if (article->assigned && !told)
		wrap_puts(wrap, "Known to implement it: no program.");
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

/* Returns how many. */
static size_t tell_occupants(struct article *article)
{
	struct wrap *wrap = &article->wrap;
	size_t count, told = 0;
	const struct pm_occupant *rows = pm_occupants(article->report->knowledge, &count);

	wrap_line(wrap, 0, ARTICLE_INDENT);
	wrap_puts(wrap, "Known to sit here without being registered:");
	for (size_t i = 0; i < count; i++) {
		if (!topic_has_occupant(article->topic, &rows[i]))
			continue;
		tell_program(article, rows[i].program, rows[i].kind, rows[i].what, rows[i].source,
			     told++);
		tell_place(article, &rows[i]);
	}
	wrap_puts(wrap, !told ? "nobody." : article->options->verbose ? "" : ".");
	return told;
}

void tell_known(struct article *article)
{
	size_t told = tell_implementers(article) + tell_occupants(article);

	if (!told || article->options->verbose)
		return;
	wrap_line(&article->wrap, 0, 0);
	wrap_puts(&article->wrap, "From where this is known, explain -v tells.");
}

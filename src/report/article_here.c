/* Who holds a port here, now, and whether that is worth a look. */
#include "article.h"

/* The value of a column, where it has one. */
static void tell_field(struct article *article, size_t i, const char *name, const char *before)
{
	struct pm_buf text = {0};

	pm_fields[pm_field_find(name, strlen(name))].text(article->report, i, &text);
	if (text.len)
		wrap_printf(&article->wrap, "%s%s", before, pm_buf_text(&text));
	article->wrap.word.failed |= text.failed;
	pm_buf_release(&text);
}

static void tell_listener(struct article *article, size_t i)
{
	const struct pm_report *report = article->report;
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	struct wrap *wrap = &article->wrap;
	struct pm_buf text = {0};

	wrap_line(wrap, ARTICLE_INDENT, 2 * ARTICLE_INDENT);
	wrap_printf(wrap, "%s:", pm_verdict_name(verdict->kind));
	pm_report_sentence(report, i, &text);
	wrap_puts(wrap, pm_buf_text(&text));
	wrap_line(wrap, 2 * ARTICLE_INDENT, 2 * ARTICLE_INDENT);
	tell_field(article, i, "protocol", "");
	tell_field(article, i, "local", "");
	if (report->snapshot->with_bound)
		tell_field(article, i, "state", ", state ");
	tell_field(article, i, "exposure", ", exposure ");
	tell_field(article, i, "user", ", user ");
	tell_field(article, i, "flags", ", flagged ");
	for (size_t k = 0; k < verdict->reason_count; k++) {
		wrap_line(wrap, 2 * ARTICLE_INDENT, 2 * ARTICLE_INDENT);
		wrap_printf(wrap, "%s: %s (%s)", pm_rule_name(verdict->reasons[k].rule),
			    verdict->reasons[k].evidence, verdict->reasons[k].source);
	}
	wrap->word.failed |= text.failed;
	pm_buf_release(&text);
}

/* What to make of a verdict, and to do about it. */
static const char *const advice[PM_VERDICTS] = {
	[PM_VERDICT_UNKNOWN] = "There is no telling: who owns the listener could not be seen, for "
			       "the reason given.",
	[PM_VERDICT_IMPOSTOR] = "Yes, look at once: a name that fits the port, from a place where "
				"no honest program has "
				"its file.",
	[PM_VERDICT_MATCH] = "No: the owner is one of those that belong here.",
	[PM_VERDICT_KNOWN] = "Hardly: the owner is known to sit here, though IANA does not say so; "
			     "or it has the "
			     "right name, and only its file could be replaced by others than root.",
	[PM_VERDICT_EPHEMERAL] = "No: the kernel gave this port out by chance, and takes it back "
				 "when the socket closes.",
	[PM_VERDICT_MISMATCH] = "It is worth a look: the owner is not known to have to do with "
				"what is registered here. "
				"If you know the program and put it there, all is well; if not, "
				"find out who started "
				"it.",
	[PM_VERDICT_UNREGISTERED] = "It may be worth a look: nobody is registered here, and the "
				    "owner is not known to sit "
				    "here. If you know the program and put it there, all is well.",
};

static void tell_acceptances(struct article *article, const size_t *rows, size_t count)
{
	struct pm_buf row = {0};
	struct wrap *wrap = &article->wrap;

	for (size_t k = 0; k < count; k++) {
		pm_buf_clear(&row);
		pm_acceptance(article->report->snapshot, article->report->judgement, rows[k], &row);
		if (!row.len)
			continue;
		wrap_puts(wrap,
			  "With this row in a file of /etc/portmote/occupants.d (see portmote(8)) "
			  "every program of that name is known here from then on:");
		wrap_verbatim(wrap, ARTICLE_INDENT, pm_buf_text(&row));
		break;
	}
	wrap->word.failed |= row.failed;
	pm_buf_release(&row);
}

static void tell_worry(struct article *article, const size_t *rows, size_t count)
{
	const struct pm_judgement *judgement = article->report->judgement;
	struct wrap *wrap = &article->wrap;
	unsigned told = 0;

	wrap_paragraph(wrap, 0);
	wrap_puts(wrap, "Should you worry?");
	if (!count)
		wrap_puts(wrap,
			  article->report->snapshot->coverage.gap_count
				  ? "Nothing was seen to listen here, but not all could be seen."
				  : "No: nothing listens here.");
	for (size_t k = 0; k < count; k++) {
		enum pm_verdict_kind kind = judgement->verdicts[rows[k]].kind;

		if (!(told >> kind & 1))
			wrap_puts(wrap, advice[kind]);
		told |= 1u << kind;
	}
	tell_acceptances(article, rows, count);
}

void tell_here(struct article *article)
{
	const struct pm_report *report = article->report;
	const struct pm_coverage *coverage = &report->snapshot->coverage;
	size_t *rows = calloc(report->snapshot->listener_count + 1, sizeof(*rows)), count = 0;

	if (!rows) {
		article->wrap.word.failed = true;
		return;
	}
	for (size_t i = 0; i < report->snapshot->listener_count; i++)
		if (pm_topic_has(article->topic, report->snapshot, i) &&
		    (!article->options->only ||
		     (article->options->only >> report->judgement->verdicts[i].kind & 1)))
			rows[count++] = i;
	wrap_paragraph(&article->wrap, 0);
	wrap_puts(&article->wrap, count ? "Here, now:" : "Here, now: no socket listens.");
	for (size_t k = 0; k < count; k++)
		tell_listener(article, rows[k]);
	for (size_t i = 0; i < coverage->gap_count; i++) {
		wrap_line(&article->wrap, ARTICLE_INDENT, 2 * ARTICLE_INDENT);
		wrap_printf(&article->wrap, "incomplete: %s %s (%zu): %s",
			    pm_gap_what_name(coverage->gaps[i].what),
			    pm_gap_why_name(coverage->gaps[i].why), coverage->gaps[i].count,
			    coverage->gaps[i].detail);
	}
	for (size_t i = 0; i < coverage->redirections.count; i++) {
		wrap_line(&article->wrap, ARTICLE_INDENT, 2 * ARTICLE_INDENT);
		wrap_printf(&article->wrap, "redirection: %s", coverage->redirections.text[i]);
	}
	tell_worry(article, rows, count);
	free(rows);
}

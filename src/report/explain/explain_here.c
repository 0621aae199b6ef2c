#include "explain/explain_here.h"
#include "keys.h"

#include <ctype.h>

/* The worst come before the answer, the others at the end. */
enum { LISTENERS_FIRST = 4 };

/* The value of a column, where it has one. */
static void tell_field(struct article *article, size_t i, const char *name, const char *before)
{
	struct pm_buf text = {0};

	add_field(article->report, i, name, &text);
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

/* What would make the first finding that a row can accept `known` from then on. */
static void tell_acceptances(struct article *article)
{
	const struct here *here = &article->here;
	struct pm_buf row = {0};
	struct wrap *wrap = &article->wrap;

	for (size_t k = 0; k < here->count; k++) {
		pm_buf_clear(&row);
		pm_acceptance(article->report->snapshot, article->report->judgement,
			      here->rows[k].listener, &row);
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

/* A sentence stands behind the answer, or behind the one before it. */
static void tell_reason(void *data, const char *sentence)
{
	struct article *article = data;
	bool is_first = !article->here.reasons_told++;
	char begin[] = {is_first ? sentence[0] : (char)toupper((unsigned char)sentence[0]), '\0'};

	wrap_printf(&article->wrap, "%s%s", begin, sentence + 1);
}

static void tell_worry(struct article *article)
{
	static const char *const answers[WORRY_LEVELS] = {
		[WORRY_NO] = "No:",
		[WORRY_HARDLY] = "Hardly:",
		[WORRY_DEPENDS] = "That depends:",
		[WORRY_UNKNOWN] = "There is no telling:",
		[WORRY_LOOK] = "It is worth a look:",
		[WORRY_YES] = "Yes, look at once:",
	};
	struct worry worry = worry_of_topic(article->report, article->topic);

	wrap_paragraph(&article->wrap, 0);
	wrap_puts(&article->wrap, "Should you worry?");
	wrap_puts(&article->wrap, answers[worry.level]);
	if (worry_reasons(article->report, &worry, tell_reason, article) < 0)
		article->wrap.word.failed = true;
	tell_acceptances(article);
}

/* Worst first. */
static int here_compare(const void *a, const void *b)
{
	const struct here_row *x = a, *y = b;
	int order = PM_CMP(y->level, x->level);

	return order ? order : PM_CMP(x->listener, y->listener);
}

int find_here(struct article *article)
{
	const struct pm_report *report = article->report;
	size_t listeners = report->snapshot->listener_count;
	struct here *here = &article->here;

	here->rows = calloc(listeners + 1, sizeof(*here->rows));
	if (!here->rows)
		return -1;
	for (size_t i = 0; i < listeners; i++) {
		const struct pm_verdict *verdict = &report->judgement->verdicts[i];

		if (pm_topic_has(article->topic, report->snapshot, i) &&
		    (!article->options->only || (article->options->only >> verdict->kind & 1)))
			here->rows[here->count++] = (struct here_row){
				i, worry_of_verdict(verdict, report->labels[i].exposure)};
	}
	qsort(here->rows, here->count, sizeof(*here->rows), here_compare);
	return 0;
}

static void tell_gaps(struct article *article)
{
	const struct pm_coverage *coverage = &article->report->snapshot->coverage;

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
}

void tell_here(struct article *article)
{
	const struct here *here = &article->here;

	wrap_paragraph(&article->wrap, 0);
	wrap_puts(&article->wrap, here->count ? "Here, now:" : "Here, now: no socket listens.");
	for (size_t k = 0; k < here->count && k < LISTENERS_FIRST; k++)
		tell_listener(article, here->rows[k].listener);
	if (here->count > LISTENERS_FIRST) {
		wrap_line(&article->wrap, ARTICLE_INDENT, 2 * ARTICLE_INDENT);
		wrap_printf(&article->wrap, "and %zu more, below.", here->count - LISTENERS_FIRST);
	}
	tell_gaps(article);
	tell_worry(article);
}

void tell_rest(struct article *article)
{
	const struct here *here = &article->here;

	if (here->count <= LISTENERS_FIRST)
		return;
	wrap_paragraph(&article->wrap, 0);
	wrap_puts(&article->wrap, "Also here, now:");
	for (size_t k = LISTENERS_FIRST; k < here->count; k++)
		tell_listener(article, here->rows[k].listener);
}

#include "explain/explain_here.h"
#include "keys.h"

#include <ctype.h>

/* The worst come before the answer, the others at the end. */
enum { LISTENERS_FIRST = 4 };

/* The value of a column, where it has one. */
static void explain_field(struct explanation *explain, size_t i, const char *name,
			  const char *before)
{
	struct pm_buf text = {0};

	add_field(explain->report, i, name, &text);
	if (text.len)
		wrap_printf(&explain->wrap, "%s%s", before, pm_buf_text(&text));
	explain->wrap.word.failed |= text.failed;
	pm_buf_release(&text);
}

static void explain_listener(struct explanation *explain, size_t i)
{
	const struct pm_report *report = explain->report;
	const struct pm_verdict *verdict = &report->judgement->verdicts[i];
	struct wrap *wrap = &explain->wrap;
	struct pm_buf text = {0};

	wrap_line(wrap, EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
	wrap_printf(wrap, "%s:", pm_verdict_name(verdict->kind));
	pm_report_sentence(report, i, &text);
	wrap_puts(wrap, pm_buf_text(&text));
	wrap_line(wrap, 2 * EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
	explain_field(explain, i, "protocol", "");
	explain_field(explain, i, "local", "");
	if (report->snapshot->with_bound)
		explain_field(explain, i, "state", ", state ");
	explain_field(explain, i, "exposure", ", exposure ");
	explain_field(explain, i, "user", ", user ");
	explain_field(explain, i, "flags", ", flagged ");
	for (size_t k = 0; k < verdict->reason_count; k++) {
		wrap_line(wrap, 2 * EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
		wrap_printf(wrap, "%s: %s (%s)", pm_rule_name(verdict->reasons[k].rule),
			    verdict->reasons[k].evidence, verdict->reasons[k].source);
	}
	wrap->word.failed |= text.failed;
	pm_buf_release(&text);
}

/* What would make the first finding that a row can accept `known` from then on. */
static void explain_acceptances(struct explanation *explain)
{
	const struct here *here = &explain->here;
	struct pm_buf row = {0};
	struct wrap *wrap = &explain->wrap;

	for (size_t k = 0; k < here->count; k++) {
		pm_buf_clear(&row);
		pm_acceptance(explain->report->snapshot, explain->report->judgement,
			      here->rows[k].listener, &row);
		if (!row.len)
			continue;
		wrap_puts(wrap,
			  "With this row in a file of /etc/portmote/occupants.d (see portmote(8)) "
			  "every program of that name is known here from then on:");
		wrap_verbatim(wrap, EXPLAIN_INDENT, pm_buf_text(&row));
		break;
	}
	wrap->word.failed |= row.failed;
	pm_buf_release(&row);
}

/* A sentence stands behind the answer, or behind the one before it. */
static void explain_reason(void *data, const char *sentence)
{
	struct explanation *explain = data;
	bool is_first = !explain->here.reasons_shown++;
	char begin[] = {is_first ? sentence[0] : (char)toupper((unsigned char)sentence[0]), '\0'};

	wrap_printf(&explain->wrap, "%s%s", begin, sentence + 1);
}

static void explain_worry(struct explanation *explain)
{
	static const char *const answers[WORRY_LEVELS] = {
		[WORRY_NO] = "No:",
		[WORRY_HARDLY] = "Hardly:",
		[WORRY_DEPENDS] = "That depends:",
		[WORRY_UNKNOWN] = "There is no telling:",
		[WORRY_LOOK] = "It is worth a look:",
		[WORRY_YES] = "Yes, look at once:",
	};
	struct worry worry = worry_of_topic(explain->report, explain->topic);

	wrap_paragraph(&explain->wrap, 0);
	wrap_puts(&explain->wrap, "Should you worry?");
	wrap_puts(&explain->wrap, answers[worry.level]);
	if (worry_reasons(explain->report, &worry, explain_reason, explain) < 0)
		explain->wrap.word.failed = true;
	explain_acceptances(explain);
}

/* Worst first. */
static int here_compare(const void *a, const void *b)
{
	const struct here_row *x = a, *y = b;
	int order = PM_CMP(y->level, x->level);

	return order ? order : PM_CMP(x->listener, y->listener);
}

int find_here(struct explanation *explain)
{
	const struct pm_report *report = explain->report;
	size_t listeners = report->snapshot->listener_count;
	struct here *here = &explain->here;

	here->rows = calloc(listeners + 1, sizeof(*here->rows));
	if (!here->rows)
		return -1;
	for (size_t i = 0; i < listeners; i++) {
		const struct pm_verdict *verdict = &report->judgement->verdicts[i];

		if (pm_topic_has(explain->topic, report->snapshot, i) &&
		    (!explain->options->only || (explain->options->only >> verdict->kind & 1)))
			here->rows[here->count++] = (struct here_row){
				i, worry_of_verdict(verdict, report->labels[i].exposure)};
	}
	qsort(here->rows, here->count, sizeof(*here->rows), here_compare);
	return 0;
}

static void explain_gaps(struct explanation *explain)
{
	const struct pm_coverage *coverage = &explain->report->snapshot->coverage;

	for (size_t i = 0; i < coverage->gap_count; i++) {
		wrap_line(&explain->wrap, EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
		wrap_printf(&explain->wrap, "incomplete: %s %s (%zu): %s",
			    pm_gap_what_name(coverage->gaps[i].what),
			    pm_gap_why_name(coverage->gaps[i].why), coverage->gaps[i].count,
			    coverage->gaps[i].detail);
	}
	for (size_t i = 0; i < coverage->redirections.count; i++) {
		wrap_line(&explain->wrap, EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
		wrap_printf(&explain->wrap, "redirection: %s", coverage->redirections.text[i]);
	}
}

void explain_here(struct explanation *explain)
{
	const struct here *here = &explain->here;

	wrap_paragraph(&explain->wrap, 0);
	wrap_puts(&explain->wrap, here->count ? "Here, now:" : "Here, now: no socket listens.");
	for (size_t k = 0; k < here->count && k < LISTENERS_FIRST; k++)
		explain_listener(explain, here->rows[k].listener);
	if (here->count > LISTENERS_FIRST) {
		wrap_line(&explain->wrap, EXPLAIN_INDENT, 2 * EXPLAIN_INDENT);
		wrap_printf(&explain->wrap, "and %zu more, below.", here->count - LISTENERS_FIRST);
	}
	explain_gaps(explain);
	explain_worry(explain);
}

void explain_rest(struct explanation *explain)
{
	const struct here *here = &explain->here;

	if (here->count <= LISTENERS_FIRST)
		return;
	wrap_paragraph(&explain->wrap, 0);
	wrap_puts(&explain->wrap, "Also here, now:");
	for (size_t k = LISTENERS_FIRST; k < here->count; k++)
		explain_listener(explain, here->rows[k].listener);
}

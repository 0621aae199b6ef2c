#include "html/html_findings.h"
#include "findings/finding_rules.h"
#include "tools/markup.h"

static void write_reasons(struct page *page, size_t i)
{
	const struct pm_verdict *verdict = &page->report->judgement->verdicts[i];

	if (!verdict->reason_count)
		return;
	fputs("<ul class=\"reasons\">\n", page->out);
	for (size_t k = 0; k < verdict->reason_count; k++) {
		pm_buf_clear(&page->text);
		pm_buf_printf(&page->text, "%s: %s (%s)", pm_rule_name(verdict->reasons[k].rule),
			      verdict->reasons[k].evidence, verdict->reasons[k].source);
		html_element(page, "li", NULL, pm_buf_text(&page->text));
		fputc('\n', page->out);
	}
	fputs("</ul>\n", page->out);
}

static void write_accept(struct page *page, size_t i)
{
	const char *accept = html_field(page, i, "accept");

	if (!*accept)
		return;
	fputs("<p class=\"help\">As a row of an occupants file: ", page->out);
	html_element(page, "code", NULL, accept);
	fputs("</p>\n", page->out);
}

/* The message begins with the rule, which stands above. A page of what changed has no list of
 * listeners to lead to. */
static void write_finding(struct page *page, const struct finding *finding)
{
	const struct finding_rule *rule = &finding_rules[finding->rule];
	bool leads = finding->listener != PM_NO_LISTENER && !page->comparison;

	fprintf(page->out, "<article class=\"finding %s\">\n<h4>",
		finding_level_name(finding->level));
	if (leads)
		fprintf(page->out, "<a class=\"place\" href=\"#listener-%zu\">", finding->listener);
	else
		fputs("<span class=\"place\">", page->out);
	markup_text(page->out, finding->key);
	fputs(leads ? "</a>" : "</span>", page->out);
	if (finding->count > 1)
		fprintf(page->out, " <span class=\"soft\">and %zu more like it</span>",
			finding->count - 1);
	fputs("</h4>\n", page->out);
	html_element(page, "p", NULL, finding->message + strlen(rule->id) + 2);
	fputc('\n', page->out);
	if (finding_is_there(finding)) {
		write_reasons(page, finding->listener);
		write_accept(page, finding->listener);
	}
	fputs("</article>\n", page->out);
}

/* What a rule means and what is left to do stands once, above all that break it. */
static void write_rule(struct page *page, size_t index)
{
	const struct finding_rule *rule = &finding_rules[index];
	const struct findings *findings = &page->findings;
	size_t written = 0;

	for (size_t k = 0; k < findings->count; k++) {
		if (findings->items[k].rule != index || findings->items[k].first != k)
			continue;
		if (!written++) {
			fprintf(page->out, "<h3><span class=\"tag %s\">%s</span></h3>\n",
				finding_level_name(rule->level), rule->id);
			fprintf(page->out, "<p>%s <span class=\"soft\">%s</span></p>\n", rule->text,
				rule->help);
		}
		write_finding(page, &findings->items[k]);
	}
}

void html_findings(struct page *page, const char *title)
{
	fprintf(page->out, "<section>\n<h2>%s</h2>\n", title);
	if (!page->findings.count)
		fputs("<p>None.</p>\n", page->out);
	for (int level = FINDING_LEVELS - 1; level >= 0; level--)
		for (size_t rule = 0; rule < FINDING_RULES + PM_DIFFS; rule++)
			if ((int)finding_rules[rule].level == level)
				write_rule(page, rule);
	fputs("</section>\n", page->out);
}

void html_gap(struct page *page, const struct pm_gap *gap, const char *when)
{
	fprintf(page->out,
		"<article class=\"finding error\">\n<p><span class=\"tag error\">%s "
		"%s%s</span></p>\n<p>",
		pm_gap_what_name(gap->what), pm_gap_why_name(gap->why), when);
	markup_text(page->out, gap->detail);
	fprintf(page->out, " (%zu)</p>\n</article>\n", gap->count);
}

void html_gaps(struct page *page)
{
	const struct pm_coverage *coverage = &page->report->snapshot->coverage;

	if (!coverage->gap_count)
		return;
	fputs("<section>\n<h2>What could not be seen</h2>\n", page->out);
	for (size_t i = 0; i < coverage->gap_count; i++)
		html_gap(page, &coverage->gaps[i], "");
	fputs("</section>\n", page->out);
}

/*
 * One page of HTML for people who were sent it: findings first, then what could not be seen, then
 * every listener with all its facts. No script, nothing from elsewhere, and a policy in its head
 * that keeps it so, whatever a program calls itself.
 */
#include "html/html.h"
#include "html/html_findings.h"
#include "html/html_listeners.h"
#include "html/html_page.h"

static void html_write_state(struct page *page)
{
	const struct pm_judgement *judgement = page->report->judgement;
	size_t gaps = page->report->snapshot->coverage.gap_count, count[PM_VERDICTS] = {0};

	for (size_t i = 0; i < judgement->count; i++)
		count[judgement->verdicts[i].kind]++;
	fputs("<ul class=\"state\">\n", page->out);
	html_tag(page, page->findings.count ? "tag error" : "tag good", page->findings.count,
		 "finding", "findings");
	if (gaps)
		fputs("<li><span class=\"tag error\">incomplete</span></li>\n", page->out);
	html_tag(page, "tag", judgement->count, "listener", "listeners");
	for (int rank = 0; rank < PM_VERDICTS; rank++)
		for (int kind = 0; kind < PM_VERDICTS; kind++)
			if (count[kind] && pm_verdict_rank((enum pm_verdict_kind)kind) == rank)
				html_tag(page, html_verdict_class((enum pm_verdict_kind)kind),
					 count[kind], pm_verdict_name((enum pm_verdict_kind)kind),
					 pm_verdict_name((enum pm_verdict_kind)kind));
	fputs("</ul>\n", page->out);
}

static void html_write_all(struct page *page)
{
	html_head(page, "What listens on");
	html_write_state(page);
	html_main(page);
	html_findings(page, "Findings");
	html_gaps(page);
	html_listeners(page);
	html_foot(page);
}

int html_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct page page = {.report = report, .options = options, .out = options->out};
	int r = findings_find(report, options->only, &page.findings);

	if (r == 0)
		html_write_all(&page);
	return html_end(&page, r);
}

#include "html/html_diff.h"
#include "findings/difference.h"
#include "findings/difference_findings.h"
#include "html/html_findings.h"
#include "keys.h"

static void write_sentence(struct page *page,
			   void (*say)(const struct pm_comparison *comparison, struct pm_buf *ret))
{
	pm_buf_clear(&page->text);
	say(page->comparison, &page->text);
	if (!page->text.len)
		return;
	html_element(page, "p", NULL, pm_buf_text(&page->text));
	fputc('\n', page->out);
}

static const char *class_of(enum pm_diff_kind kind)
{
	return finding_rules[FINDING_RULES + kind].level == FINDING_NOTE ? "tag" : "tag warning";
}

/* Good is only that nothing changed where all could be seen, then and now. */
static const char *class_of_all(const struct pm_diff *diff, bool is_complete)
{
	if (pm_diff_differs(diff))
		return "tag error";
	return is_complete ? "tag good" : "tag";
}

static void html_diff_write_state(struct page *page)
{
	const struct pm_diff *diff = page->comparison->diff;
	bool is_complete = difference_is_complete(page->comparison);
	size_t count[PM_DIFFS] = {0};

	for (size_t k = 0; k < diff->count; k++)
		count[diff->items[k].kind]++;
	fputs("<ul class=\"state\">\n", page->out);
	html_tag(page, class_of_all(diff, is_complete), diff->count - count[PM_DIFF_EXE],
		 "difference", "differences");
	if (!is_complete)
		fputs("<li><span class=\"tag error\">incomplete</span></li>\n", page->out);
	for (int kind = 0; kind < PM_DIFFS; kind++)
		if (count[kind])
			html_tag(page, class_of((enum pm_diff_kind)kind), count[kind],
				 pm_diff_name((enum pm_diff_kind)kind),
				 pm_diff_name((enum pm_diff_kind)kind));
	fputs("</ul>\n", page->out);
}

static void write_gaps(struct page *page)
{
	const struct pm_gap *gap;
	const char *when;

	if (difference_is_complete(page->comparison))
		return;
	fputs("<section>\n<h2>What could not be seen</h2>\n", page->out);
	write_sentence(page, difference_unseen);
	for (size_t i = 0; (gap = difference_gap(page->comparison, i, &when)); i++)
		html_gap(page, gap, when);
	fputs("</section>\n", page->out);
}

static void html_diff_write_all(struct page *page)
{
	bool has_before = page->comparison->diff;

	html_head(page, "What changed on");
	write_sentence(page, difference_summary);
	if (has_before)
		html_diff_write_state(page);
	html_main(page);
	if (has_before)
		html_findings(page, "Differences");
	write_gaps(page);
	html_foot(page);
}

int html_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	struct page page = {
		.report = comparison->after,
		.comparison = comparison,
		.options = options,
		.out = options->out,
	};
	int r = difference_findings(comparison, &page.findings);

	if (r == 0)
		html_diff_write_all(&page);
	return html_end(&page, r);
}

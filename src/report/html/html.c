/*
 * One page of HTML for people who were sent it: findings first, then what could not be seen, then
 * every listener with all its facts. No script, nothing from elsewhere, and a policy in its head
 * that keeps it so, whatever a program calls itself.
 */
#include "html/html.h"
#include "html/html_findings.h"
#include "html/html_listeners.h"
#include "keys.h"
#include "tools/markup.h"

void html_element(struct page *page, const char *element, const char *class, const char *text)
{
	fprintf(page->out, "<%s", element);
	if (class)
		markup_attribute(page->out, "class", class);
	fputc('>', page->out);
	markup_text(page->out, text);
	fprintf(page->out, "</%s>", element);
}

const char *html_field(struct page *page, size_t i, const char *column)
{
	pm_buf_clear(&page->text);
	add_field(page->report, i, column, &page->text);
	return pm_buf_text(&page->text);
}

const char *html_verdict_class(enum pm_verdict_kind kind)
{
	static const char *const classes[FINDING_LEVELS] = {"tag", "tag warning", "tag error"};

	return kind == PM_VERDICT_MATCH ? "tag good" : classes[finding_rules[kind].level];
}

static void write_meta(struct page *page)
{
	pm_buf_clear(&page->text);
	pm_report_time(page->report->snapshot->time, &page->text);
	pm_buf_puts(&page->text, ", portmote " PM_VERSION "; registry: ");
	pm_report_registry(page->report->registry, &page->text);
	html_element(page, "p", "soft", pm_buf_text(&page->text));
	fputc('\n', page->out);
}

void html_tag(struct page *page, const char *class, size_t count, const char *one, const char *more)
{
	char text[64];

	snprintf(text, sizeof(text), "%zu %s", count, count == 1 ? one : more);
	fputs("<li>", page->out);
	html_element(page, "span", class, text);
	fputs("</li>\n", page->out);
}

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

void html_head(struct page *page, const char *title)
{
	const char *host =
		page->report->snapshot->host ? page->report->snapshot->host : "this host";

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'\">\n<title>portmote: ",
	      page->out);
	markup_text(page->out, host);
	fputs("</title>\n<style>\n", page->out);
	fputs(html_style, page->out);
	fprintf(page->out, "</style>\n</head>\n<body>\n<header>\n<h1>%s ", title);
	markup_text(page->out, host);
	fputs("</h1>\n", page->out);
	write_meta(page);
}

void html_main(struct page *page)
{
	fputs("</header>\n<main>\n", page->out);
}

static void write_notes(struct page *page, const char *title, const struct pm_notes *notes)
{
	if (!notes->count)
		return;
	html_element(page, "p", NULL, title);
	fputs("\n<ul>\n", page->out);
	for (size_t i = 0; i < notes->count; i++) {
		html_element(page, "li", NULL, notes->text[i]);
		fputc('\n', page->out);
	}
	fputs("</ul>\n", page->out);
}

void html_foot(struct page *page)
{
	const struct pm_coverage *coverage = &page->report->snapshot->coverage;

	fputs("</main>\n<footer>\n<p>Sockets from ", page->out);
	markup_text(page->out, coverage->sockets);
	fputs(", holders from ", page->out);
	markup_text(page->out, coverage->holders);
	fputs(".</p>\n", page->out);
	write_notes(page, "Redirections:", &coverage->redirections);
	write_notes(page, "Not looked at:", &coverage->not_checked);
	fputs("</footer>\n</body>\n</html>\n", page->out);
}

int html_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct page page = {.report = report, .options = options, .out = options->out};
	int r = findings_find(report, options->only, &page.findings);

	if (r == 0) {
		html_head(&page, "What listens on");
		html_write_state(&page);
		html_main(&page);
		html_findings(&page, "Findings");
		html_gaps(&page);
		html_listeners(&page);
		html_foot(&page);
		r = printed(&page.text, options->out);
	}
	pm_buf_release(&page.text);
	findings_release(&page.findings);
	return r;
}

#include "html/html_page.h"
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

	snprintf(text, sizeof(text), "%zu %s", count, pm_plural(count, one, more));
	fputs("<li>", page->out);
	html_element(page, "span", class, text);
	fputs("</li>\n", page->out);
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

int html_end(struct page *page, int r)
{
	int outcome = r < 0 ? r : printed(&page->text, page->out);

	pm_buf_release(&page->text);
	findings_release(&page->findings);
	return outcome;
}

#include "html/html_listeners.h"
#include "fold.h"
#include "keys.h"
#include "tools/markup.h"

static void write_facts(struct page *page, size_t i)
{
	fputs("<dl>\n", page->out);
	for (size_t k = 0; k < pm_field_count; k++) {
		const char *text;

		if (!pm_fields[k].header)
			continue;
		text = html_field(page, i, pm_fields[k].name);
		if (!*text)
			continue;
		html_element(page, "dt", NULL, pm_fields[k].name);
		html_element(page, "dd", NULL, text);
		fputc('\n', page->out);
	}
	fputs("</dl>\n", page->out);
}

static void html_write_listener(struct page *page, size_t i)
{
	enum pm_verdict_kind kind = page->report->judgement->verdicts[i].kind;

	fprintf(page->out, "<details class=\"listener\" id=\"listener-%zu\">\n<summary><span>", i);
	html_element(page, "span", html_verdict_class(kind), pm_verdict_name(kind));
	fputs("</span> ", page->out);
	pm_buf_clear(&page->text);
	add_field(page->report, i, "protocol", &page->text);
	pm_buf_puts(&page->text, " ");
	add_field(page->report, i, "local", &page->text);
	html_element(page, "span", "place", pm_buf_text(&page->text));
	fputs(" <span class=\"what\">", page->out);
	markup_text(page->out, html_field(page, i, "finding"));
	pm_buf_clear(&page->text);
	fold_heading(page->report, i, &page->text);
	if (page->text.len) {
		fputs(" <span class=\"soft\">in ", page->out);
		markup_text(page->out, pm_buf_text(&page->text));
		fputs("</span>", page->out);
	}
	fputs("</span> ", page->out);
	html_element(page, "span", "user soft", html_field(page, i, "user"));
	fputs("</summary>\n", page->out);
	write_facts(page, i);
	fputs("</details>\n", page->out);
}

void html_listeners(struct page *page)
{
	size_t listed = 0;

	fputs("<section>\n<h2>All listeners</h2>\n", page->out);
	for (size_t i = 0; i < page->report->snapshot->listener_count; i++)
		if (is_listed(page->report, page->options->only, i)) {
			html_write_listener(page, i);
			listed++;
		}
	if (!listed)
		fputs("<p>None.</p>\n", page->out);
	fputs("</section>\n", page->out);
}

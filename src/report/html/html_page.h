/* html_page: what every page of HTML has: its frame, elements, and tags. */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "findings/findings.h"

struct page {
	const struct pm_report *report;		/* what listens now */
	const struct pm_comparison *comparison; /* of a page of what changed; else NULL */
	const struct pm_report_options *options;
	FILE *out;
	struct findings findings;
	struct pm_buf text;
};

/* `<element class="class">text</element>`, the class only where it is not NULL. */
void html_element(struct page *page, const char *element, const char *class, const char *text);

/* The text of a column; it holds until the next one. */
const char *html_field(struct page *page, size_t i, const char *column);

const char *html_verdict_class(enum pm_verdict_kind kind);

/* "<li>" with a tag in it: "3 findings". */
void html_tag(struct page *page, const char *class, size_t count, const char *one,
	      const char *more);

/* The parts, in the order of the page. The head is open until html_main(): its tags stand there. */
void html_head(struct page *page, const char *title);
void html_main(struct page *page);
void html_foot(struct page *page);

/* The style sheet: light and dark, screen and paper, desk and phone. */
extern const char html_style[];

/* Release it; returns what the format does, where finding what there is to write came to `r`. */
int html_end(struct page *page, int r);

#endif

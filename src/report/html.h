/* html: parts of the page that have a file of their own. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "findings.h"

struct page {
	const struct pm_report *report;
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

/* The parts, in the order of the page. */
void html_findings(struct page *page);
void html_listeners(struct page *page);

/* The style sheet: light and dark, screen and paper, desk and phone. */
extern const char html_style[];

#endif

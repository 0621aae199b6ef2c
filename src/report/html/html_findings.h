/* html_findings: the findings of a page, worst rule first, and what could not be seen. */
#ifndef REPORT_HTML_FINDINGS_H
#define REPORT_HTML_FINDINGS_H

#include "html/html_page.h"

/* The parts, in the order of the page. The head is open until html_main(): its tags stand there. */
void html_findings(struct page *page, const char *title);
void html_gaps(struct page *page);
void html_gap(struct page *page, const struct pm_gap *gap, const char *when);

#endif

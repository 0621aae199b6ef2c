/* html_listeners: every listener of a page: a line, which opens to all its facts. */
#ifndef REPORT_HTML_LISTENERS_H
#define REPORT_HTML_LISTENERS_H

#include "html/html_page.h"

/* The parts, in the order of the page. The head is open until html_main(): its tags stand there. */
void html_listeners(struct page *page);

#endif

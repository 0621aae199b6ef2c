/* quote: text of a snapshot as a value of a policy. */
#ifndef REPORT_QUOTE_H
#define REPORT_QUOTE_H

#include <portmote/report.h>

/* A glob that stands for `text` alone, quoted where it has to be, added to `ret`. */
void quote_glob(struct pm_buf *ret, const char *text);

#endif

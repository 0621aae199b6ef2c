/* article: what is known of a port, as an entry of an encyclopedia would tell it. */
#ifndef REPORT_ARTICLE_H
#define REPORT_ARTICLE_H

#include <portmote/report.h>

int article_print(const struct pm_report *report, const struct pm_report_options *options,
		  const struct pm_topic *topics, size_t count);

#endif

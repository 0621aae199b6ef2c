/* json_print: the document of an audit: its listeners are written one after the other. */
#ifndef REPORT_JSON_PRINT_H
#define REPORT_JSON_PRINT_H

#include <portmote/report.h>

#include <jansson.h>

/*
 * The last member of a document, written item by item as it comes: all of them at once would take
 * 12 KiB each.
 */
struct json_list {
	const char *key;
	size_t count;
	bool (*is_in)(const void *data, size_t i, unsigned only); /* NULL: all are */
	json_t *(*item)(const void *data, size_t i);
	const void *data;
};

/* That of an audit's: with what was looked for, the summary, and how a policy is kept. */
json_t *json_audit_head(const struct pm_report *report);

/* How many listeners have each verdict. */
json_t *json_summary(const struct pm_report *report);

/* Write `head`, which is released and may be NULL, with the list behind its last member. */
int json_print_list(json_t *head, const struct json_list *list,
		    const struct pm_report_options *options);

int json_print(const struct pm_report *report, const struct pm_report_options *options);

#endif

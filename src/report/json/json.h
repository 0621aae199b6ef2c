/* json: the JSON values of a report, shared by the table of fields and the documents. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <portmote/report.h>
#include <jansson.h>

/* Text, or null where it is NULL. All text of the rooms is ASCII. */
json_t *json_text(const char *text);
json_t *json_time(bool known, int64_t seconds);
json_t *json_known(enum pm_known known); /* true, false, null */

/* Add `value`, whose reference is taken; false: no memory, or `value` is NULL. */
bool json_put(json_t *object, const char *key, json_t *value);
bool json_push(json_t *array, json_t *value);

/* `value` when `complete`; else it is released and NULL is returned. */
json_t *json_whole(json_t *value, bool complete);

json_t *json_transports(uint8_t transports);

json_t *json_registration(const struct pm_registry *registry, uint32_t row);

json_t *json_registry(const struct pm_registry *registry); /* the whole: source, date, rows */

json_t *json_registrations(const struct pm_registry *registry, const uint32_t *rows, size_t count);

json_t *json_holders(const struct pm_report *report, size_t i);

json_t *json_owner(const struct pm_report *report, size_t i);

json_t *json_reasons(const struct pm_report *report, size_t i);

json_t *json_flags(const struct pm_report *report, size_t i);

json_t *json_suspects(const struct pm_report *report, size_t i);

json_t *json_netns(const struct pm_report *report, size_t i);

/* One listener: every field of the table that has a JSON form. */
json_t *json_listener(const struct pm_report *report, size_t i);

/* Head of every document: version, host, time, ephemeral range, registry, coverage. */
json_t *json_head(const struct pm_report *report);

/* Write and release `document`, which may be NULL (no memory): 0, -ENOMEM or -errno of writing. */
int json_write(json_t *document, FILE *out);

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

#endif

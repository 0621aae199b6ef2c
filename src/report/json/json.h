/*
 * json: how the documents are made. An object or array that could not be filled is released, and is
 * NULL from then on: what else is put into it is released too, and whoever gets it sees it at the
 * end. So nobody asks in between.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <portmote/report.h>

#include <jansson.h>

/* Before anything of a document is made. */
void json_begin(void);

/* Text, or null where it is NULL. All text of the rooms is ASCII. */
json_t *json_text(const char *text);
json_t *json_filled(const char *text);	  /* null also where it is "" */
json_t *json_of_buf(struct pm_buf *text); /* the same of a buffer, which is released */

/* A number; null where it is not known. */
json_t *json_number(uint64_t number);
json_t *json_number_if(bool known, uint64_t number);

json_t *json_time(bool known, int64_t seconds);
json_t *json_known(enum pm_known known); /* true, false, null */

/* Add `value`, whose reference is taken; NULL stands for: no memory. */
void json_put(json_t **object, const char *key, json_t *value);
void json_push(json_t **array, json_t *value);

/* Write and release `document`, which may be NULL (no memory): 0, -ENOMEM or -errno of writing. */
int json_write(json_t *document, FILE *out);

/* The same in one line. */
int json_write_line(json_t *document, FILE *out);

#endif

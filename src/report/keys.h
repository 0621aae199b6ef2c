/* keys: what the formats share that go through the listeners one by one. */
#ifndef REPORT_KEYS_H
#define REPORT_KEYS_H

#include <portmote/report.h>

/* Is a listener of this verdict to be listed? (--only) */
bool is_listed(const struct pm_report *report, unsigned only, size_t i);

/* The text of the column `name`, added to `ret`. */
void add_field(const struct pm_report *report, size_t i, const char *name, struct pm_buf *ret);

/*
 * What names a listener from one run to the next, "host tcp 0.0.0.0:22", with the bound device and,
 * where it has no port, with what it takes: nothing that a restart changes. Added to `ret`. A
 * namespace without name is "unnamed": its number is another one after each boot.
 */
void add_key(const struct pm_report *report, size_t i, struct pm_buf *ret);

/* What a format returns: -EIO where `out` lost something, else 0; -ENOMEM where `buf` did. */
int written(FILE *out);
int printed(const struct pm_buf *buf, FILE *out);

#endif

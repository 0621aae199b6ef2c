/* markup: text in XML and HTML; the one place where it is escaped. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <portmote/base.h>

/*
 * Write `text` as character data or as the value of an attribute in either quotes: & < > " ' become
 * references. What is not printable ASCII, which no text of a snapshot is, becomes U+FFFD: XML has
 * no way to write most of it.
 */
void markup_text(FILE *out, const char *text);

/* ` name="text"` */
void markup_attribute(FILE *out, const char *name, const char *text);
void markup_count(FILE *out, const char *name, size_t count);

#endif

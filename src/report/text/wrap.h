/*
 * wrap: prose on lines of at most a width. A word longer than that stands on a line of its own: a
 * path must stay whole to be copied.
 */
#ifndef REPORT_WRAP_H
#define REPORT_WRAP_H

#include <portmote/base.h>

struct wrap {
	FILE *out;
	size_t width;
	size_t column;	    /* where the line being written has come to, or will begin */
	size_t rest;	    /* indentation of the lines that follow it */
	bool has_word;	    /* on that line; its indentation comes with the first one */
	struct pm_buf word; /* the last one, not written yet */
};

/*
 * Add words; runs of spaces count as one. Text that begins with a point, comma, colon or semicolon
 * continues the word before it.
 */
void wrap_puts(struct wrap *wrap, const char *text);
void wrap_printf(struct wrap *wrap, const char *format, ...) PM_PRINTF(2, 3);

/* End the line, if one has been begun; the next is indented by `first`, those after by `rest`. */
void wrap_line(struct wrap *wrap, size_t first, size_t rest);

/* The same, with an empty line between. */
void wrap_paragraph(struct wrap *wrap, size_t indent);

/* "name   value": the value's lines below each other. Nothing where the value is empty. */
void wrap_fact(struct wrap *wrap, size_t indent, size_t value_at, const char *name,
	       const char *value);

/* A line as it is, whatever its length. */
void wrap_verbatim(struct wrap *wrap, size_t indent, const char *text);

/* End it: 0, or -ENOMEM where words were lost on the way. */
int wrap_end(struct wrap *wrap);

#endif

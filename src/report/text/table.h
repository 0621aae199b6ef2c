/*
 * table: columns as wide as what stands in them, a space between two. Nothing is kept: every cell
 * is asked for twice, once for its width, once for its text, so that a table takes no memory.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <portmote/base.h>

enum { TABLE_COLUMNS_MAX = 64 };

struct table_column {
	const char *header;
	bool right; /* its cells stand to the right */
};

struct text_table {
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t column_count, row_count;
	bool header;
	const void *data; /* for: */
	/* The text of a cell, added to `ret`: one line in the alphabet of pm_escape(). An empty one
	 * is printed as a dash, so that every row has every column. */
	void (*cell)(const void *data, size_t row, size_t column, struct pm_buf *ret);
	/* The SGR parameters of a row ("31"), or NULL; console_codes(4). NULL: no row has any. */
	const char *(*color)(const void *data, size_t row);
};

/* 0 or -ENOMEM. A table without rows prints nothing, no header either. */
int table_print(const struct text_table *table, FILE *out);

#endif

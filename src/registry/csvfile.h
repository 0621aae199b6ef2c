/*
 * csvfile: RFC 4180, strictly, over libcsv; for the IANA registry and for the knowledge tables.
 *
 * A record ends at CR LF, LF or CR; the last one may lack it. A byte order mark at the beginning is
 * skipped. Columns are found by their names in the first record. Refused, with the row at fault:
 * a page of HTML or XML in place of it, a quotation mark out of place, a quoted field that is never
 * closed, a NUL, a field longer than PM_REGISTRY_FIELD_MAX, a blank line (a record of one empty
 * field, which libcsv would drop and with it the count of rows), another number of fields than the
 * first record has.
 */
#ifndef REGISTRY_CSVFILE_H
#define REGISTRY_CSVFILE_H

#include <portmote/registry.h>

#define PM_CSV_COLUMNS_MAX 64

/* Bytes as they stand in the file, unquoted; no NUL at the end and none within. */
struct pm_csv_field {
	const char *text;
	size_t len;
};

/* A column that is wanted: by its name, or by the one it had at another time. */
struct pm_csv_column {
	const char *name, *other; /* `other` may be NULL */
	bool optional;		  /* where the header has it not, its fields are empty */
};

struct pm_csv_row {
	const char *file;
	uint32_t row;  /* records, the header being 1 */
	uint32_t line; /* line on which the record begins, from 1 */
	const struct pm_csv_field
		*fields; /* one per wanted column, in the order they were asked for */
};

/* Called once per record after the header, in order; other than 0 stops the reading. */
typedef int pm_csv_row_fn(void *context, const struct pm_csv_row *row, struct pm_error *err);

/*
 * Read `bytes` and call `fn` with the wanted `columns`, none of which the header may have twice.
 * Returns 0, what `fn` returned, -EFBIG (more than PM_REGISTRY_FILE_MAX bytes), -EBADMSG or
 * -ENOMEM.
 */
int pm_csv_read(const char *file, const void *bytes, size_t len,
		const struct pm_csv_column columns[], size_t count, pm_csv_row_fn *fn,
		void *context, struct pm_error *err);

/* Length of the byte order mark at the beginning, or 0. */
size_t pm_csv_mark(const void *bytes, size_t len);

/* Refuse a record: -EBADMSG, with a sentence that begins with file, row and line. */
int pm_csv_refuse(const struct pm_csv_row *row, struct pm_error *err, const char *format, ...)
	PM_PRINTF(3, 4);

#endif

#include "csvfile.h"

#include <csv.h>
#include <errno.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* In place of a column that the header has not. */
static const size_t no_place = SIZE_MAX;

/* libcsv is fed at most so much at a time, and never beyond the end of a line. */
static const size_t chunk_max = 4096;

struct csv_reader {
	struct csv_parser parser;
	struct pm_error *err;
	const struct pm_csv_column *columns; /* wanted */
	size_t column_count;
	pm_csv_row_fn *fn;
	void *context;
	int code; /* first failure; nothing is done after it */

	struct pm_csv_row at; /* the record being read */
	uint32_t line;	      /* the line being read */
	char before;	      /* last byte of the chunk before this one */

	struct pm_buf bytes; /* the fields of this record, one after the other */
	size_t ends[PM_CSV_COLUMNS_MAX];
	size_t field_count;
	size_t width;			  /* number of fields of the header */
	size_t place[PM_CSV_COLUMNS_MAX]; /* where in the record each wanted column stands */
};

int pm_csv_refuse(const struct pm_csv_row *row, struct pm_error *err, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return pm_fail(err, -EBADMSG, "%s, row %u (line %u): %s", row->file, row->row, row->line,
		       text);
}

static int csv_out_of_memory(struct csv_reader *reader)
{
	return pm_fail(reader->err, -ENOMEM, "%s: out of memory", reader->at.file);
}

static struct pm_csv_field field_at(const struct csv_reader *reader, size_t i)
{
	size_t begin = i ? reader->ends[i - 1] : 0;

	return (struct pm_csv_field){pm_buf_text(&reader->bytes) + begin, reader->ends[i] - begin};
}

static bool field_is(struct pm_csv_field field, const char *text)
{
	return field.len == strlen(text) && memcmp(field.text, text, field.len) == 0;
}

static int find_column(struct csv_reader *reader, const struct pm_csv_column *column, size_t *ret)
{
	size_t found = 0;

	*ret = no_place;
	for (size_t j = 0; j < reader->width; j++) {
		struct pm_csv_field field = field_at(reader, j);

		if (!field_is(field, column->name) &&
		    !(column->other && field_is(field, column->other)))
			continue;
		*ret = j;
		found++;
	}
	if (found == 1 || (!found && column->optional))
		return 0;
	return pm_csv_refuse(&reader->at, reader->err,
			     found ? "the column \"%s\" is there twice"
				   : "there is no column \"%s\"",
			     column->name);
}

/* Find each wanted column in the header. */
static int take_header(struct csv_reader *reader)
{
	int r = 0;

	reader->width = reader->field_count;
	for (size_t i = 0; i < reader->column_count && !r; i++)
		r = find_column(reader, &reader->columns[i], &reader->place[i]);
	return r;
}

static int take_record(struct csv_reader *reader)
{
	struct pm_csv_field fields[PM_CSV_COLUMNS_MAX];

	if (reader->at.row == 1)
		return take_header(reader);
	if (reader->field_count != reader->width)
		return pm_csv_refuse(&reader->at, reader->err,
				     "%zu fields, where the header has %zu", reader->field_count,
				     reader->width);
	for (size_t i = 0; i < reader->column_count; i++)
		fields[i] = reader->place[i] == no_place ? (struct pm_csv_field){"", 0}
							 : field_at(reader, reader->place[i]);
	reader->at.fields = fields;
	int r = reader->fn(reader->context, &reader->at, reader->err);
	reader->at.fields = NULL;
	return r;
}

static int take_field(struct csv_reader *reader, const void *text, size_t len)
{
	if (len > PM_REGISTRY_FIELD_MAX)
		return pm_csv_refuse(&reader->at, reader->err, "a field is longer than %u bytes",
				     PM_REGISTRY_FIELD_MAX);
	if (len && memchr(text, '\0', len))
		return pm_csv_refuse(&reader->at, reader->err, "a field holds a NUL byte");
	if (reader->field_count == PM_CSV_COLUMNS_MAX)
		return pm_csv_refuse(&reader->at, reader->err, "more than %d fields",
				     PM_CSV_COLUMNS_MAX);
	pm_buf_add(&reader->bytes, text, len);
	if (reader->bytes.failed)
		return csv_out_of_memory(reader);
	reader->ends[reader->field_count++] = reader->bytes.len;
	return 0;
}

static void on_field(void *text, size_t len, void *data)
{
	struct csv_reader *reader = data;

	if (!reader->code)
		reader->code = take_field(reader, text, len);
}

/* With CSV_REPALL_NL also called for a line break that ends no record. */
static void on_record(int terminator, void *data)
{
	struct csv_reader *reader = data;

	if (reader->code)
		return;
	if (!reader->field_count) {
		if (terminator != '\n' || reader->before != '\r')
			reader->code = pm_csv_refuse(&reader->at, reader->err, "a blank line");
		return;
	}
	reader->code = take_record(reader);
	if (reader->code)
		return;
	reader->at.row++;
	reader->at.line = reader->line + 1;
	reader->field_count = 0;
	pm_buf_clear(&reader->bytes);
}

/* What libcsv could not read; `unclosed`: at the end of the file. */
static int parse_error(struct csv_reader *reader, bool unclosed)
{
	if (csv_error(&reader->parser) != CSV_EPARSE)
		return csv_out_of_memory(reader);
	return pm_csv_refuse(&reader->at, reader->err,
			     unclosed ? "a quoted field is never closed"
				      : "a quotation mark is out of place");
}

static int feed(struct csv_reader *reader, const char *chunk, size_t len)
{
	struct csv_parser *parser = &reader->parser;
	char last = chunk[len - 1];

	size_t done = csv_parse(parser, chunk, len, on_field, on_record, reader);
	if (reader->code)
		return reader->code;
	if (done != len)
		return parse_error(reader, false);
	if (csv_get_buffer_size(parser) > PM_REGISTRY_FIELD_MAX + chunk_max)
		return pm_csv_refuse(&reader->at, reader->err, "a field is longer than %u bytes",
				     PM_REGISTRY_FIELD_MAX);
	if (last == '\r' || (last == '\n' && reader->before != '\r'))
		reader->line++;
	reader->before = last;
	return 0;
}

/* Length of the next chunk: up to and with the next line break. */
static size_t chunk_at(const char *bytes, size_t len)
{
	size_t most = len < chunk_max ? len : chunk_max;

	for (size_t i = 0; i < most; i++)
		if (bytes[i] == '\r' || bytes[i] == '\n')
			return i + 1;
	return most;
}

/* What a web server sends in place of a file that it has not, and the registry's other form. */
static bool is_markup(const char *bytes, size_t len)
{
	while (len && strchr(" \t\r\n", *bytes) && *bytes)
		bytes++, len--;
	return len && *bytes == '<';
}

size_t pm_csv_mark(const void *bytes, size_t len)
{
	const size_t mark = sizeof(byte_order_mark) - 1;

	return len >= mark && !memcmp(bytes, byte_order_mark, mark) ? mark : 0;
}

static int csv_read_all(struct csv_reader *reader, const char *bytes, size_t len)
{
	size_t mark = pm_csv_mark(bytes, len);

	bytes += mark;
	len -= mark;
	if (is_markup(bytes, len))
		return pm_csv_refuse(&reader->at, reader->err,
				     "it is a page of HTML or XML, not CSV");
	while (len) {
		size_t n = chunk_at(bytes, len);
		int r = feed(reader, bytes, n);

		if (r)
			return r;
		bytes += n;
		len -= n;
	}
	if (csv_fini(&reader->parser, on_field, on_record, reader) != 0)
		return parse_error(reader, true);
	if (reader->code)
		return reader->code;
	return reader->at.row > 1 ? 0
				  : pm_csv_refuse(&reader->at, reader->err, "there is no header");
}

/* Spaces belong to the field (RFC 4180, 2.4); libcsv would strip them. */
static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

int pm_csv_read(const char *file, const void *bytes, size_t len,
		const struct pm_csv_column columns[], size_t count, pm_csv_row_fn *fn,
		void *context, struct pm_error *err)
{
	struct csv_reader reader = {
		.err = err,
		.columns = columns,
		.column_count = count,
		.fn = fn,
		.context = context,
		.at = {.file = file, .row = 1, .line = 1},
		.line = 1,
	};

	if (len > PM_REGISTRY_FILE_MAX)
		return pm_fail(err, -EFBIG, "%s is larger than %u bytes", file,
			       PM_REGISTRY_FILE_MAX);
	if (csv_init(&reader.parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
		return csv_out_of_memory(&reader);
	csv_set_space_func(&reader.parser, no_space);
	int r = csv_read_all(&reader, bytes, len);
	csv_free(&reader.parser);
	pm_buf_release(&reader.bytes);
	return r;
}

#include "tools/csv.h"
#include "findings/difference.h"
#include "keys.h"

static bool needs_mark(const char *cell)
{
	const char *first = cell + strspn(cell, " ");

	return *cell == '\'' || (*first && strchr("=+-@\t\r", *first));
}

static void csv_add_cell(struct pm_buf *row, const char *cell)
{
	bool quoted = strpbrk(cell, ",\"\r\n") || *cell == ' ';

	pm_buf_puts(row, quoted ? "\"" : "");
	pm_buf_puts(row, needs_mark(cell) ? "'" : "");
	for (size_t len; *cell; cell += len) {
		len = strcspn(cell, "\"");
		pm_buf_add(row, cell, len);
		if (cell[len] == '"') {
			pm_buf_puts(row, "\"\"");
			len++;
		}
	}
	pm_buf_puts(row, quoted ? "\"" : "");
}

struct csv_columns {
	const size_t *chosen; /* NULL: all that have a header */
	size_t count;
};

static const struct pm_field *column(const struct csv_columns *columns, size_t k)
{
	const struct pm_field *field = &pm_fields[columns->chosen ? columns->chosen[k] : k];

	return field->header ? field : NULL;
}

/* Row `i`, or the header (`report` is NULL). */
static void csv_add_row(struct pm_buf *row, const struct csv_columns *columns,
			const struct pm_report *report, size_t i)
{
	const char *comma = "";
	struct pm_buf cell = {0};

	for (size_t k = 0; k < columns->count; k++) {
		const struct pm_field *field = column(columns, k);

		if (!field)
			continue;
		pm_buf_puts(row, comma);
		comma = ",";
		pm_buf_clear(&cell);
		if (report)
			pm_field_text(field, report, i, &cell);
		csv_add_cell(row, report ? pm_buf_text(&cell) : field->name);
	}
	pm_buf_puts(row, "\r\n");
	row->failed |= cell.failed;
	pm_buf_release(&cell);
}

static void write_row(struct pm_buf *row, FILE *out)
{
	fwrite(pm_buf_text(row), 1, row->len, out);
	pm_buf_clear(row);
}

int csv_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct csv_columns columns = {
		.chosen = options->column_count ? options->columns : NULL,
		.count = options->column_count ? options->column_count : pm_field_count,
	};
	struct pm_buf row = {0};

	if (options->header) {
		csv_add_row(&row, &columns, NULL, 0);
		write_row(&row, options->out);
	}
	for (size_t i = 0; i < report->snapshot->listener_count && !row.failed; i++)
		if (is_listed(report, options->only, i)) {
			csv_add_row(&row, &columns, report, i);
			write_row(&row, options->out);
		}
	int r = printed(&row, options->out);
	pm_buf_release(&row);
	return r;
}

/* ---- what changed ------------------------------------------------------------------ */

/* Of the listener that stands for a difference; before them what changed, behind them how. */
static const char *const diff_columns[] = {"netns",    "protocol", "address", "port",	  "device",
					   "exposure", "verdict",  "flags",   "program",  "exe",
					   "running",  "user",	   "unit",    "container"};

static void add_diff_header(struct pm_buf *row)
{
	pm_buf_puts(row, "change");
	for (size_t k = 0; k < PM_COUNT(diff_columns); k++)
		pm_buf_printf(row, ",%s", diff_columns[k]);
	pm_buf_puts(row, ",facts,text\r\n");
}

/* A cell that is not the first; `cell` is emptied. */
static void end_cell(struct pm_buf *row, struct pm_buf *cell)
{
	pm_buf_puts(row, ",");
	csv_add_cell(row, pm_buf_text(cell));
	row->failed |= cell->failed;
	pm_buf_clear(cell);
}

static void csv_add_difference(struct pm_buf *row, const struct pm_comparison *comparison, size_t k)
{
	const struct pm_difference *difference = &comparison->diff->items[k];
	struct pm_buf cell = {0};
	size_t i;
	const struct pm_report *report = difference_report(comparison, difference, &i);

	csv_add_cell(row, pm_diff_name(difference->kind));
	for (size_t column = 0; column < PM_COUNT(diff_columns); column++) {
		add_field(report, i, diff_columns[column], &cell);
		end_cell(row, &cell);
	}
	difference_facts(difference, &cell);
	end_cell(row, &cell);
	pm_report_difference(comparison, k, &cell);
	end_cell(row, &cell);
	pm_buf_puts(row, "\r\n");
	pm_buf_release(&cell);
}

int csv_diff(const struct pm_comparison *comparison, const struct pm_report_options *options)
{
	struct pm_buf row = {0};

	if (options->header) {
		add_diff_header(&row);
		write_row(&row, options->out);
	}
	for (size_t k = 0; comparison->diff && k < comparison->diff->count && !row.failed; k++) {
		csv_add_difference(&row, comparison, k);
		write_row(&row, options->out);
	}
	int r = printed(&row, options->out);
	pm_buf_release(&row);
	return r;
}

#include "text/table.h"

#include <errno.h>

struct printer {
	const struct text_table *table;
	size_t width[TABLE_COLUMNS_MAX];
	struct pm_buf cell, line;
};

static void take_cell(struct printer *printer, size_t row, size_t column)
{
	pm_buf_clear(&printer->cell);
	printer->table->cell(printer->table->data, row, column, &printer->cell);
	if (!printer->cell.len)
		pm_buf_puts(&printer->cell, "-");
}

/* What stands in the last column to the left needs no width, and is mostly the longest. */
static size_t measured_columns(const struct text_table *table)
{
	return table->column_count - !table->columns[table->column_count - 1].right;
}

static void measure(struct printer *printer)
{
	const struct text_table *table = printer->table;
	size_t columns = measured_columns(table);

	for (size_t k = 0; k < columns; k++) /* also where it is not printed */
		printer->width[k] = strlen(table->columns[k].header);
	for (size_t i = 0; i < table->row_count; i++)
		for (size_t k = 0; k < columns; k++) {
			take_cell(printer, i, k);
			if (printer->cell.len > printer->width[k])
				printer->width[k] = printer->cell.len;
		}
}

/* The text of a cell, and the space up to its width, on the side where it belongs. */
static void table_add_cell(struct printer *printer, size_t column, const char *text, size_t len)
{
	const struct table_column *form = &printer->table->columns[column];
	size_t width = printer->width[column];
	bool is_last = column + 1 == printer->table->column_count;

	for (size_t i = len; form->right && i < width; i++)
		pm_buf_add(&printer->line, " ", 1);
	pm_buf_add(&printer->line, text, len);
	for (size_t i = len; !form->right && !is_last && i < width; i++)
		pm_buf_add(&printer->line, " ", 1);
	if (!is_last)
		pm_buf_add(&printer->line, " ", 1);
}

static void end_line(struct printer *printer, FILE *out)
{
	pm_buf_puts(&printer->line, "\n");
	fwrite(pm_buf_text(&printer->line), 1, printer->line.len, out);
	pm_buf_clear(&printer->line);
}

static void print_header(struct printer *printer, FILE *out)
{
	for (size_t k = 0; k < printer->table->column_count; k++) {
		const char *header = printer->table->columns[k].header;

		table_add_cell(printer, k, header, strlen(header));
	}
	end_line(printer, out);
}

static void print_row(struct printer *printer, size_t row, FILE *out)
{
	const struct text_table *table = printer->table;
	const char *color = table->color ? table->color(table->data, row) : NULL;

	if (color)
		pm_buf_printf(&printer->line, "\033[%sm", color);
	for (size_t k = 0; k < table->column_count; k++) {
		take_cell(printer, row, k);
		table_add_cell(printer, k, pm_buf_text(&printer->cell), printer->cell.len);
	}
	if (color)
		pm_buf_puts(&printer->line, "\033[0m");
	end_line(printer, out);
}

int table_print(const struct text_table *table, FILE *out)
{
	struct printer printer = {.table = table};

	if (!table->row_count || !table->column_count)
		return 0;
	measure(&printer);
	if (table->header)
		print_header(&printer, out);
	for (size_t i = 0; i < table->row_count && !printer.line.failed && !printer.cell.failed;
	     i++)
		print_row(&printer, i, out);
	bool failed = printer.line.failed || printer.cell.failed;
	pm_buf_release(&printer.cell);
	pm_buf_release(&printer.line);
	return failed ? -ENOMEM : 0;
}

#include "text/text.h"
#include "findings/check.h"
#include "fold.h"
#include "keys.h"
#include "text/table.h"

#include <errno.h>

/* The columns where none are asked for. */
static const struct {
	const char *name;
	bool if_bound, if_verbose; /* only with --bound, only with -v */
} default_columns[] = {
	{"verdict", false, false}, {"protocol", false, false}, {"local", false, false},
	{"state", true, false},	   {"user", false, false},     {"flags", false, false},
	{"finding", false, false}, {"reasons", false, true},
};

/* Colours of verdicts that deserve a look; the others have none. */
static const char *const verdict_color[PM_VERDICTS] = {
	[PM_VERDICT_IMPOSTOR] = "31",	    /* red */
	[PM_VERDICT_MISMATCH] = "31",	    /* red */
	[PM_VERDICT_UNKNOWN] = "1;33",	    /* yellow */
	[PM_VERDICT_UNREGISTERED] = "1;33", /* yellow */
};

struct text_columns {
	const struct pm_field *field[TABLE_COLUMNS_MAX];
	size_t count;
};

static void choose_default_columns(bool bound, bool verbose, struct text_columns *ret)
{
	for (size_t i = 0; i < PM_COUNT(default_columns); i++) {
		const char *name = default_columns[i].name;

		if ((default_columns[i].if_bound && !bound) ||
		    (default_columns[i].if_verbose && !verbose))
			continue;
		ret->field[ret->count++] = &pm_fields[pm_field_find(name, strlen(name))];
	}
}

static void choose_columns(const struct pm_report *report, const struct pm_report_options *options,
			   struct text_columns *ret)
{
	ret->count = 0;
	for (size_t i = 0; i < options->column_count && ret->count < PM_COUNT(ret->field); i++)
		ret->field[ret->count++] = &pm_fields[options->columns[i]];
	if (!options->column_count)
		choose_default_columns(report->snapshot->with_bound, options->verbose, ret);
}

/* ---- the table --------------------------------------------------------------------- */

static int text_compare_rows(const void *a, const void *b, void *data)
{
	const struct pm_judgement *judgement = data;
	const size_t *x = a, *y = b;
	int c = PM_CMP(pm_verdict_rank(judgement->verdicts[*x].kind),
		       pm_verdict_rank(judgement->verdicts[*y].kind));

	return c ? c : PM_CMP(*x, *y);
}

/* Indexes of the rows to be shown; to be freed. NULL: out of memory. */
static size_t *choose_rows(const struct pm_report *report, unsigned only, size_t *ret_count)
{
	size_t *rows = calloc(report->judgement->count + 1, sizeof(*rows)), count = 0;

	for (size_t i = 0; rows && i < report->judgement->count; i++)
		if (is_listed(report, only, i))
			rows[count++] = i;
	*ret_count = count;
	return rows;
}

/* The rows of one table, and where in them it is. */
struct text_lines {
	const struct pm_report *report;
	const struct pm_report_options *options;
	struct text_columns columns;
	const size_t *rows;
	const struct fold *folds;
};

/* "0.0.0.0:22 [::]:22", "127.0.0.1:53 and 3 more": the addresses of a fold. */
static void add_others(const struct text_lines *lines, const struct pm_field *field,
		       const struct fold *fold, struct pm_buf *cell)
{
	if (field->fold != PM_FOLD_ADDRESSES || fold->count < 2)
		return;
	if (fold->count > 2) {
		pm_buf_printf(cell, " and %zu more", fold->count - 1);
		return;
	}
	pm_buf_puts(cell, " ");
	pm_field_text(field, lines->report, lines->rows[fold->first + 1], cell);
}

/* "owned by pid 812 /usr/sbin/foo; 3 more like it listen here": workers that share the work. */
static void add_workers(const struct pm_field *field, const struct fold *fold, struct pm_buf *cell)
{
	if (field->fold == PM_FOLD_WORKERS && fold->owners > 1)
		pm_buf_printf(cell, "; %zu more like it listen%s here", fold->owners - 1,
			      fold->owners == 2 ? "s" : "");
}

static void write_cell(const void *data, size_t row, size_t column, struct pm_buf *ret)
{
	const struct text_lines *lines = data;
	const struct pm_field *field = lines->columns.field[column];
	const struct fold *fold = &lines->folds[row];

	pm_field_text(field, lines->report, lines->rows[fold->first], ret);
	add_others(lines, field, fold, ret);
	add_workers(field, fold, ret);
}

static const char *color_of(const void *data, size_t row)
{
	const struct text_lines *lines = data;
	size_t i = lines->rows[lines->folds[row].first];

	return verdict_color[lines->report->judgement->verdicts[i].kind];
}

static int print_lines(struct text_lines *lines, const struct fold *folds, size_t count)
{
	const struct pm_report_options *options = lines->options;
	struct text_table table = {
		.column_count = lines->columns.count,
		.row_count = count,
		.header = options->header,
		.data = lines,
		.cell = write_cell,
		.color = options->color ? color_of : NULL,
	};

	for (size_t k = 0; k < lines->columns.count; k++)
		table.columns[k] = (struct table_column){lines->columns.field[k]->header,
							 lines->columns.field[k]->right};
	lines->folds = folds;
	return table_print(&table, options->out);
}

/* How many folds from the first on stand under one heading, which is left in `heading`. */
static size_t take_heading(const struct text_lines *lines, const struct fold *folds, size_t count,
			   struct pm_buf *heading)
{
	struct pm_buf other = {0};
	size_t taken = 0;

	pm_buf_clear(heading);
	fold_heading(lines->report, lines->rows[folds[0].first], heading);
	do {
		taken++;
		pm_buf_clear(&other);
		if (taken < count)
			fold_heading(lines->report, lines->rows[folds[taken].first], &other);
	} while (taken < count && !strcmp(pm_buf_text(heading), pm_buf_text(&other)));
	heading->failed |= other.failed;
	pm_buf_release(&other);
	return taken;
}

/* Rows of the first namespace, then those of each container and namespace under a heading. */
static int print_folded(struct text_lines *lines, const struct fold *folds, size_t count)
{
	struct pm_buf heading = {0};
	int r = count ? 0 : print_lines(lines, folds, 0);

	for (size_t at = 0, taken; at < count && r == 0; at += taken) {
		taken = take_heading(lines, folds + at, count - at, &heading);
		if (heading.len)
			fprintf(lines->options->out, "%sin %s:\n", at ? "\n" : "",
				pm_buf_text(&heading));
		r = heading.failed ? -ENOMEM : print_lines(lines, folds + at, taken);
		if (heading.len && at + taken == count)
			fputc('\n', lines->options->out);
	}
	pm_buf_release(&heading);
	return r;
}

/* Columns of one's own choice are for scripts: each listener by itself. */
static int print_table(const struct pm_report *report, const struct pm_report_options *options)
{
	struct text_lines lines = {.report = report, .options = options};
	size_t count, fold_count = 0;
	size_t *rows = choose_rows(report, options->only, &count);
	struct fold *folds = NULL;
	int r = -ENOMEM;

	choose_columns(report, options, &lines.columns);
	lines.rows = rows;
	if (rows && !options->column_count) {
		folds = fold_rows(report, rows, count, &fold_count);
		r = folds ? print_folded(&lines, folds, fold_count) : -ENOMEM;
	} else if (rows) {
		if (count)
			qsort_r(rows, count, sizeof(*rows), text_compare_rows,
				(void *)report->judgement);
		folds = calloc(count + 1, sizeof(*folds));
		for (size_t i = 0; folds && i < count; i++)
			folds[i] = (struct fold){.first = i, .count = 1, .owners = 1};
		r = folds ? print_lines(&lines, folds, count) : -ENOMEM;
	}
	free(folds);
	free(rows);
	return r;
}

/* ---- what is said below it --------------------------------------------------------- */

static void print_counts(const struct pm_report *report, FILE *out)
{
	size_t count[PM_VERDICTS] = {0};
	const char *comma = ": ";

	for (size_t i = 0; i < report->judgement->count; i++)
		count[report->judgement->verdicts[i].kind]++;
	fprintf(out, "%zu listener%s", report->judgement->count,
		pm_plural(report->judgement->count, "", "s"));
	for (int rank = 0; rank < PM_VERDICTS; rank++)
		for (int kind = 0; kind < PM_VERDICTS; kind++)
			if (count[kind] && pm_verdict_rank((enum pm_verdict_kind)kind) == rank) {
				fprintf(out, "%s%zu %s", comma, count[kind],
					pm_verdict_name((enum pm_verdict_kind)kind));
				comma = ", ";
			}
}

static void print_coverage(const struct pm_coverage *coverage, FILE *out)
{
	fprintf(out, "; %s; sockets from %s, holders from %s",
		coverage->gap_count ? "INCOMPLETE" : "complete", coverage->sockets,
		coverage->holders);
	if (coverage->bpf_refused)
		fprintf(out, " (BPF: %s)", coverage->bpf_refused);
	if (coverage->transient)
		fprintf(out, "; %zu came and went", coverage->transient);
	if (coverage->unreadable)
		fprintf(out, "; %zu process%s not readable", coverage->unreadable,
			pm_plural(coverage->unreadable, "", "es"));
	fputc('\n', out);
	for (size_t i = 0; i < coverage->gap_count; i++) {
		const struct pm_gap *gap = &coverage->gaps[i];

		fprintf(out, "incomplete: %s %s (%zu): %s\n", pm_gap_what_name(gap->what),
			pm_gap_why_name(gap->why), gap->count, gap->detail);
	}
}

/* The very rows that would make what is listed known. */
static int print_acceptances(const struct pm_report *report, unsigned only, FILE *out)
{
	struct pm_buf rows[2] = {0};
	size_t count = 0;

	for (size_t i = 0; i < report->judgement->count; i++) {
		struct pm_buf *row = &rows[i % 2];

		pm_buf_clear(row);
		if (is_listed(report, only, i))
			pm_acceptance(report->snapshot, report->judgement, i, row);
		/* IPv4 and IPv6, side by side, share a row. */
		if (!row->len || !strcmp(pm_buf_text(&rows[0]), pm_buf_text(&rows[1])))
			continue;
		if (!count++)
			fputs("to make known what belongs here, as rows of a file in "
			      "/etc/portmote/occupants.d (see portmote(8)):\n",
			      out);
		fprintf(out, "  %s\n", pm_buf_text(row));
	}
	int r = rows[0].failed || rows[1].failed ? -ENOMEM : 0;
	pm_buf_release(&rows[0]);
	pm_buf_release(&rows[1]);
	return r;
}

static void print_notes(const char *what, const struct pm_notes *notes, FILE *out)
{
	for (size_t i = 0; i < notes->count; i++)
		fprintf(out, "%s%s", i ? "; " : what, notes->text[i]);
	if (notes->count)
		fputc('\n', out);
}

void text_registry(const struct pm_registry *registry, FILE *out)
{
	struct pm_buf text = {0};

	pm_report_registry(registry, &text);
	fprintf(out, "registry: %s\n", pm_buf_text(&text));
	pm_buf_release(&text);
}

int text_print(const struct pm_report *report, const struct pm_report_options *options)
{
	const struct pm_coverage *coverage = &report->snapshot->coverage;
	int r = (report->check ? check_print : print_table)(report, options);

	if (r < 0)
		return r;
	/* Without header, only records: for scripts. What is missing is in the exit code then. */
	if (options->header) {
		print_counts(report, options->out);
		print_coverage(coverage, options->out);
		print_notes("redirections: ", &coverage->redirections, options->out);
		text_registry(report->registry, options->out);
	}
	if (options->header && options->verbose) {
		r = print_acceptances(report, options->only, options->out);
		print_notes("not checked: ", &coverage->not_checked, options->out);
	}
	return r < 0 ? r : written(options->out);
}

/* Reading tables, and finding rows in them. */
#include "knowledge.h"

#include <ctype.h>
#include <errno.h>

struct knowledge_reader {
	const struct pm_table_form *form;
	const struct pm_registry *registry;
	struct pm_arena *text;
	const char *file;
	bool sorted;
	struct pm_rows rows;
};

static void *row_at(const struct pm_rows *rows, size_t size, size_t i)
{
	return (char *)rows->items + i * size;
}

/* The alphabet of pm_escape(), a backslash standing only for itself as \x5c and so on. */
static bool knowledge_is_text(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return false;
		if (text[i] == '\\' &&
		    (len - i < 4 || text[i + 1] != 'x' || !isxdigit((unsigned char)text[i + 2]) ||
		     !isxdigit((unsigned char)text[i + 3])))
			return false;
	}
	return text[0] != ' ' && text[len - 1] != ' ';
}

/* Copies of all fields, each in the form that the tables promise. */
static int knowledge_take_text(struct knowledge_reader *reader, const struct pm_csv_row *row,
			       const char *text[], struct pm_error *err)
{
	for (size_t i = 0; i < reader->form->column_count; i++) {
		struct pm_csv_field field = row->fields[i];
		const char *column = reader->form->columns[i].name;

		if (!field.len)
			return pm_csv_refuse(row, err, "the %s is missing", column);
		if (!knowledge_is_text(field.text, field.len))
			return pm_csv_refuse(row, err,
					     "the %s is not printable ASCII without spaces at its "
					     "ends (other bytes as \\x0a, the backslash too)",
					     column);
		text[i] = pm_arena_copy(reader->text, field.text, field.len);
		if (!text[i])
			return pm_fail(err, -ENOMEM, "%s: out of memory", row->file);
	}
	return 0;
}

/* Has the registry a port for the service, spelt so? */
static bool is_registered(const struct pm_registry *registry, const char *service)
{
	for (uint32_t i = 0;
	     (i = pm_registry_next(registry, service, i)) < pm_registry_rows(registry); i++)
		if (!strcmp(pm_registry_row(registry, i).name, service))
			return true;
	return false;
}

/* `new` comes after the rows so far. */
static int check_order(const struct knowledge_reader *reader, const void *new,
		       const struct pm_csv_row *row, struct pm_error *err)
{
	const struct pm_rows *rows = &reader->rows;

	if (!reader->sorted || !rows->count)
		return 0;
	int order = reader->form->compare(row_at(rows, reader->form->size, rows->count - 1), new);
	if (!order)
		return pm_csv_refuse(row, err, "the same as the row before it");
	return order < 0 ? 0 : pm_csv_refuse(row, err, "belongs before the row before it");
}

static int knowledge_take_row(void *context, const struct pm_csv_row *row, struct pm_error *err)
{
	struct knowledge_reader *reader = context;
	const struct pm_table_form *form = reader->form;
	const char *text[PM_TABLE_COLUMNS_MAX];
	_Alignas(max_align_t) unsigned char new[sizeof(struct pm_occupant)];

	int r = knowledge_take_text(reader, row, text, err);
	if (r < 0)
		return r;
	r = form->take(text, reader->file, row, new, err);
	if (r < 0)
		return r;
	if (form->service_of && !is_registered(reader->registry, form->service_of(new)))
		return pm_csv_refuse(row, err, "the registry has no port for the service \"%s\"",
				     form->service_of(new));
	r = check_order(reader, new, row, err);
	if (r < 0)
		return r;
	struct pm_rows *rows = &reader->rows;
	void *place = pm_array_add(&rows->items, &rows->count, &rows->room, form->size);
	if (!place)
		return pm_fail(err, -ENOMEM, "%s: out of memory", row->file);
	memcpy(place, new, form->size);
	return 0;
}

/* Few, so that they can be looked through at every port; all others are found by their port. */
static int note_ranges(struct pm_knowledge *knowledge)
{
	const struct pm_rows *rows = &knowledge->rows[PM_TABLE_OCCUPANTS];
	const struct pm_occupant *all = rows->items;
	uint32_t *ranges = reallocarray(knowledge->ranges, rows->count + 1, sizeof(*ranges));

	if (!ranges)
		return -ENOMEM;
	knowledge->ranges = ranges;
	knowledge->range_count = 0;
	for (size_t i = 0; i < rows->count && !all[i].any; i++)
		if (all[i].first != all[i].last)
			ranges[knowledge->range_count++] = (uint32_t)i;
	return 0;
}

/* `new` after `rows`, then all in order. */
static int knowledge_join(struct pm_rows *rows, const struct pm_rows *new,
			  const struct pm_table_form *form)
{
	void *items = reallocarray(rows->items, rows->count + new->count + 1, form->size);

	if (!items)
		return -ENOMEM;
	rows->items = items;
	if (new->count)
		memcpy(row_at(rows, form->size, rows->count), new->items, new->count * form->size);
	rows->count += new->count;
	rows->room = rows->count + 1;
	qsort(rows->items, rows->count, form->size, form->compare);
	return 0;
}

int pm_knowledge_read(struct pm_knowledge *knowledge, int table, const char *name, const char *file,
		      const void *bytes, size_t len, const struct pm_registry *registry,
		      bool sorted, struct pm_error *err)
{
	const struct pm_table_form *form = &pm_tables[table];
	struct knowledge_reader reader = {
		.form = form,
		.registry = registry,
		.text = &knowledge->text,
		.file = pm_arena_escape(&knowledge->text, file, strlen(file)),
		.sorted = sorted};

	if (!reader.file)
		return pm_fail(err, -ENOMEM, "%s: out of memory", name);
	int r = pm_csv_read(name, bytes, len, form->columns, form->column_count, knowledge_take_row,
			    &reader, err);
	if (r == 0 && (knowledge_join(&knowledge->rows[table], &reader.rows, form) < 0 ||
		       note_ranges(knowledge) < 0))
		r = pm_fail(err, -ENOMEM, "%s: out of memory", name);
	free(reader.rows.items);
	return r;
}

int pm_knowledge_add(struct pm_knowledge *knowledge, enum pm_table table, const char *name,
		     const void *bytes, size_t len, const struct pm_registry *registry,
		     struct pm_error *err)
{
	size_t before = knowledge->rows[table].count;
	int r = pm_knowledge_read(knowledge, (int)table, name, name, bytes, len, registry, false,
				  err);

	if (r < 0)
		return r;
	struct pm_knowledge_file *file = pm_array_add(&knowledge->files, &knowledge->file_count,
						      &knowledge->file_room, sizeof(*file));
	char *copy = pm_arena_escape(&knowledge->text, name, strlen(name));
	if (!file || !copy)
		return pm_fail(err, -ENOMEM, "%s: out of memory", name);
	*file = (struct pm_knowledge_file){copy, table, knowledge->rows[table].count - before};
	return 0;
}

const struct pm_knowledge_file *pm_knowledge_files(const struct pm_knowledge *knowledge,
						   size_t *ret_count)
{
	*ret_count = knowledge->file_count;
	return knowledge->files;
}

void pm_knowledge_release(struct pm_knowledge *knowledge)
{
	for (size_t i = 0; i < PM_TABLES; i++)
		free(knowledge->rows[i].items);
	free(knowledge->ranges);
	free(knowledge->files);
	pm_arena_release(&knowledge->text);
	*knowledge = (struct pm_knowledge){0};
}

void pm_knowledge_free(struct pm_knowledge *knowledge)
{
	if (knowledge)
		pm_knowledge_release(knowledge);
	free(knowledge);
}

/* The words of the first line; a header is never quoted in part. */
enum pm_table pm_table_of(const void *bytes, size_t len)
{
	static const char wanted[] = "port";
	const char *text = bytes;

	for (size_t begin = pm_csv_mark(bytes, len), end; begin < len; begin = end + 1) {
		for (end = begin; end < len; end++)
			if (text[end] == ',' || text[end] == '\r' || text[end] == '\n')
				break;
		bool is_quoted = end - begin > 1 && text[begin] == '"';
		size_t width = end - begin - (is_quoted ? 2 : 0);
		if (width == sizeof(wanted) - 1 && !memcmp(text + begin + is_quoted, wanted, width))
			return PM_TABLE_OCCUPANTS;
		if (end < len && text[end] != ',')
			break;
	}
	return PM_TABLE_IMPLEMENTERS;
}

bool pm_occupant_is_local(const struct pm_knowledge *knowledge, const struct pm_occupant *row)
{
	for (size_t i = 0; i < knowledge->file_count; i++)
		if (knowledge->files[i].table == PM_TABLE_OCCUPANTS &&
		    !strcmp(knowledge->files[i].name, row->file))
			return true;
	return false;
}

/* ---- finding ----------------------------------------------------------------------- */

#define ROWS_OF(function, type, table)                                                             \
	const struct type *function(const struct pm_knowledge *knowledge, size_t *ret_count)       \
	{                                                                                          \
		*ret_count = knowledge->rows[table].count;                                         \
		return knowledge->rows[table].items;                                               \
	}
ROWS_OF(pm_implementers, pm_implementer, PM_TABLE_IMPLEMENTERS)
ROWS_OF(pm_occupants, pm_occupant, PM_TABLE_OCCUPANTS)
ROWS_OF(pm_dormants, pm_dormant, PM_TABLE_DORMANT)
ROWS_OF(pm_listings, pm_listing, PM_TABLE_LISTINGS)

static const void *knowledge_find(const struct pm_knowledge *knowledge, int table, const void *key)
{
	const struct pm_rows *rows = &knowledge->rows[table];

	return rows->count ? bsearch(key, rows->items, rows->count, pm_tables[table].size,
				     pm_tables[table].compare)
			   : NULL;
}

const struct pm_implementer *pm_implementer_find(const struct pm_knowledge *knowledge,
						 const char *service, const char *program,
						 enum pm_kind kind)
{
	const struct pm_implementer key = {.service = service, .program = program, .kind = kind};

	return knowledge_find(knowledge, PM_TABLE_IMPLEMENTERS, &key);
}

const struct pm_implementer *pm_implementers_of(const struct pm_knowledge *knowledge,
						const char *service, size_t *ret_count)
{
	const struct pm_rows *rows = &knowledge->rows[PM_TABLE_IMPLEMENTERS];
	const struct pm_implementer *all = rows->items;
	size_t low = 0, high = rows->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(all[middle].service, service) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (high < rows->count && !strcmp(all[high].service, service))
		high++;
	*ret_count = high - low;
	return all + low;
}

/* How many rows come before those that say "any" (`any`), or that begin at `first`. */
static size_t occupants_before(const struct pm_rows *rows, bool any, uint16_t first)
{
	const struct pm_occupant *all = rows->items;
	size_t low = 0, high = rows->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (!all[middle].any && (any || all[middle].first < first))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t pm_occupants_next(const struct pm_knowledge *knowledge, uint16_t port, size_t from)
{
	const struct pm_rows *rows = &knowledge->rows[PM_TABLE_OCCUPANTS];
	const struct pm_occupant *all = rows->items;
	size_t begin = occupants_before(rows, false, port);

	for (size_t i = 0; i < knowledge->range_count && from < begin; i++) {
		uint32_t range = knowledge->ranges[i];

		if (range >= from && range < begin && all[range].last >= port)
			return range;
	}
	from = from < begin ? begin : from;
	return from < rows->count && !all[from].any && all[from].first == port ? from : rows->count;
}

const char *pm_person_name(const struct pm_knowledge *knowledge, const char *id, size_t len)
{
	char text[128];
	const struct pm_person key = {.id = text}, *person;

	if (len >= sizeof(text))
		return NULL;
	memcpy(text, id, len);
	text[len] = '\0';
	person = knowledge_find(knowledge, PM_TABLE_PEOPLE, &key);
	return person ? person->name : NULL;
}

static bool is_occupant(const struct pm_occupant *row, enum pm_transport transport,
			const char *program, enum pm_kind kind)
{
	return row->transport == transport && row->kind == kind && !strcmp(row->program, program);
}

const struct pm_occupant *pm_occupant_find(const struct pm_knowledge *knowledge,
					   enum pm_transport transport, uint16_t port,
					   const char *program, enum pm_kind kind)
{
	const struct pm_rows *rows = &knowledge->rows[PM_TABLE_OCCUPANTS];
	const struct pm_occupant *all = rows->items;

	for (size_t i = 0; (i = pm_occupants_next(knowledge, port, i)) < rows->count; i++)
		if (is_occupant(&all[i], transport, program, kind))
			return &all[i];
	for (size_t i = occupants_before(rows, true, 0); i < rows->count; i++)
		if (all[i].first <= port && is_occupant(&all[i], transport, program, kind))
			return &all[i];
	return NULL;
}

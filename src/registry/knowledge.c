#include "knowledge.h"

#include "csvfile.h"
#include "text.h"

#include <errno.h>

enum column { SERVICE, PROGRAM, KIND, SOURCE, COLUMNS };

static const char *const columns[COLUMNS] = {"service", "program", "kind", "source"};

static const char *const kind_names[PM_KINDS] = {
	[PM_KIND_EXE] = "exe",	     [PM_KIND_SCRIPT] = "script", [PM_KIND_MODULE] = "module",
	[PM_KIND_JAR] = "jar",	     [PM_KIND_CLASS] = "class",	  [PM_KIND_UNIT] = "unit",
	[PM_KIND_KERNEL] = "kernel",
};

struct reader {
	const struct pm_registry *registry;
	struct pm_knowledge *knowledge;
	struct pm_buf folded;
};

const char *pm_kind_name(enum pm_kind kind)
{
	return kind_names[kind];
}

int pm_implementer_compare(const void *a, const void *b)
{
	const struct pm_implementer *x = a, *y = b;
	int order = strcmp(x->service, y->service);

	if (!order)
		order = strcmp(x->program, y->program);
	return order ? order : PM_CMP(x->kind, y->kind);
}

static int parse_kind(const char *text, enum pm_kind *ret)
{
	for (unsigned i = 0; i < PM_KINDS; i++) {
		if (strcmp(text, kind_names[i]) != 0)
			continue;
		*ret = (enum pm_kind)i;
		return 0;
	}
	return -EINVAL;
}

static bool is_registered(const struct pm_registry *registry, const char *service)
{
	for (uint32_t i = 0; i < pm_registry_rows(registry); i++)
		if (strcmp(pm_registry_row(registry, i).name, service) == 0)
			return true;
	return false;
}

/* Copies of all fields, each in the form that the tables promise. */
static int take_text(struct reader *reader, const struct pm_csv_row *row, const char *text[COLUMNS],
		     struct pm_error *err)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		struct pm_csv_field field = row->fields[i];

		if (!field.len)
			return pm_csv_refuse(row, err, "the %s is missing", columns[i]);
		pm_text_fold(&reader->folded, field.text, field.len);
		text[i] = pm_arena_copy(&reader->knowledge->text, field.text, field.len);
		if (reader->folded.failed || !text[i])
			return pm_fail(err, -ENOMEM, "%s: out of memory", row->file);
		if (strcmp(text[i], pm_buf_text(&reader->folded)) != 0)
			return pm_csv_refuse(row, err,
					     "the %s is not printable ASCII with single spaces",
					     columns[i]);
	}
	return 0;
}

/* `new` comes after the rows so far. */
static int check_order(const struct pm_knowledge *knowledge, const struct pm_implementer *new,
		       const struct pm_csv_row *row, struct pm_error *err)
{
	if (!knowledge->count)
		return 0;
	const struct pm_implementer *last = &knowledge->rows[knowledge->count - 1];
	int order = pm_implementer_compare(last, new);
	if (!order)
		return pm_csv_refuse(row, err, "%s, %s, %s is in row %u already", new->service,
				     new->program, kind_names[new->kind], last->row);
	if (order > 0)
		return pm_csv_refuse(row, err, "out of order: %s, %s, %s belongs before %s, %s, %s",
				     new->service, new->program, kind_names[new->kind],
				     last->service, last->program, kind_names[last->kind]);
	return 0;
}

static int take_row(void *context, const struct pm_csv_row *row, struct pm_error *err)
{
	struct reader *reader = context;
	struct pm_knowledge *knowledge = reader->knowledge;
	const char *text[COLUMNS];
	enum pm_kind kind;

	int r = take_text(reader, row, text, err);
	if (r)
		return r;
	if (parse_kind(text[KIND], &kind) < 0)
		return pm_csv_refuse(row, err, "unknown kind \"%s\"", text[KIND]);
	if (!is_registered(reader->registry, text[SERVICE]))
		return pm_csv_refuse(row, err, "the registry has no port for the service \"%s\"",
				     text[SERVICE]);
	const struct pm_implementer new = {.service = text[SERVICE],
					   .program = text[PROGRAM],
					   .source = text[SOURCE],
					   .kind = kind,
					   .row = row->row};
	r = check_order(knowledge, &new, row, err);
	if (r)
		return r;
	struct pm_implementer *place =
		pm_array_add(&knowledge->rows, &knowledge->count, &knowledge->room, sizeof(*place));
	if (!place)
		return pm_fail(err, -ENOMEM, "%s: out of memory", row->file);
	*place = new;
	return 0;
}

int pm_knowledge_read(const char *name, const void *bytes, size_t len,
		      const struct pm_registry *registry, struct pm_knowledge *ret,
		      struct pm_error *err)
{
	struct reader reader = {.registry = registry, .knowledge = ret};

	int r = pm_csv_read(name, bytes, len, columns, COLUMNS, take_row, &reader, err);
	pm_buf_release(&reader.folded);
	return r;
}

void pm_knowledge_release(struct pm_knowledge *knowledge)
{
	free(knowledge->rows);
	pm_arena_release(&knowledge->text);
	*knowledge = (struct pm_knowledge){0};
}

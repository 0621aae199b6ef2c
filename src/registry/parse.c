#include "csvfile.h"
#include "notes.h"
#include "tables.h"
#include "text.h"

#include <errno.h>

enum column {
	NAME,
	PORTS,
	TRANSPORT,
	DESCRIPTION,
	ASSIGNEE,
	CONTACT,
	REGISTERED,
	MODIFIED,
	REFERENCE,
	CODE,
	UNAUTHORIZED,
	NOTES,
	COLUMNS,
};

static const struct pm_csv_column columns[COLUMNS] = {
	[NAME] = {.name = "Service Name"},
	[PORTS] = {.name = "Port Number"},
	[TRANSPORT] = {.name = "Transport Protocol"},
	[DESCRIPTION] = {.name = "Description"},
	[ASSIGNEE] = {.name = "Assignee"},
	[CONTACT] = {.name = "Contact", .optional = true},
	[REGISTERED] = {.name = "Registration Date"},
	[MODIFIED] = {.name = "Modification Date"},
	[REFERENCE] = {.name = "Reference"},
	[CODE] = {.name = "Service Code", .optional = true},
	[UNAUTHORIZED] = {.name = "Unauthorized Use Reported", .other = "Known Unauthorized Uses"},
	[NOTES] = {.name = "Assignment Notes"},
};

struct transport {
	const char *word;
	uint8_t bits;
};

static const struct transport transports[] = {
	{"tcp", 1 << PM_TCP},
	{"udp", 1 << PM_UDP},
	{"sctp", 1 << PM_SCTP},
	{"dccp", 1 << PM_DCCP},
	{"", 1 << PM_TCP | 1 << PM_UDP},
};

struct parser {
	struct pm_pool pool;
	struct pm_entry *entries;
	size_t count, room;
	struct pm_buf text[COLUMNS]; /* the columns of one row, folded */
	struct pm_buf what;	     /* its description, without remarks */
	uint32_t row, line;	     /* the last */
	char date[16];		     /* the latest */
};

static int iana_out_of_memory(const char *file, struct pm_error *err)
{
	return pm_fail(err, -ENOMEM, "%s: out of memory", file);
}

static int parse_transport(struct pm_csv_field field, uint8_t *ret)
{
	for (size_t i = 0; i < PM_COUNT(transports); i++) {
		const struct transport *t = &transports[i];

		if (field.len != strlen(t->word) || memcmp(field.text, t->word, field.len) != 0)
			continue;
		*ret = t->bits;
		return 0;
	}
	return -EINVAL;
}

/* Text of one row into the pool; a name counts as such only where the row assigns. */
static int keep_text(struct parser *parser, struct pm_entry *entry)
{
	const char *text[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++)
		text[i] = pm_buf_text(&parser->text[i]);
	struct registry_notes notes =
		registry_notes_read(text[NAME], text[DESCRIPTION], text[MODIFIED], text[NOTES]);
	struct pm_buf *what = &parser->what;
	pm_buf_clear(what);
	pm_buf_puts(what, text[DESCRIPTION]);
	if (what->failed)
		return -ENOMEM;
	size_t described =
		notes.status == PM_ASSIGNED ? pm_remarks_cut(what->data, what->len) : what->len;
	const struct pm_span kept[PM_TEXTS] = {
		[PM_TEXT_NAME] = {text[NAME], notes.status == PM_ASSIGNED ? strlen(text[NAME]) : 0},
		[PM_TEXT_DESCRIPTION] = {pm_buf_text(what), described},
		[PM_TEXT_ASSIGNEE] = {text[ASSIGNEE], strlen(text[ASSIGNEE])},
		[PM_TEXT_CONTACT] = {text[CONTACT], strlen(text[CONTACT])},
		[PM_TEXT_REGISTERED] = {text[REGISTERED], strlen(text[REGISTERED])},
		[PM_TEXT_MODIFIED] = {text[MODIFIED], strlen(text[MODIFIED])},
		[PM_TEXT_REFERENCE] = {text[REFERENCE], strlen(text[REFERENCE])},
		[PM_TEXT_CODE] = {text[CODE], strlen(text[CODE])},
		[PM_TEXT_UNAUTHORIZED] = {text[UNAUTHORIZED], strlen(text[UNAUTHORIZED])},
		[PM_TEXT_ALIAS_OF] = notes.alias_of,
		[PM_TEXT_DEASSIGNED] = notes.deassigned,
	};

	entry->status = (uint8_t)notes.status;
	entry->historic = notes.historic;
	for (size_t i = 0; i < PM_TEXTS; i++)
		if (pm_pool_add(&parser->pool, kept[i].text, kept[i].len, &entry->text[i]) < 0)
			return -ENOMEM;
	return 0;
}

/* YYYY-MM or YYYY-MM-DD: only such text is compared to find the latest. */
static bool iana_is_date(struct pm_csv_field field)
{
	static const char form[] = "0000-00-00";
	const char *text = field.text;

	if (field.len != 7 && field.len != 10)
		return false;
	for (size_t i = 0; i < field.len; i++)
		if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* Of all rows, also those that name no port: it tells how new the file is. */
static void note_date(struct parser *parser, struct pm_csv_field field)
{
	char date[sizeof(parser->date)] = "";

	if (!iana_is_date(field))
		return;
	memcpy(date, field.text, field.len);
	if (strcmp(date, parser->date) > 0)
		memcpy(parser->date, date, sizeof(date));
}

static int iana_take_row(void *context, const struct pm_csv_row *row, struct pm_error *err)
{
	struct parser *parser = context;
	const struct pm_csv_field *fields = row->fields;
	const struct pm_csv_field ports = fields[PORTS], transport = fields[TRANSPORT];
	struct pm_entry new = {.row = row->row};

	note_date(parser, fields[REGISTERED]);
	note_date(parser, fields[MODIFIED]);
	parser->row = row->row;
	parser->line = row->line;
	if (!ports.len)
		return 0;
	if (pm_parse_ports(ports.text, ports.len, &new.first, &new.last) < 0)
		return pm_csv_refuse(row, err, "bad port number or range \"%.*s\"", (int)ports.len,
				     ports.text);
	if (parse_transport(transport, &new.transports) < 0)
		return pm_csv_refuse(row, err, "unknown transport protocol \"%.*s\"",
				     (int)transport.len, transport.text);
	for (size_t i = 0; i < COLUMNS; i++) {
		pm_text_fold(&parser->text[i], fields[i].text, fields[i].len);
		if (parser->text[i].failed)
			return iana_out_of_memory(row->file, err);
	}
	struct pm_entry *entry =
		pm_array_add(&parser->entries, &parser->count, &parser->room, sizeof(*entry));
	if (!entry || keep_text(parser, &new) < 0)
		return iana_out_of_memory(row->file, err);
	*entry = new;
	return 0;
}

/* The rows are read; sort and index them. The registry takes the parser's memory over. */
static int finish(struct parser *parser, const char *name, struct pm_registry *registry,
		  struct pm_error *err)
{
	struct pm_buf *folded = &parser->text[0];

	pm_text_fold(folded, name, strlen(name));
	if (folded->failed ||
	    pm_pool_add(&parser->pool, pm_buf_text(folded), folded->len, &registry->source) < 0 ||
	    pm_pool_add(&parser->pool, parser->date, strlen(parser->date), &registry->date) < 0)
		return iana_out_of_memory(name, err);
	if (parser->count)
		qsort(parser->entries, parser->count, sizeof(*parser->entries), pm_entry_compare);
	registry->last_row = parser->row;
	registry->last_line = parser->line;
	registry->entries = parser->entries;
	registry->entry_count = (uint32_t)parser->count;
	registry->pool = parser->pool.bytes.data;
	registry->pool_size = (uint32_t)parser->pool.bytes.len;
	parser->entries = NULL;
	parser->pool.bytes = (struct pm_buf){0};
	return pm_index_build(registry, name, err);
}

int pm_registry_parse(const char *name, const void *bytes, size_t len, struct pm_registry **ret,
		      struct pm_error *err)
{
	struct parser parser = {.row = 1, .line = 1};
	struct pm_registry *registry = calloc(1, sizeof(*registry));

	int r = registry ? pm_csv_read(name, bytes, len, columns, COLUMNS, iana_take_row, &parser,
				       err)
			 : iana_out_of_memory(name, err);
	if (!r)
		r = finish(&parser, name, registry, err);
	free(parser.entries);
	pm_pool_release(&parser.pool);
	pm_buf_release(&parser.what);
	for (size_t i = 0; i < COLUMNS; i++)
		pm_buf_release(&parser.text[i]);
	if (r) {
		pm_registry_free(registry);
		return r;
	}
	*ret = registry;
	return 0;
}

void pm_registry_free(struct pm_registry *registry)
{
	if (!registry)
		return;
	free((void *)registry->pool);
	free((void *)registry->entries);
	free((void *)registry->segments);
	free((void *)registry->lists);
	free(registry);
}

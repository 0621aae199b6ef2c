/*
 * registry-compile: the build's own step from registry/ to C. Any fault of the files ends it, and
 * with it the build, with one sentence; the output is replaced whole or not at all.
 */
#include "knowledge.h"
#include "tables.h"

#include <unistd.h>

static void write_string(struct pm_buf *out, const char *text)
{
	pm_buf_puts(out, "\"");
	for (; *text; text++) {
		/* A question mark could begin a trigraph. */
		if (strchr("\"\\?", *text))
			pm_buf_puts(out, "\\");
		pm_buf_add(out, text, 1);
	}
	pm_buf_puts(out, "\"");
}

/*
 * One literal per string: its NUL is an escape, so no digit of the next can join it. `date` comes
 * behind all that is in the pool.
 */
static void write_pool(struct pm_buf *out, const struct pm_registry *registry, const char *date)
{
	size_t size = registry->pool_size + strlen(date) + 1;

	pm_buf_printf(out, "static const char pool[%zu] =\n", size);
	for (size_t at = 0; at < registry->pool_size;) {
		const char *text = registry->pool + at;

		at += strlen(text) + 1;
		write_string(out, text);
		pm_buf_puts(out, " \"\\0\"\n");
	}
	write_string(out, date);
	pm_buf_puts(out, ";\n");
}

static void write_entries(struct pm_buf *out, const struct pm_registry *registry)
{
	pm_buf_puts(out, "\nstatic const struct pm_entry entries[] = {\n");
	for (size_t i = 0; i < registry->entry_count; i++) {
		const struct pm_entry *e = &registry->entries[i];

		pm_buf_puts(out, "{{");
		for (size_t j = 0; j < PM_TEXTS; j++)
			pm_buf_printf(out, "%u,", e->text[j]);
		pm_buf_printf(out, "},%u,%u,%u,%u,%u,%u},\n", e->row, e->first, e->last,
			      e->transports, e->status, e->historic);
	}
	pm_buf_puts(out, "};\n");
}

static void write_index(struct pm_buf *out, const struct pm_registry *registry)
{
	pm_buf_puts(out, "\nstatic const struct pm_segment segments[] = {\n");
	for (size_t i = 0; i <= registry->segment_at[PM_TRANSPORTS]; i++)
		pm_buf_printf(out, "{%u,%u},\n", registry->segments[i].list,
			      registry->segments[i].first);
	pm_buf_puts(out, "};\n\nstatic const uint32_t lists[] = {\n");
	for (size_t i = 0; i < registry->list_count; i++)
		pm_buf_printf(out, "%u,%s", registry->lists[i], i % 16 == 15 ? "\n" : "");
	pm_buf_puts(out, "};\n");
}

static void write_registry(struct pm_buf *out, const struct pm_registry *registry, const char *date)
{
	write_pool(out, registry, date);
	write_entries(out, registry);
	write_index(out, registry);
	pm_buf_puts(out, "\nconst struct pm_registry pm_builtin_registry = {\n"
			 "\t.pool = pool,\n\t.entries = entries,\n"
			 "\t.segments = segments,\n\t.lists = lists,\n");
	pm_buf_printf(out, "\t.pool_size = %zu,\n\t.entry_count = %u,\n\t.list_count = %u,\n",
		      registry->pool_size + strlen(date) + 1, registry->entry_count,
		      registry->list_count);
	pm_buf_puts(out, "\t.segment_at = {");
	for (size_t i = 0; i <= PM_TRANSPORTS; i++)
		pm_buf_printf(out, "%u,", registry->segment_at[i]);
	pm_buf_printf(out, "},\n\t.source = %u,\n\t.date = %u,\n};\n", registry->source,
		      registry->pool_size);
}

/* ---- knowledge --------------------------------------------------------------------- */

static void write_text(struct pm_buf *out, const char *name, const char *text)
{
	pm_buf_printf(out, ".%s = ", name);
	write_string(out, text);
	pm_buf_puts(out, ", ");
}

static void write_implementer(struct pm_buf *out, const void *item)
{
	const struct pm_implementer *row = item;

	write_text(out, "service", row->service);
	write_text(out, "program", row->program);
	write_text(out, "source", row->source);
	write_text(out, "file", row->file);
	pm_buf_printf(out, ".kind = %u, .row = %u", row->kind, row->row);
}

static void write_occupant(struct pm_buf *out, const void *item)
{
	const struct pm_occupant *row = item;

	write_text(out, "program", row->program);
	write_text(out, "what", row->what);
	write_text(out, "source", row->source);
	write_text(out, "file", row->file);
	pm_buf_printf(out,
		      ".first = %u, .last = %u, .any = %d, .transport = %u, .kind = %u, .row = %u",
		      row->first, row->last, row->any, row->transport, row->kind, row->row);
}

static void write_dormant(struct pm_buf *out, const void *item)
{
	const struct pm_dormant *row = item;

	write_text(out, "service", row->service);
	write_text(out, "history", row->history);
	write_text(out, "source", row->source);
	pm_buf_printf(out, ".row = %u", row->row);
}

static void write_listing(struct pm_buf *out, const void *item)
{
	const struct pm_listing *row = item;

	write_text(out, "service", row->service);
	write_text(out, "source", row->source);
	pm_buf_printf(out, ".port = %u, .transport = %u, .row = %u", row->port, row->transport,
		      row->row);
}

static void write_person(struct pm_buf *out, const void *item)
{
	const struct pm_person *row = item;

	write_text(out, "id", row->id);
	write_text(out, "name", row->name);
}

static void write_origin(struct pm_buf *out, const void *item)
{
	const struct pm_origin *row = item;

	write_text(out, "what", row->what);
	write_text(out, "date", row->date);
	write_text(out, "source", row->source);
}

/* The tables, in the order of the command line, which follows enum pm_table and what goes on it. */
static const struct {
	const char *type;
	void (*write)(struct pm_buf *out, const void *item);
} writers[PM_TABLES] = {
	[PM_TABLE_IMPLEMENTERS] = {"pm_implementer", write_implementer},
	[PM_TABLE_OCCUPANTS] = {"pm_occupant", write_occupant},
	[PM_TABLE_DORMANT] = {"pm_dormant", write_dormant},
	[PM_TABLE_LISTINGS] = {"pm_listing", write_listing},
	[PM_TABLE_ORIGINS] = {"pm_origin", write_origin},
	[PM_TABLE_PEOPLE] = {"pm_person", write_person},
};

static void write_knowledge(struct pm_buf *out, const struct pm_knowledge *knowledge)
{
	for (size_t t = 0; t < PM_TABLES; t++) {
		const struct pm_rows *rows = &knowledge->rows[t];

		pm_buf_printf(out, "\nstatic const struct %s %s_rows[] = {\n", writers[t].type,
			      writers[t].type);
		for (size_t i = 0; i < rows->count; i++) {
			pm_buf_puts(out, "{");
			writers[t].write(out, (char *)rows->items + i * pm_tables[t].size);
			pm_buf_puts(out, "},\n");
		}
		pm_buf_puts(out, "};\n");
	}
	pm_buf_puts(out, "\nstatic const uint32_t ranges[] = {");
	for (size_t i = 0; i < knowledge->range_count; i++)
		pm_buf_printf(out, "%u, ", knowledge->ranges[i]);
	pm_buf_puts(out, "};\n\nconst struct pm_knowledge pm_builtin_knowledge = {.rows = {\n");
	for (size_t t = 0; t < PM_TABLES; t++)
		pm_buf_printf(out, "{(void *)%s_rows, %zu, 0},\n", writers[t].type,
			      knowledge->rows[t].count);
	pm_buf_printf(out, "}, .ranges = (void *)ranges, .range_count = %zu};\n",
		      knowledge->range_count);
}

static int compile_read_file(const char *path, struct pm_buf *buf, struct pm_error *err)
{
	int fd = pm_open_regular(path, err);

	if (fd < 0)
		return fd;
	int r = pm_read_all(fd, path, PM_REGISTRY_FILE_MAX, buf, err);
	close(fd);
	return r;
}

/* The sentences name the file; the source of the result is what the program will show. */
static int parse_registry(const char *path, const struct pm_buf *bytes, struct pm_registry **ret,
			  struct pm_error *err)
{
	int r = pm_registry_parse(path, bytes->data, bytes->len, ret, err);
	if (r < 0)
		return r;
	r = pm_registry_check(*ret, err);
	if (r < 0)
		return r;
	pm_registry_free(*ret);
	*ret = NULL;
	return pm_registry_parse("built in", bytes->data, bytes->len, ret, err);
}

static int read_registry(const char *path, struct pm_registry **ret, struct pm_error *err)
{
	struct pm_buf bytes = {0};

	int r = compile_read_file(path, &bytes, err);
	if (r == 0)
		r = parse_registry(path, &bytes, ret, err);
	pm_buf_release(&bytes);
	return r;
}

static int compile_read_table(const char *path, int table, const struct pm_registry *registry,
			      struct pm_knowledge *ret, struct pm_error *err)
{
	const char *slash = strrchr(path, '/');
	struct pm_buf bytes = {0};

	int r = compile_read_file(path, &bytes, err);
	if (r == 0)
		r = pm_knowledge_read(ret, table, path, slash ? slash + 1 : path, bytes.data,
				      bytes.len, registry, true, err);
	pm_buf_release(&bytes);
	if (r < 0)
		return r;
	return ret->rows[table].count ? 0 : pm_fail(err, -1, "%s: no rows", path);
}

/* What has an implementer is not dormant. */
static int check_dormant(const struct pm_knowledge *knowledge, struct pm_error *err)
{
	size_t count, implementers;
	const struct pm_dormant *rows = pm_dormants(knowledge, &count);

	for (size_t i = 0; i < count; i++) {
		pm_implementers_of(knowledge, rows[i].service, &implementers);
		if (implementers)
			return pm_fail(err, -1, "%s is dormant, and has an implementer",
				       rows[i].service);
	}
	return 0;
}

static const char *latest_date(const struct pm_knowledge *knowledge)
{
	const struct pm_rows *rows = &knowledge->rows[PM_TABLE_ORIGINS];
	const struct pm_origin *origins = rows->items;
	const char *latest = "";

	for (size_t i = 0; i < rows->count; i++)
		if (strcmp(origins[i].date, latest) > 0)
			latest = origins[i].date;
	return latest;
}

static int write_file(const char *path, const struct pm_buf *text, struct pm_error *err)
{
	struct pm_output out = {0};

	if (text->failed)
		return pm_fail(err, -1, "cannot write %s: out of memory", path);
	int r = pm_output_begin(&out, path, 0666, err);
	if (r)
		return r;
	r = pm_write_all(out.fd, text->data, text->len);
	if (r == 0)
		return pm_output_commit(&out, err);
	pm_output_release(&out);
	return pm_fail(err, r, "cannot write %s: %s", path, strerror(-r));
}

static int compile_read(char *paths[], struct pm_registry **registry,
			struct pm_knowledge *knowledge, struct pm_error *err)
{
	int r = read_registry(paths[0], registry, err);
	if (r < 0)
		return r;
	for (int table = 0; table < PM_TABLES; table++) {
		r = compile_read_table(paths[1 + table], table, *registry, knowledge, err);
		if (r < 0)
			return r;
	}
	return check_dormant(knowledge, err);
}

static int compile_write(const char *path, const struct pm_registry *registry,
			 const struct pm_knowledge *knowledge, struct pm_error *err)
{
	struct pm_buf text = {0};

	pm_buf_puts(&text, "/* Made by registry-compile. */\n"
			   "#include \"knowledge.h\"\n#include \"tables.h\"\n\n");
	write_registry(&text, registry, latest_date(knowledge));
	write_knowledge(&text, knowledge);
	int r = write_file(path, &text, err);
	pm_buf_release(&text);
	return r;
}

/* paths: the registry, the tables, the output. */
static int compile(char *paths[], struct pm_error *err)
{
	struct pm_registry *registry = NULL;
	struct pm_knowledge knowledge = {0};

	int r = compile_read(paths, &registry, &knowledge, err);
	if (r == 0)
		r = compile_write(paths[1 + PM_TABLES], registry, &knowledge, err);
	pm_knowledge_release(&knowledge);
	pm_registry_free(registry);
	return r;
}

int main(int argc, char *argv[])
{
	struct pm_error err = {0};

	if (argc != 3 + PM_TABLES) {
		fputs("usage: registry-compile REGISTRY.csv IMPLEMENTERS.csv OCCUPANTS.csv "
		      "DORMANT.csv "
		      "ETC-SERVICES.csv ORIGINS.csv PEOPLE.csv OUTPUT.c\n",
		      stderr);
		return 2;
	}
	if (compile(argv + 1, &err) == 0)
		return 0;
	fprintf(stderr, "registry-compile: %s\n", err.text);
	return 1;
}

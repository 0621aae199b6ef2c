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

/* One literal per string: its NUL is an escape, so no digit of the next can join it. */
static void write_pool(struct pm_buf *out, const struct pm_registry *registry)
{
	pm_buf_printf(out, "static const char pool[%u] =\n", registry->pool_size);
	for (size_t at = 0; at < registry->pool_size;) {
		const char *text = registry->pool + at;

		at += strlen(text) + 1;
		write_string(out, text);
		pm_buf_puts(out, at < registry->pool_size ? " \"\\0\"\n" : ";\n");
	}
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

static void write_registry(struct pm_buf *out, const struct pm_registry *registry)
{
	write_pool(out, registry);
	write_entries(out, registry);
	write_index(out, registry);
	pm_buf_puts(out, "\nconst struct pm_registry pm_builtin_registry = {\n"
			 "\t.pool = pool,\n\t.entries = entries,\n"
			 "\t.segments = segments,\n\t.lists = lists,\n");
	pm_buf_printf(out, "\t.pool_size = %u,\n\t.entry_count = %u,\n\t.list_count = %u,\n",
		      registry->pool_size, registry->entry_count, registry->list_count);
	pm_buf_puts(out, "\t.segment_at = {");
	for (size_t i = 0; i <= PM_TRANSPORTS; i++)
		pm_buf_printf(out, "%u,", registry->segment_at[i]);
	pm_buf_printf(out, "},\n\t.source = %u,\n\t.date = %u,\n};\n", registry->source,
		      registry->date);
}

static void write_knowledge(struct pm_buf *out, const struct pm_knowledge *knowledge)
{
	pm_buf_puts(out, "\nconst struct pm_implementer pm_builtin_implementers[] = {\n");
	for (size_t i = 0; i < knowledge->count; i++) {
		const struct pm_implementer *row = &knowledge->rows[i];

		pm_buf_puts(out, "{");
		write_string(out, row->service);
		pm_buf_puts(out, ", ");
		write_string(out, row->program);
		pm_buf_puts(out, ",\n\t");
		write_string(out, row->source);
		pm_buf_printf(out, ", %u, %u},\n", row->kind, row->row);
	}
	pm_buf_printf(out, "};\nconst size_t pm_builtin_implementer_count = %zu;\n",
		      knowledge->count);
}

static int read_file(const char *path, struct pm_buf *buf, struct pm_error *err)
{
	int fd = pm_open_regular(path, err);

	if (fd < 0)
		return fd;
	int r = pm_read_all(fd, path, PM_REGISTRY_FILE_MAX, buf, err);
	close(fd);
	return r;
}

/* The sentences name the file; the source of the result is what the program will show. */
static int read_registry(const char *path, struct pm_registry **ret, struct pm_error *err)
{
	struct pm_buf bytes = {0};

	int r = read_file(path, &bytes, err);
	if (!r)
		r = pm_registry_parse(path, bytes.data, bytes.len, ret, err);
	if (!r)
		r = pm_registry_check(*ret, err);
	if (!r) {
		pm_registry_free(*ret);
		*ret = NULL;
		r = pm_registry_parse("built in", bytes.data, bytes.len, ret, err);
	}
	pm_buf_release(&bytes);
	return r;
}

static int read_knowledge(const char *path, const struct pm_registry *registry,
			  struct pm_knowledge *ret, struct pm_error *err)
{
	struct pm_buf bytes = {0};

	int r = read_file(path, &bytes, err);
	if (!r)
		r = pm_knowledge_read(path, bytes.data, bytes.len, registry, ret, err);
	if (!r && !ret->count)
		r = pm_fail(err, -1, "%s: no rows", path);
	pm_buf_release(&bytes);
	return r;
}

static int write_file(const char *path, const struct pm_buf *text, struct pm_error *err)
{
	struct pm_output out = {0};

	if (text->failed)
		return pm_fail(err, -1, "cannot write %s: out of memory", path);
	int r = pm_output_begin(&out, path, err);
	if (r)
		return r;
	r = pm_write_all(out.fd, text->data, text->len);
	if (!r)
		return pm_output_commit(&out, 0644, err);
	pm_output_release(&out);
	return pm_fail(err, r, "cannot write %s: %s", path, strerror(-r));
}

static int compile(char *paths[], struct pm_error *err)
{
	struct pm_registry *registry = NULL;
	struct pm_knowledge knowledge = {0};
	struct pm_buf text = {0};

	int r = read_registry(paths[0], &registry, err);
	if (!r)
		r = read_knowledge(paths[1], registry, &knowledge, err);
	if (!r) {
		pm_buf_puts(&text, "/* Made by registry-compile. */\n#include \"tables.h\"\n\n");
		write_registry(&text, registry);
		write_knowledge(&text, &knowledge);
		r = write_file(paths[2], &text, err);
	}
	pm_buf_release(&text);
	pm_knowledge_release(&knowledge);
	pm_registry_free(registry);
	return r;
}

int main(int argc, char *argv[])
{
	struct pm_error err = {0};

	if (argc != 4) {
		fputs("usage: registry-compile REGISTRY.csv IMPLEMENTERS.csv OUTPUT.c\n", stderr);
		return 2;
	}
	if (compile(argv + 1, &err) == 0)
		return 0;
	fprintf(stderr, "registry-compile: %s\n", err.text);
	return 1;
}

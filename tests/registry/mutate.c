/*
 * One byte of the registry changed, at many places: the file is refused, or every row but those
 * that the byte belongs to says what it said before. No quotation mark out of place may swallow a
 * run of rows, nor shift the number of a row.
 *
 * usage: mutate REGISTRY.csv [SEED [COUNT]]
 *
 * Most mutations are of an excerpt (every record that has a quotation mark, and some of the
 * others), to have many of them; one in a hundred is of the whole file.
 */
#include <portmote/registry.h>

#include <unistd.h>

enum { EXCERPT_EVERY = 40, WHOLE_EVERY = 100 };

struct subject {
	struct pm_buf bytes;
	uint32_t *record_of; /* of each byte, from 1 */
	uint32_t records;
	struct pm_registry *before;
	struct pm_registration
		*rows; /* by record, from 1; status PM_STATUSES where there is none */
};

struct tally {
	unsigned refused, same, changed;
};

static uint64_t state;

static uint32_t draw(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 16) % below);
}

static void die(const char *what)
{
	fprintf(stderr, "mutate: %s\n", what);
	exit(2);
}

static void *need(void *memory)
{
	if (!memory)
		die("out of memory");
	return memory;
}

/*
 * The record that each byte belongs to. The file is sound and its lines end in LF or CR LF, so it
 * is enough to count line feeds outside of quotation marks.
 */
static void find_records(struct subject *subject)
{
	bool quoted = false;

	subject->records = 1;
	subject->record_of = need(calloc(subject->bytes.len, sizeof(*subject->record_of)));
	for (size_t i = 0; i < subject->bytes.len; i++) {
		char c = subject->bytes.data[i];

		subject->record_of[i] = subject->records;
		quoted ^= c == '"';
		if (c == '\n' && !quoted)
			subject->records++;
	}
}

/* All rows by their record, or NULL when a row claims a record beyond the last. */
static struct pm_registration *by_record(const struct pm_registry *registry, uint32_t records)
{
	struct pm_registration *rows = need(calloc(records + 2u, sizeof(*rows)));

	for (uint32_t i = 0; i < records + 2; i++)
		rows[i].status = PM_STATUSES;
	for (uint32_t i = 0; i < pm_registry_rows(registry); i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		if (row.row > records + 1 || rows[row.row].status != PM_STATUSES) {
			free(rows);
			return NULL;
		}
		rows[row.row] = row;
	}
	return rows;
}

static bool same_text(const struct pm_registration *a, const struct pm_registration *b)
{
	return strcmp(a->contact, b->contact) == 0 && strcmp(a->code, b->code) == 0 &&
	       strcmp(a->name, b->name) == 0 && strcmp(a->description, b->description) == 0 &&
	       strcmp(a->assignee, b->assignee) == 0 && strcmp(a->registered, b->registered) == 0 &&
	       strcmp(a->modified, b->modified) == 0 && strcmp(a->reference, b->reference) == 0 &&
	       strcmp(a->unauthorized, b->unauthorized) == 0 &&
	       strcmp(a->alias_of, b->alias_of) == 0 && strcmp(a->deassigned, b->deassigned) == 0;
}

static bool same(const struct pm_registration *a, const struct pm_registration *b)
{
	if (a->status == PM_STATUSES || b->status == PM_STATUSES)
		return a->status == b->status;
	return same_text(a, b) && a->first == b->first && a->last == b->last &&
	       a->transports == b->transports && a->status == b->status &&
	       a->historic == b->historic;
}

static void prepare(struct subject *subject)
{
	struct pm_error err;

	find_records(subject);
	if (pm_registry_parse("unchanged", subject->bytes.data, subject->bytes.len,
			      &subject->before, &err))
		die(err.text);
	subject->rows = need(by_record(subject->before, subject->records));
}

static void release(struct subject *subject)
{
	free(subject->rows);
	free(subject->record_of);
	pm_registry_free(subject->before);
	pm_buf_release(&subject->bytes);
}

static void make_excerpt(const struct subject *whole, struct subject *excerpt)
{
	const struct pm_buf *from = &whole->bytes;

	for (size_t begin = 0, end; begin < from->len; begin = end) {
		uint32_t record = whole->record_of[begin];

		for (end = begin; end < from->len && whole->record_of[end] == record;)
			end++;
		if (record % EXCERPT_EVERY == 1 || memchr(from->data + begin, '"', end - begin))
			pm_buf_add(&excerpt->bytes, from->data + begin, end - begin);
	}
	if (excerpt->bytes.failed)
		die("out of memory");
}

/* Compare what came of it. A line break belongs to the record that it ends and to the next. */
static bool compare(const struct subject *subject, const struct pm_registry *after, size_t at,
		    char old, struct tally *tally)
{
	struct pm_registration *rows = by_record(after, subject->records);
	uint32_t from = subject->record_of[at], to = from;
	bool fine = rows, touched = false;

	if (!rows)
		return false;
	if (old == '\n' || old == '\r')
		to++;
	for (uint32_t i = 1; i <= subject->records + 1; i++) {
		if (same(&rows[i], &subject->rows[i]))
			continue;
		touched = true;
		if (i < from || i > to)
			fine = false;
	}
	size_t n = pm_registry_rows(subject->before), m = pm_registry_rows(after);
	if (m + 1 < n || n + 1 < m)
		fine = false;
	tally->changed += touched;
	tally->same += !touched;
	free(rows);
	return fine;
}

static char draw_byte(char old)
{
	static const char special[] = "\"\",,\n\r\0;- 0159ATatcpu\\\xef\xff";
	char c = old;

	while (c == old)
		c = draw(4) ? special[draw(sizeof(special))] : (char)draw(256);
	return c;
}

static bool mutate(struct subject *subject, struct tally *tally)
{
	struct pm_registry *after = NULL;
	struct pm_error err = {""};
	size_t at = draw(subject->bytes.len);
	char *place = &subject->bytes.data[at], old = *place, new = draw_byte(old);
	bool fine = true;

	*place = new;
	int r = pm_registry_parse("changed", subject->bytes.data, subject->bytes.len, &after, &err);
	*place = old;
	if (r)
		tally->refused++;
	else
		fine = compare(subject, after, at, old, tally);
	if (!fine)
		printf("byte %zu (record %u) from 0x%02x to 0x%02x: other rows changed\n", at,
		       subject->record_of[at], (unsigned char)old, (unsigned char)new);
	pm_registry_free(after);
	return fine;
}

static void read_whole(const char *path, struct subject *whole)
{
	struct pm_error err;
	int fd = pm_open_regular(path, &err);

	if (fd < 0 || pm_read_all(fd, path, PM_REGISTRY_FILE_MAX, &whole->bytes, &err) < 0)
		die(err.text);
	close(fd);
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	if (pm_parse_u64(text, strlen(text), UINT32_MAX, &value) < 0)
		die("SEED and COUNT are numbers");
	return value;
}

int main(int argc, char *argv[])
{
	struct subject whole = {0}, excerpt = {0};
	struct tally tally = {0};
	unsigned failed = 0;

	if (argc < 2)
		die("usage: mutate REGISTRY.csv [SEED [COUNT]]");
	uint64_t seed = argc > 2 ? number(argv[2]) : 1;
	uint64_t count = argc > 3 ? number(argv[3]) : 4000;
	state = seed * 0x9e3779b97f4a7c15u | 1;
	read_whole(argv[1], &whole);
	prepare(&whole);
	make_excerpt(&whole, &excerpt);
	prepare(&excerpt);
	for (uint64_t i = 0; i < count; i++)
		failed += !mutate(i % WHOLE_EVERY ? &excerpt : &whole, &tally);
	printf("seed %llu: %llu mutations of %zu and %zu rows: %u refused, %u without effect, "
	       "%u changed their row, %u reached others\n",
	       (unsigned long long)seed, (unsigned long long)count, pm_registry_rows(whole.before),
	       pm_registry_rows(excerpt.before), tally.refused, tally.same, tally.changed, failed);
	release(&whole);
	release(&excerpt);
	/* Where one of these never happened, nothing was tested. */
	if (count >= 1000 && (!tally.refused || !tally.same || !tally.changed))
		die("not every outcome was seen");
	return failed ? 1 : 0;
}

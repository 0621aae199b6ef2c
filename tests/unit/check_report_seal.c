/* The checksum at the end of a snapshot: it is right, missing, or wrong; and never right by chance. */
#include "expect.h"
#include "sides.h"

#include <errno.h>

static char *text;
static size_t len;

static void write_snapshot(bool sealed)
{
	struct made made = {0};
	struct pm_report_options options = {.sealed = sealed, .header = true};

	made_add(&made, "tcp 0.0.0.0:22 sshd; udp [::]:3643 foo uid=7; netns a closed");
	made_judge(&made);
	const struct pm_report report = {.snapshot = &made.snapshot,
					 .registry = pm_registry_builtin(),
					 .knowledge = pm_knowledge_builtin(),
					 .labels = made.labels,
					 .judgement = &made.judgement,
					 .fail_on = &pm_fail_on_default};
	options.out = open_memstream(&text, &len);
	ck_assert_ptr_nonnull(options.out);
	made.snapshot.coverage.sockets = made.snapshot.coverage.holders = "none";
	ck_assert_int_eq(pm_format_find("json")->print(&report, &options), 0);
	ck_assert_int_eq(fclose(options.out), 0);
	made_release(&made);
}

static int read_text(size_t count)
{
	struct pm_snapshot snapshot;
	struct pm_error err;
	int r = pm_snapshot_read("file", text, count, &snapshot, &err);

	pm_snapshot_release(&snapshot);
	return r;
}

START_TEST(is_read)
{
	write_snapshot(true);
	ck_assert_int_eq(pm_snapshot_seal(text, len), 1);
	ck_assert_int_eq(read_text(len), 0);
	free(text);
	write_snapshot(false);
	ck_assert_int_eq(pm_snapshot_seal(text, len), 0);
	ck_assert_int_eq(read_text(len), 0);
	free(text);
}
END_TEST

/* A file that is cut is no snapshot, but for the line feed behind its end, which is nobody's. */
START_TEST(cut)
{
	write_snapshot(true);
	for (size_t count = 0; count < len; count++) {
		EXPECT(pm_snapshot_seal(text, count) != 1);
		EXPECT(read_text(count) < 0);
	}
	free(text);
}
END_TEST

/* Whose key is another has no checksum, and is a snapshot without: where one is asked for, refused. */
START_TEST(altered)
{
	write_snapshot(true);
	const char *key = strstr(text, "checksum");
	size_t from = (size_t)(key - text), end = from + strlen("checksum");
	for (size_t i = 0; i < len; i++)
		for (int bit = 0; bit < 8; bit++) {
			text[i] = (char)(text[i] ^ 1 << bit);
			EXPECT(pm_snapshot_seal(text, len) != 1);
			EXPECT(bit || read_text(len) < 0 || (i >= from && i < end));
			text[i] = (char)(text[i] ^ 1 << bit);
		}
	ck_assert_int_eq(pm_snapshot_seal(text, len), 1);
	free(text);
}
END_TEST

/* What stands behind the seal, before it, or twice. */
START_TEST(added)
{
	struct pm_buf more = {0};

	write_snapshot(true);
	const char *seal = strstr(text, ",\n  \"checksum\"");
	ck_assert_ptr_nonnull(seal);
	pm_buf_puts(&more, text);
	pm_buf_puts(&more, "\n");
	ck_assert_int_ne(pm_snapshot_seal(more.data, more.len), 1);
	pm_buf_clear(&more);
	pm_buf_add(&more, text, (size_t)(seal - text));
	pm_buf_puts(&more, ",\n  \"more\": 1");
	pm_buf_puts(&more, seal);
	ck_assert_int_eq(pm_snapshot_seal(more.data, more.len), -EINVAL);
	pm_buf_clear(&more);
	pm_buf_add(&more, text, (size_t)(seal - text));
	pm_buf_add(&more, seal, strlen(seal) - 3);
	pm_buf_puts(&more, seal);
	ck_assert_int_eq(pm_snapshot_seal(more.data, more.len), -EINVAL);
	pm_buf_release(&more);
	free(text);
}
END_TEST

/* Nothing is a seal alone, nor too short for one. */
START_TEST(seal_alone_seals_nothing)
{
	write_snapshot(true);
	const char *seal = strstr(text, ",\n  \"checksum\"");
	ck_assert_ptr_nonnull(seal);
	ck_assert_int_ne(pm_snapshot_seal(seal, strlen(seal)), 1);
	ck_assert_int_eq(pm_snapshot_seal("", 0), 0);
	ck_assert_int_eq(pm_snapshot_seal("\"\n}\n", 4), 0);
	free(text);
}
END_TEST

/* ---- what could not be read back --------------------------------------------------- */

/* So many listeners, each with so many holders, of one process. */
static int write_many(size_t listeners, size_t holders, bool sealed, size_t *ret_len)
{
	struct made made = {0};
	struct pm_report_options options = {.sealed = sealed, .header = true};

	made_add(&made, "tcp 0.0.0.0:22 sshd");
	struct pm_snapshot *snapshot = &made.snapshot;
	snapshot->holders = reallocarray(snapshot->holders, holders, sizeof(*snapshot->holders));
	snapshot->listeners =
		reallocarray(snapshot->listeners, listeners, sizeof(*snapshot->listeners));
	ck_assert(snapshot->holders && snapshot->listeners);
	for (size_t i = 0; i < holders; i++)
		snapshot->holders[i] = 0;
	snapshot->holder_count = snapshot->listeners[0].holders = holders;
	for (size_t i = 0; i < listeners; i++)
		snapshot->listeners[i] = snapshot->listeners[0];
	snapshot->listener_count = listeners;
	snapshot->coverage.sockets = snapshot->coverage.holders = "none";
	made_judge(&made);
	const struct pm_report report = {.snapshot = snapshot,
					 .registry = pm_registry_builtin(),
					 .knowledge = pm_knowledge_builtin(),
					 .labels = made.labels,
					 .judgement = &made.judgement,
					 .fail_on = &pm_fail_on_default};
	options.out = fopen("/dev/null", "w");
	ck_assert_ptr_nonnull(options.out);
	int r = pm_format_find("json")->print(&report, &options);
	*ret_len = (size_t)ftello(options.out);
	ck_assert_int_eq(fclose(options.out), 0);
	made_release(&made);
	return r;
}

/* Of one listener too much, of all together too much, and a report that nobody has to read back. */
START_TEST(too_much)
{
	enum { MANY = 20000, TOO_MANY = 40000, LISTENERS = 25 };
	size_t written;

	ck_assert_int_eq(write_many(1, MANY, true, &written), 0);
	ck_assert_int_eq(write_many(1, TOO_MANY, true, &written), -EMSGSIZE);
	ck_assert_int_eq(write_many(LISTENERS, MANY, true, &written), -EMSGSIZE);
	ck_assert_uint_le(written, PM_SNAPSHOT_FILE_MAX);
	ck_assert_int_eq(write_many(1, TOO_MANY, false, &written), 0);
}
END_TEST

Suite *suite_report_seal(void);
Suite *suite_report_seal(void)
{
	Suite *suite = suite_create("report_seal");
	TCase *tcase = tcase_create("seal");

	tcase_set_timeout(tcase, 600);
	tcase_add_test(tcase, is_read);
	tcase_add_test(tcase, cut);
	tcase_add_test(tcase, altered);
	tcase_add_test(tcase, added);
	tcase_add_test(tcase, seal_alone_seals_nothing);
	tcase_add_test(tcase, too_much);
	suite_add_tcase(suite, tcase);
	return suite;
}

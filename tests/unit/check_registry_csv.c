#include <check.h>
#include <errno.h>

#include "registry/csvfile.h"

static const struct pm_csv_column wanted[] = {{.name = "b", .other = "beta"}, {.name = "a"}};

/* What was read, as "row.line:b|a;" for each record. */
static struct pm_buf seen;
static struct pm_error err;

static int see(void *context, const struct pm_csv_row *row, struct pm_error *ret)
{
	(void)context;
	(void)ret;
	pm_buf_printf(&seen, "%u.%u:%.*s|%.*s;", row->row, row->line, (int)row->fields[0].len,
		      row->fields[0].text, (int)row->fields[1].len, row->fields[1].text);
	return 0;
}

static int read_bytes(const char *bytes, size_t len)
{
	pm_buf_clear(&seen);
	err = (struct pm_error){""};
	return pm_csv_read("F", bytes, len, wanted, PM_COUNT(wanted), see, NULL, &err);
}

static void release(void)
{
	pm_buf_release(&seen);
}

#define CASE(bytes, text)                                                                          \
	{                                                                                          \
		bytes, sizeof(bytes) - 1, text                                                     \
	}

struct example {
	const char *bytes;
	size_t len;
	const char *text;
};

static const struct example good[] = {
	CASE("a,b\n1,2\n", "2.2:2|1;"),
	CASE("a,b\n1,2", "2.2:2|1;"),
	CASE("a,b\r\n1,2\r\n3,4\r\n", "2.2:2|1;3.3:4|3;"),
	CASE("a,b\r1,2\r3,4", "2.2:2|1;3.3:4|3;"),
	CASE("a,b\n1,2\r3,4\r\n5,6\n", "2.2:2|1;3.3:4|3;4.4:6|5;"),
	CASE("b,a\n1,2\n", "2.2:1|2;"),
	CASE("x,b,y,a\n1,2,3,4\n", "2.2:2|4;"),
	CASE("\xef\xbb\xbf"
	     "a,b\n1,2\n",
	     "2.2:2|1;"),
	CASE("\xef\xbb\xbf"
	     "\"a\",b\n1,2\n",
	     "2.2:2|1;"),
	CASE("a,b\n", ""),
	CASE("a,b", ""),
	CASE("a,b\n,\n", "2.2:|;"),
	CASE("a,b\n,", "2.2:|;"),
	CASE("a,b\n\"\",\"\"\n", "2.2:|;"),
	CASE("a,b\n\"x\"\"y\",\"1,2\"\n", "2.2:1,2|x\"y;"),
	CASE("a,b\n\"1\n2\r\n3\r4\",x\n5,6\n", "2.2:x|1\n2\r\n3\r4;3.6:6|5;"),
	CASE("a,b\n\"\n\n\",x\r\n5,6\r\n", "2.2:x|\n\n;3.5:6|5;"),
	CASE("a,b\n 1 ,\t2\t\n", "2.2:\t2\t| 1 ;"),
	CASE("a,b\n\" 1 \",2\n", "2.2:2| 1 ;"),
	CASE("\"a\",\"b\"\n1,2\n", "2.2:2|1;"),
	CASE("a,b\n\xff\x80,\xc3\xa9\n", "2.2:\xc3\xa9|\xff\x80;"),
};

START_TEST(reads)
{
	ck_assert_int_eq(read_bytes(good[_i].bytes, good[_i].len), 0);
	ck_assert_str_eq(pm_buf_text(&seen), good[_i].text);
	ck_assert_str_eq(err.text, "");
}
END_TEST

static const struct example bad[] = {
	CASE("", "F, row 1 (line 1): there is no header"),
	CASE("\xef\xbb\xbf", "F, row 1 (line 1): there is no header"),
	CASE("\n", "F, row 1 (line 1): a blank line"),
	CASE("\na,b\n", "F, row 1 (line 1): a blank line"),
	CASE("a\n", "F, row 1 (line 1): there is no column \"b\""),
	CASE("b,A\n", "F, row 1 (line 1): there is no column \"a\""),
	CASE(" a,b\n", "F, row 1 (line 1): there is no column \"a\""),
	CASE("a,b,a\n", "F, row 1 (line 1): the column \"a\" is there twice"),
	CASE("a,b\n\xef\xbb\xbf\n", "F, row 2 (line 2): 1 fields, where the header has 2"),
	CASE("\xef\xbb\xbf\xef\xbb\xbf"
	     "a,b\n",
	     "F, row 1 (line 1): there is no column \"a\""),
	CASE("a,b\n1\n", "F, row 2 (line 2): 1 fields, where the header has 2"),
	CASE("a,b\n1,2,3\n", "F, row 2 (line 2): 3 fields, where the header has 2"),
	CASE("a,b\n1,2\n1,2,\n", "F, row 3 (line 3): 3 fields, where the header has 2"),
	CASE("a,b\n1,2\n\n3,4\n", "F, row 3 (line 3): a blank line"),
	CASE("a,b\n1,2\n\n", "F, row 3 (line 3): a blank line"),
	CASE("a,b\r\n1,2\r\n\r\n", "F, row 3 (line 3): a blank line"),
	CASE("a,b\r1,2\r\r3,4\r", "F, row 3 (line 3): a blank line"),
	CASE("a,b\r\n1,2\n\r3,4\r\n", "F, row 3 (line 3): a blank line"),
	CASE("a,b\n\"x\ny\",2\n1\"2,3\n", "F, row 3 (line 4): a quotation mark is out of place"),
	CASE("a,b\n\"1\"2,3\n", "F, row 2 (line 2): a quotation mark is out of place"),
	CASE("a,b\n \"1\",3\n", "F, row 2 (line 2): a quotation mark is out of place"),
	CASE("a,b\n\"1\" ,3\n", "F, row 2 (line 2): a quotation mark is out of place"),
	CASE("a,b\n1,2\n\"3,4\n5,6\n", "F, row 3 (line 3): a quoted field is never closed"),
	CASE("a,b\n1,2\n3,\"", "F, row 3 (line 3): a quoted field is never closed"),
	CASE("a,b\n1,2\n3,\"4\"\"", "F, row 3 (line 3): a quoted field is never closed"),
	CASE("a,b\n1,\0\n", "F, row 2 (line 2): a field holds a NUL byte"),
	CASE("a,b\n1,\"x\0y\"\n", "F, row 2 (line 2): a field holds a NUL byte"),
	CASE("a\0,b\n1,2\n", "F, row 1 (line 1): a field holds a NUL byte"),
	CASE("a,b\n1,2\n\0", "F, row 3 (line 3): a field holds a NUL byte"),
};

START_TEST(refuses)
{
	ck_assert_int_eq(read_bytes(bad[_i].bytes, bad[_i].len), -EBADMSG);
	ck_assert_str_eq(err.text, bad[_i].text);
}
END_TEST

/* The longest field that passes and the next; quoted or not, closed or not. */
START_TEST(field_length)
{
	static const char *const forms[] = {"a,b\n1,%s\n", "a,b\n1,%s", "a,b\n1,\"%s\"\n",
					    "a,b\n\"%s\",\n"};
	char *fill = malloc(PM_REGISTRY_FIELD_MAX + 2);

	for (size_t f = 0; f < PM_COUNT(forms); f++)
		for (size_t more = 0; more < 2; more++) {
			struct pm_buf file = {0};
			const char *at = strstr(forms[f], "%s");

			memset(fill, 'x', PM_REGISTRY_FIELD_MAX + more);
			pm_buf_add(&file, forms[f], (size_t)(at - forms[f]));
			pm_buf_add(&file, fill, PM_REGISTRY_FIELD_MAX + more);
			pm_buf_puts(&file, at + 2);
			ck_assert_int_eq(read_bytes(file.data, file.len), more ? -EBADMSG : 0);
			ck_assert_str_eq(
				err.text,
				more ? "F, row 2 (line 2): a field is longer than 65536 bytes"
				     : "");
			pm_buf_release(&file);
		}
	free(fill);
}
END_TEST

/* A field without end is refused long before libcsv has all of it. */
START_TEST(monster)
{
	const size_t len = PM_REGISTRY_FILE_MAX;
	char *file = malloc(len + 1);

	memset(file, '\n', len + 1);
	memcpy(file, "a,b\n1,\"", 7);
	ck_assert_int_eq(read_bytes(file, len), -EBADMSG);
	ck_assert_str_eq(err.text, "F, row 2 (line 2): a field is longer than 65536 bytes");
	memset(file + 7, 'x', len - 7);
	ck_assert_int_eq(read_bytes(file, len), -EBADMSG);
	ck_assert_str_eq(err.text, "F, row 2 (line 2): a field is longer than 65536 bytes");
	ck_assert_int_eq(read_bytes(file, len + 1), -EFBIG);
	ck_assert_str_eq(err.text, "F is larger than 16777216 bytes");
	free(file);
}
END_TEST

START_TEST(too_many_fields)
{
	struct pm_buf file = {0};

	pm_buf_puts(&file, "a,b\n1");
	for (size_t i = 0; i < PM_CSV_COLUMNS_MAX; i++)
		pm_buf_puts(&file, ",");
	ck_assert_int_eq(read_bytes(file.data, file.len), -EBADMSG);
	ck_assert_str_eq(err.text, "F, row 2 (line 2): more than 64 fields");
	pm_buf_release(&file);
}
END_TEST

static int stop(void *context, const struct pm_csv_row *row, struct pm_error *ret)
{
	unsigned *calls = context;

	if (++*calls == 2)
		return pm_csv_refuse(row, ret, "no more than \"%s\"", "\x1b");
	return 0;
}

START_TEST(callback_stops)
{
	unsigned calls = 0;

	ck_assert_int_eq(pm_csv_read("F", "a,b\n1,2\n3,4\n5,6\n", 16, wanted, PM_COUNT(wanted),
				     stop, &calls, &err),
			 -EBADMSG);
	ck_assert_uint_eq(calls, 2);
	ck_assert_str_eq(err.text, "F, row 3 (line 3): no more than \"\\x1b\"");
}
END_TEST

Suite *suite_registry_csv(void);
Suite *suite_registry_csv(void)
{
	Suite *suite = suite_create("registry_csv");
	TCase *tcase = tcase_create("csv");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, NULL, release);
	tcase_add_loop_test(tcase, reads, 0, PM_COUNT(good));
	tcase_add_loop_test(tcase, refuses, 0, PM_COUNT(bad));
	tcase_add_test(tcase, field_length);
	tcase_add_test(tcase, monster);
	tcase_add_test(tcase, too_many_fields);
	tcase_add_test(tcase, callback_stops);
	suite_add_tcase(suite, tcase);
	return suite;
}

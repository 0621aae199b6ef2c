#include <check.h>
#include <errno.h>
#include <portmote/base.h>

static bool is_plain(unsigned c)
{
	return c >= 0x20 && c <= 0x7e && c != '\\';
}

START_TEST(every_byte)
{
	for (unsigned c = 0; c < 256; c++) {
		unsigned char byte = (unsigned char)c;
		char text[8], expected[8];

		snprintf(expected, sizeof(expected), is_plain(c) ? "%c" : "\\x%02x", c);
		ck_assert_uint_eq(pm_escape(text, sizeof(text), &byte, 1), strlen(expected));
		ck_assert_str_eq(text, expected);
	}
}
END_TEST

/* At every size: no byte beyond it, a NUL, whole escapes only, and always the same length told. */
START_TEST(every_cut)
{
	static const char bytes[] = "a\n\\b\x1b[31m\xff\x80z";
	const char *whole = "a\\x0a\\x5cb\\x1b[31m\\xff\\x80z";
	const size_t len = strlen(whole);

	for (size_t size = 0; size <= len + 2; size++) {
		char text[64];

		memset(text, '#', sizeof(text));
		ck_assert_uint_eq(pm_escape(text, size, bytes, sizeof(bytes) - 1), len);
		ck_assert_int_eq(text[size], '#');
		if (!size)
			continue;
		size_t kept = strlen(text);
		ck_assert_uint_lt(kept, size);
		ck_assert_int_eq(strncmp(text, whole, kept), 0);
		/* What is left out is where an escape began, or does not fit. */
		ck_assert(kept == len || whole[kept] == '\\' || kept == size - 1);
		ck_assert(kept + 4 >= size || kept == len);
		for (size_t i = 0; i < kept; i++)
			if (text[i] == '\\')
				ck_assert_uint_le(i + 4, kept);
	}
}
END_TEST

/* What logs of builds take for orders does not come out; what only looks alike is left. */
static const struct {
	const char *bytes, *text;
} orders[] = {
	{"##vso[task.setvariable variable=PATH]/tmp",
	 "#\\x23vso[task.setvariable variable=PATH]/tmp"},
	{"x##[error]y", "x#\\x23[error]y"},
	{"###", "#\\x23\\x23"},
	{"# a #", "# a #"},
	{"::error::x", ":\\x3aerror::x"},
	{"/opt/::set-output name=a::b", "/opt/:\\x3aset-output name=a::b"},
	{".::add-mask::a", ".:\\x3aadd-mask::a"},
	{"  ::stop-commands::x", "  :\\x3astop-commands::x"},
	{":::warning::", ":::warning::"},
	{"HTTP::Server", "HTTP::Server"},
	{"::", "::"},
	{"::1", "::1"},
	{"[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80"},
	{"0::/init.scope", "0::/init.scope"},
};

START_TEST(order)
{
	char text[128], again[128];
	size_t len = strlen(orders[_i].bytes);

	ck_assert_uint_eq(pm_escape(text, sizeof(text), orders[_i].bytes, len),
			  strlen(orders[_i].text));
	ck_assert_str_eq(text, orders[_i].text);
	ck_assert_int_eq(pm_unescape(again, text, strlen(text)), (ssize_t)len);
	ck_assert_int_eq(memcmp(again, orders[_i].bytes, len), 0);
	/* As it was written before. */
	ck_assert_int_eq(pm_unescape(again, orders[_i].bytes, len), (ssize_t)len);
}
END_TEST

/* The way back, of every byte and of none but what is written. */
START_TEST(reading_back_every_byte)
{
	static const char *const no[] = {"\\",	  "\\x",   "\\x0",   "\\x4",  "\\x41", "\\x0A",
					 "\\x5C", "\\y00", "\\\\",   "\n",    "\x7f",  "\xc3\xa9",
					 "a\\x0", "\\x23", "a\\x3a", ":\\x23"};
	char bytes[256], text[4 * sizeof(bytes) + 1], again[sizeof(text)];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	size_t len = pm_escape(text, sizeof(text), bytes, sizeof(bytes));
	ck_assert_int_eq(pm_unescape(again, text, len), sizeof(bytes));
	ck_assert_mem_eq(again, bytes, sizeof(bytes));
	ck_assert_int_eq(pm_unescape(NULL, text, len), sizeof(bytes));
	ck_assert_int_eq(pm_unescape(NULL, "", 0), 0);
	for (size_t i = 0; i < PM_COUNT(no); i++)
		ck_assert_int_eq(pm_unescape(again, no[i], strlen(no[i])), -EINVAL);
}
END_TEST

START_TEST(empty_text)
{
	char text[2] = "#";

	ck_assert_uint_eq(pm_escape(text, sizeof(text), "", 0), 0);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(pm_escape(NULL, 0, "\n", 1), 4);
}
END_TEST

START_TEST(in_arena)
{
	struct pm_arena arena = {0};

	ck_assert_str_eq(pm_arena_escape(&arena, "x\0y", 3), "x\\x00y");
	ck_assert_str_eq(pm_arena_escape(&arena, "", 0), "");
	pm_arena_release(&arena);
}
END_TEST

Suite *suite_base_escape(void);
Suite *suite_base_escape(void)
{
	Suite *suite = suite_create("base_escape");
	TCase *tcase = tcase_create("escape");

	tcase_add_test(tcase, every_byte);
	tcase_add_test(tcase, every_cut);
	tcase_add_test(tcase, reading_back_every_byte);
	tcase_add_loop_test(tcase, order, 0, PM_COUNT(orders));
	tcase_add_test(tcase, empty_text);
	tcase_add_test(tcase, in_arena);
	suite_add_tcase(suite, tcase);
	return suite;
}

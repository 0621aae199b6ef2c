#include <check.h>

#include "report/text/wrap.h"

static char *text;
static size_t size;
static struct wrap wrap;

static void begin(size_t width)
{
	wrap = (struct wrap){.out = open_memstream(&text, &size), .width = width};
	ck_assert_ptr_nonnull(wrap.out);
}

static void end(const char *expected)
{
	ck_assert_int_eq(wrap_end(&wrap), 0);
	fclose(wrap.out);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(words)
{
	begin(10);
	wrap_puts(&wrap, "one two  three");
	wrap_puts(&wrap, ", four");
	wrap_printf(&wrap, "%d%s", 5, "; six");
	end("one two\nthree,\nfour 5;\nsix\n");
}
END_TEST

START_TEST(exact_width)
{
	begin(7);
	wrap_puts(&wrap, "one two 3456789 x");
	end("one two\n3456789\nx\n");
}
END_TEST

/* A path stays whole, whatever its length; what follows it begins a line. */
START_TEST(long_word)
{
	begin(6);
	wrap_line(&wrap, 2, 4);
	wrap_puts(&wrap, "a /usr/sbin/foo b");
	end("  a\n    /usr/sbin/foo\n    b\n");
}
END_TEST

START_TEST(parts)
{
	begin(20);
	wrap_puts(&wrap, "title");
	wrap_paragraph(&wrap, 0);
	wrap_puts(&wrap, "text");
	wrap_fact(&wrap, 2, 9, "name", "a value of words");
	wrap_fact(&wrap, 2, 9, "none", "");
	wrap_verbatim(&wrap, 2, "as it is, longer than that");
	wrap_puts(&wrap, "end");
	end("title\n\ntext\n  name   a value of\n         words\n  as it is, longer than "
	    "that\nend\n");
}
END_TEST

START_TEST(nothing)
{
	begin(20);
	wrap_line(&wrap, 2, 2);
	wrap_puts(&wrap, "");
	wrap_line(&wrap, 0, 0);
	end("");
}
END_TEST

Suite *suite_report_wrap(void);
Suite *suite_report_wrap(void)
{
	Suite *suite = suite_create("report_wrap");
	TCase *tests = tcase_create("wrap");

	tcase_add_test(tests, words);
	tcase_add_test(tests, exact_width);
	tcase_add_test(tests, long_word);
	tcase_add_test(tests, parts);
	tcase_add_test(tests, nothing);
	suite_add_tcase(suite, tests);
	return suite;
}

#include <errno.h>
#include <portmote/base.h>

#include "expect.h"

START_TEST(code_and_sentence)
{
	struct pm_error err = {"before"};

	ck_assert_int_eq(pm_fail(&err, -EBADMSG, "%s, row %d", "file", 7), -EBADMSG);
	ck_assert_str_eq(err.text, "file, row 7");
	ck_assert_int_eq(pm_fail(NULL, -EPERM, "%s", "nobody listens"), -EPERM);
}
END_TEST

START_TEST(escapes)
{
	struct pm_error err = {""};

	pm_fail(&err, -1, "bad \"%s\"", "\x1b[31m\n\xc2\x9b\\");
	ck_assert_str_eq(err.text, "bad \"\\x1b[31m\\x0a\\xc2\\x9b\\x5c\"");
}
END_TEST

START_TEST(may_quote_itself)
{
	struct pm_error err = {"inner"};

	pm_fail(&err, -1, "outer: %s", err.text);
	ck_assert_str_eq(err.text, "outer: inner");
}
END_TEST

/* Around the full length, of bytes that escape to one and to four: printable, "..." when cut. */
START_TEST(cuts)
{
	static const char fill[] = {'a', '\n'};
	const size_t room = sizeof(((struct pm_error *)0)->text) - 1;

	for (size_t f = 0; f < sizeof(fill); f++)
		for (size_t len = 0; len < 1200; len++) {
			struct pm_error err;
			char text[1201];
			size_t whole = fill[f] == 'a' ? len : 4 * len;

			memset(text, fill[f], len);
			text[len] = '\0';
			pm_fail(&err, -1, "%s", text);
			EXPECT(memchr(err.text, '\0', sizeof(err.text)));
			size_t kept = strlen(err.text);
			for (size_t i = 0; i < kept; i++)
				EXPECT(err.text[i] >= 0x20 && err.text[i] <= 0x7e);
			if (whole <= room) {
				EXPECT(kept == whole);
			} else {
				EXPECT(kept >= room - 4);
				EXPECT(strcmp(err.text + kept - 3, "...") == 0);
			}
		}
}
END_TEST

Suite *suite_base_error(void);
Suite *suite_base_error(void)
{
	Suite *suite = suite_create("base_error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, code_and_sentence);
	tcase_add_test(tcase, escapes);
	tcase_add_test(tcase, may_quote_itself);
	tcase_add_test(tcase, cuts);
	suite_add_tcase(suite, tcase);
	return suite;
}

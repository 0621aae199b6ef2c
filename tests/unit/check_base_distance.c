/* How far two words are from each other. */
#include <portmote/base.h>

#include <check.h>

static const struct {
	const char *a, *b;
	size_t distance;
} pairs[] = {
	{"", "", 0},
	{"", "abc", 3},
	{"port", "port", 0},
	{"port", "prt", 1},
	{"port", "poort", 1},
	{"port", "part", 1},
	{"port", "opr", 3},
	{"kitten", "sitting", 3},
	{"abcdefghijklmnopqrstuvwxyzabcde", "", 31},
	{"abcdefghijklmnopqrstuvwxyzabcdef", "", SIZE_MAX}, /* too long */
};

START_TEST(distances)
{
	ck_assert_uint_eq(pm_distance(pairs[_i].a, pairs[_i].b), pairs[_i].distance);
	ck_assert_uint_eq(pm_distance(pairs[_i].b, pairs[_i].a), pairs[_i].distance);
}
END_TEST

Suite *suite_base_distance(void);

Suite *suite_base_distance(void)
{
	Suite *suite = suite_create("base/distance");
	TCase *tcase = tcase_create("distance");

	tcase_add_loop_test(tcase, distances, 0, PM_COUNT(pairs));
	suite_add_tcase(suite, tcase);
	return suite;
}

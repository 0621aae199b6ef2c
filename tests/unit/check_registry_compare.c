#include <check.h>

#include <portmote/registry.h>

static struct pm_error err;

static struct pm_registry *parse(const char *rows)
{
	struct pm_registry *registry = NULL;
	char text[1024];

	snprintf(text, sizeof(text),
		 "Service Name,Port Number,Transport Protocol,Description,Assignee,Registration "
		 "Date,"
		 "Modification Date,Reference,Service Code,Known Unauthorized Uses,Assignment "
		 "Notes\n"
		 "%s",
		 rows);
	ck_assert_int_eq(pm_registry_parse("R", text, strlen(text), &registry, &err), 0);
	return registry;
}

START_TEST(tells_changes)
{
	struct pm_registry *before =
		parse("a,1,tcp,,,,,,,,\nb,2,tcp,,,,,,,,\nB,2,udp,,,,,,,,\n"
		      "c,3,tcp,,,,,,,,\nr,10-19,tcp,,,,,,,,\n,5,tcp,,,,,,,,\n");
	struct pm_registry *after =
		parse("a,1,tcp,x,,,,,,,\nbb,2,tcp,,,,,,,,\nb,2,udp,,,,,,,,\n"
		      ",3,tcp,,,,,,,,\nr,12-21,tcp,,,,,,,,\nn,5,tcp,,,,,,,,\nn,5,udp,,,,,,,,\n"
		      "o,7,tcp,,,,,,,,\np,7,udp,,,,,,,,\n");
	enum { TCP = 1 << PM_TCP, UDP = 1 << PM_UDP };
	static const struct pm_change expected[] = {
		{PM_CHANGE_RENAMED, 2, 2, TCP},	  {PM_CHANGE_DEASSIGNED, 3, 3, TCP},
		{PM_CHANGE_NEW, 5, 5, TCP | UDP}, {PM_CHANGE_NEW, 7, 7, TCP},
		{PM_CHANGE_NEW, 7, 7, UDP},	  {PM_CHANGE_DEASSIGNED, 10, 11, TCP},
		{PM_CHANGE_NEW, 20, 21, TCP},
	};
	struct pm_change *changes = NULL;
	size_t count = 0;

	ck_assert_int_eq(pm_registry_compare(before, after, &changes, &count), 0);
	ck_assert_uint_eq(count, PM_COUNT(expected));
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_eq(changes[i].kind, expected[i].kind);
		ck_assert_int_eq(changes[i].transports, expected[i].transports);
		ck_assert_uint_eq(changes[i].first, expected[i].first);
		ck_assert_uint_eq(changes[i].last, expected[i].last);
	}
	free(changes);
	ck_assert_int_eq(pm_registry_compare(after, after, &changes, &count), 0);
	ck_assert_uint_eq(count, 0);
	free(changes);
	pm_registry_free(before);
	pm_registry_free(after);
}
END_TEST

Suite *suite_registry_compare(void);
Suite *suite_registry_compare(void)
{
	Suite *suite = suite_create("registry_compare");
	TCase *tcase = tcase_create("compare");

	tcase_add_test(tcase, tells_changes);
	suite_add_tcase(suite, tcase);
	return suite;
}

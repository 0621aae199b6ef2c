#include <check.h>

#include <portmote/registry.h>

static const struct pm_registry *registry;
static struct pm_registry *own;
static struct pm_error err;

static struct pm_life life_of(const char *name)
{
	uint32_t row = pm_registry_next(registry, name, 0);

	ck_assert_uint_lt(row, pm_registry_rows(registry));
	return pm_life_of(registry, pm_knowledge_builtin(), row);
}

static const struct {
	const char *name;
	enum pm_liveness liveness;
} cases[] = {
	{"ssh", PM_IN_USE},
	{"SSH", PM_IN_USE},
	{"http", PM_IN_USE},
	{"www", PM_IN_USE}, /* http's other name */
	{"os-licman", PM_DORMANT},
	{"netplay-port1", PM_DORMANT},
	{"audiojuggler", PM_DORMANT},
	{"lispworks-orb", PM_IN_USE},
	{"harlequinorb", PM_IN_USE},	   /* lispworks-orb's other name */
	{"capwap-control", PM_DOCUMENTED}, /* by its RFC */
	{"tcpmux", PM_DOCUMENTED},	   /* by /etc/services */
	/* Living, though old and with others at their ports. */
	{"pdl-datastream", PM_NO_IMPLEMENTATION},
	{"dnp", PM_NO_IMPLEMENTATION},
	{"ndmp", PM_NO_IMPLEMENTATION},
	{"EtherNet-IP-1", PM_NO_IMPLEMENTATION},
	{"h323hostcall", PM_NO_IMPLEMENTATION},
	{"doip-data", PM_NO_IMPLEMENTATION},
	{"wsman", PM_NO_IMPLEMENTATION},
	{"iqobject", PM_NO_IMPLEMENTATION},
};

START_TEST(builtin)
{
	registry = pm_registry_builtin();
	ck_assert_str_eq(pm_liveness_name(life_of(cases[_i].name).liveness),
			 pm_liveness_name(cases[_i].liveness));
}
END_TEST

static void parse(const char *rows)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "Service Name,Port Number,Transport Protocol,Description,Assignee,Registration "
		 "Date,"
		 "Modification Date,Reference,Service Code,Known Unauthorized Uses,Assignment "
		 "Notes\n"
		 "%s",
		 rows);
	pm_registry_free(own);
	own = NULL;
	ck_assert_int_eq(pm_registry_parse("R", text, strlen(text), &own, &err), 0);
	registry = own;
}

static void release(void)
{
	pm_registry_free(own);
	own = NULL;
}

/* Age is reckoned from the registry's own date; what has none is not known to be old. */
START_TEST(age)
{
	parse("a,9,tcp,,[A],2010-05,,,,x,\nb,9,tcp,,[A],2010-06-30,,,,,\nc,9,tcp,,[A],,,,,,\n"
	      "e,9,tcp,,[A],2011-01,,,,x,\nf,9,tcp,,[A],soon,,,,x,\ng,9,tcp,,[A],2020-01,,,,,\n");
	ck_assert(life_of("a").is_old && life_of("b").is_old);
	ck_assert(!life_of("c").is_old && !life_of("e").is_old && !life_of("f").is_old);
}
END_TEST

/* Who sits within a range, on one of its transports, is an occupant of it, and no proof of anything:
 * neither with a port of its own nor with the age, nor with misuse that IANA noted. */
START_TEST(occupants)
{
	parse("a,9000-9200,tcp,,[A],,,,,,\nb,9100,tcp,,[A],2002-01,,,,x,\nc,4,,,[A],,,,,,\n"
	      "d,6050,udp,,[A],,,,,,\ng,9,tcp,,[A],2020-01,,,,,\n");
	ck_assert_uint_ge(life_of("a").occupants, 1);
	ck_assert_uint_ge(life_of("b").occupants, 1);
	ck_assert(life_of("b").is_old && life_of("b").is_misused);
	ck_assert_uint_eq(life_of("c").occupants, 0);
	ck_assert_uint_ge(life_of("d").occupants, 1);
	ck_assert_int_eq(life_of("a").liveness, PM_NO_IMPLEMENTATION);
	ck_assert_int_eq(life_of("b").liveness, PM_NO_IMPLEMENTATION);
	ck_assert_int_eq(life_of("d").liveness, PM_NO_IMPLEMENTATION);
}
END_TEST

Suite *suite_registry_life(void);
Suite *suite_registry_life(void)
{
	Suite *suite = suite_create("registry_life");
	TCase *tcase = tcase_create("life");

	tcase_add_checked_fixture(tcase, NULL, release);
	tcase_add_loop_test(tcase, builtin, 0, PM_COUNT(cases));
	tcase_add_test(tcase, age);
	tcase_add_test(tcase, occupants);
	suite_add_tcase(suite, tcase);
	return suite;
}

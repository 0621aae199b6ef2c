/* Rows that portmote's own documents speak of, in the registry that was compiled in. */
#include <portmote/registry.h>

#include "expect.h"

struct known {
	enum pm_transport transport;
	uint16_t port;
	uint16_t first, last;
	const char *name, *description;
};

static const struct known known[] = {
	{PM_TCP, 22, 22, 22, "ssh", "The Secure Shell (SSH) Protocol"},
	{PM_TCP, 80, 80, 80, "http", "World Wide Web HTTP"},
	{PM_TCP, 80, 80, 80, "www", NULL},
	{PM_TCP, 80, 80, 80, "www-http", NULL},
	{PM_TCP, 443, 443, 443, "https", "http protocol over TLS/SSL"},
	{PM_UDP, 443, 443, 443, "https", NULL},
	{PM_TCP, 3640, 3640, 3640, "netplay-port1", NULL},
	{PM_TCP, 3641, 3641, 3641, "netplay-port2", NULL},
	{PM_TCP, 3643, 3643, 3643, "audiojuggler", "AudioJuggler"},
	{PM_UDP, 3643, 3643, 3643, "audiojuggler", "AudioJuggler"},
	{PM_TCP, 1384, 1384, 1384, "os-licman", "Objective Solutions License Manager"},
	{PM_TCP, 3672, 3672, 3672, "lispworks-orb", "LispWorks ORB"},
	{PM_TCP, 3672, 3672, 3672, "harlequinorb", NULL},
	{PM_UDP, 3672, 3672, 3672, "harlequinorb", NULL},
	{PM_TCP, 6000, 6000, 6063, "x11", NULL},
	{PM_TCP, 6063, 6000, 6063, "x11", NULL},
	{PM_TCP, 6667, 6665, 6669, "ircu", NULL},
	{PM_SCTP, 22, 22, 22, "ssh", NULL},
	{PM_DCCP, 9, 9, 9, "discard", NULL},
};

static bool find(const struct known *wanted, struct pm_registration *ret)
{
	const struct pm_registry *registry = pm_registry_builtin();
	const uint32_t *rows;
	size_t count = pm_registry_at(registry, wanted->transport, wanted->port, &rows);

	for (size_t i = 0; i < count; i++) {
		*ret = pm_registry_row(registry, rows[i]);
		if (strcmp(ret->name, wanted->name) == 0)
			return true;
	}
	return false;
}

START_TEST(known_row)
{
	struct pm_registration row;

	ck_assert_msg(find(&known[_i], &row), "%s on %u", known[_i].name, known[_i].port);
	ck_assert_int_eq(row.status, PM_ASSIGNED);
	ck_assert_uint_eq(row.first, known[_i].first);
	ck_assert_uint_eq(row.last, known[_i].last);
	if (known[_i].description)
		ck_assert_str_eq(row.description, known[_i].description);
}
END_TEST

START_TEST(name_that_stands_for_another)
{
	struct pm_registration row;
	const struct known wanted = {PM_TCP, 3672, 0, 0, "harlequinorb", NULL};

	ck_assert(find(&wanted, &row));
	ck_assert_str_eq(row.alias_of, "lispworks-orb");
	ck_assert(row.historic);
}
END_TEST

START_TEST(not_assigned)
{
	const struct pm_registry *registry = pm_registry_builtin();
	const uint32_t *rows;

	ck_assert_uint_eq(pm_registry_at(registry, PM_TCP, 0, &rows), 1);
	ck_assert_int_eq(pm_registry_row(registry, rows[0]).status, PM_RESERVED);
	ck_assert_uint_eq(pm_registry_at(registry, PM_TCP, 4, &rows), 1);
	ck_assert_int_eq(pm_registry_row(registry, rows[0]).status, PM_UNASSIGNED);
	/* Dynamic ports (RFC 6335, section 6): nothing is ever registered there. */
	for (unsigned port = 49152; port <= UINT16_MAX; port++)
		for (unsigned t = 0; t < PM_TRANSPORTS; t++) {
			size_t count = pm_registry_at(registry, (enum pm_transport)t,
						      (uint16_t)port, &rows);

			for (size_t i = 0; i < count; i++)
				EXPECT(pm_registry_row(registry, rows[i]).status != PM_ASSIGNED);
		}
}
END_TEST

START_TEST(whole)
{
	const struct pm_registry *registry = pm_registry_builtin();
	struct pm_error err = {""};

	ck_assert_int_eq(pm_registry_check(registry, &err), 0);
	ck_assert_str_eq(err.text, "");
	ck_assert_str_eq(pm_registry_source(registry), "built in");
	ck_assert_str_ge(pm_registry_date(registry), "2014-");
	for (uint32_t i = 0; i < pm_registry_rows(registry); i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		EXPECT((row.name[0] != '\0') == (row.status == PM_ASSIGNED));
		for (const char *at = row.description; *at; at++)
			EXPECT(*at >= 0x20 && *at <= 0x7e);
	}
}
END_TEST

START_TEST(words)
{
	ck_assert_str_eq(pm_status_name(PM_ASSIGNED), "assigned");
	ck_assert_str_eq(pm_status_name(PM_RESERVED), "reserved");
	ck_assert_str_eq(pm_status_name(PM_UNASSIGNED), "unassigned");
	ck_assert_str_eq(pm_status_name(PM_DEASSIGNED), "de-assigned");
	for (unsigned kind = 0; kind < PM_KINDS; kind++)
		ck_assert_str_ne(pm_kind_name((enum pm_kind)kind), "");
}
END_TEST

Suite *suite_registry_builtin(void);
Suite *suite_registry_builtin(void)
{
	Suite *suite = suite_create("registry_builtin");
	TCase *tcase = tcase_create("builtin");

	tcase_add_loop_test(tcase, known_row, 0, PM_COUNT(known));
	tcase_add_test(tcase, name_that_stands_for_another);
	tcase_add_test(tcase, not_assigned);
	tcase_add_test(tcase, whole);
	tcase_add_test(tcase, words);
	suite_add_tcase(suite, tcase);
	return suite;
}

#include <errno.h>
#include <portmote/registry.h>

#include "expect.h"

static const char header[] =
	"Service Name,Port Number,Transport Protocol,Description,Assignee,Contact,"
	"Registration Date,Modification Date,Reference,Service Code,"
	"Known Unauthorized Uses,Assignment Notes\n";

static struct pm_registry *registry;
static struct pm_error err;

/* Parse the header and `rows`. */
static int parse(const char *rows)
{
	struct pm_buf file = {0};

	pm_registry_free(registry);
	registry = NULL;
	err = (struct pm_error){""};
	pm_buf_puts(&file, header);
	pm_buf_puts(&file, rows);
	int r = pm_registry_parse("F", file.data, file.len, &registry, &err);
	pm_buf_release(&file);
	return r;
}

/* Name, port, transport, description, modification date and notes of one row. */
static struct pm_registration one(const char *name, const char *ports, const char *transport,
				  const char *description, const char *modified, const char *notes)
{
	struct pm_buf row = {0};

	pm_buf_printf(&row, "%s,%s,%s,\"%s\",,,,%s,,,,\"%s\"\n", name, ports, transport,
		      description, modified, notes);
	ck_assert_int_eq(parse(pm_buf_text(&row)), 0);
	pm_buf_release(&row);
	ck_assert_uint_eq(pm_registry_rows(registry), 1);
	return pm_registry_row(registry, 0);
}

static void release(void)
{
	pm_registry_free(registry);
	registry = NULL;
}

START_TEST(all_columns)
{
	ck_assert_int_eq(
		parse("svc,80,tcp,Some Service,[Who],[Contact],2001-02,2003-04-05,[RFC1],7,"
		      "used by others,alias of other; historic\n"),
		0);
	struct pm_registration row = pm_registry_row(registry, 0);
	ck_assert_str_eq(row.name, "svc");
	ck_assert_str_eq(row.description, "Some Service");
	ck_assert_str_eq(row.assignee, "[Who]");
	ck_assert_str_eq(row.registered, "2001-02");
	ck_assert_str_eq(row.modified, "2003-04-05");
	ck_assert_str_eq(row.reference, "[RFC1]");
	ck_assert_str_eq(row.unauthorized, "used by others");
	ck_assert_str_eq(row.alias_of, "other");
	ck_assert_str_eq(row.deassigned, "");
	ck_assert_uint_eq(row.first, 80);
	ck_assert_uint_eq(row.last, 80);
	ck_assert_uint_eq(row.transports, 1 << PM_TCP);
	ck_assert_int_eq(row.status, PM_ASSIGNED);
	ck_assert(row.historic);
	ck_assert_uint_eq(row.row, 2);
	ck_assert_str_eq(pm_registry_source(registry), "F");
	ck_assert_str_eq(pm_registry_date(registry), "2003-04-05");
}
END_TEST

START_TEST(text_is_folded_and_escaped)
{
	struct pm_registration row =
		one("x", "1", "tcp", " \t a\r\n\n b \v\f\xc3\xa9\x1b[0m\\n\"\"q\"\" ", "", "");

	ck_assert_str_eq(row.description, "a b \\xc3\\xa9\\x1b[0m\\x5cn\"q\"");
}
END_TEST

START_TEST(long_text_is_whole)
{
	struct pm_buf text = {0}, expected = {0};

	for (unsigned i = 0; i < 3000; i++) {
		pm_buf_puts(&text, i % 100 == 99 ? "\n " : "\xff");
		pm_buf_puts(&expected, i % 100 == 99 ? " " : "\\xff");
	}
	pm_buf_puts(&text, "z");
	pm_buf_puts(&expected, "z");
	struct pm_registration row = one("x", "1", "tcp", pm_buf_text(&text), "", "");
	ck_assert_str_eq(row.description, pm_buf_text(&expected));
	pm_buf_release(&text);
	pm_buf_release(&expected);
}
END_TEST

static const struct {
	const char *text;
	uint8_t transports;
} transports[] = {
	{"tcp", 1 << PM_TCP},
	{"udp", 1 << PM_UDP},
	{"sctp", 1 << PM_SCTP},
	{"dccp", 1 << PM_DCCP},
	{"", 1 << PM_TCP | 1 << PM_UDP},
};

START_TEST(transport)
{
	struct pm_registration row = one("x", "7", transports[_i].text, "", "", "");

	ck_assert_uint_eq(row.transports, transports[_i].transports);
	for (unsigned t = 0; t < PM_TRANSPORTS; t++)
		for (unsigned port = 6; port <= 8; port++) {
			const uint32_t *rows;
			size_t count = pm_registry_at(registry, (enum pm_transport)t,
						      (uint16_t)port, &rows);

			ck_assert_uint_eq(count, port == 7 && row.transports >> t & 1);
		}
}
END_TEST

static const char *const bad_transports[] = {"TCP",  "tc",   "tcpx",	" tcp",
					     "tcp ", "quic", "tcp/udp", "-"};

START_TEST(bad_transport)
{
	char rows[64];

	snprintf(rows, sizeof(rows), "x,7,%s,,,,,,,,,\n", bad_transports[_i]);
	ck_assert_int_eq(parse(rows), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(err.text, "F, row 2 (line 2): unknown transport"));
}
END_TEST

static const char *const bad_ports[] = {
	"65536", "99999999999999999999",
	"-1",	 " 80",
	"80 ",	 "080",
	"80-79", "1-65536",
	"1-",	 "-",
	"1-2-3", "80;81",
	"0x50",	 "\xd9\xa8\xd9\xa0",
	"http",	 " ",
};

START_TEST(bad_port)
{
	char rows[96];

	snprintf(rows, sizeof(rows), "x,7,tcp,,,,,,,,,\nx,%s,tcp,,,,,,,,,\n", bad_ports[_i]);
	ck_assert_int_eq(parse(rows), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(err.text, "F, row 3 (line 3): bad port number or range"));
}
END_TEST

START_TEST(every_port)
{
	for (unsigned port = 0; port <= 70000; port += port < 65000 ? 251 : 1) {
		char rows[64];

		snprintf(rows, sizeof(rows), "x,%u,tcp,,,,,,,,,\n", port);
		ck_assert_int_eq(parse(rows), port > UINT16_MAX ? -EBADMSG : 0);
		if (port > UINT16_MAX)
			continue;
		const uint32_t *at;
		ck_assert_uint_eq(pm_registry_at(registry, PM_TCP, (uint16_t)port, &at), 1);
		ck_assert_uint_eq(at[0], 0);
	}
}
END_TEST

START_TEST(range)
{
	const uint32_t *at;
	struct pm_registration row = one("x11", "6000-6063", "tcp", "", "", "");

	ck_assert_uint_eq(row.first, 6000);
	ck_assert_uint_eq(row.last, 6063);
	for (unsigned port = 5990; port < 6070; port++)
		ck_assert_uint_eq(pm_registry_at(registry, PM_TCP, (uint16_t)port, &at),
				  port >= 6000 && port <= 6063);
	one("all", "0-65535", "udp", "", "", "");
	for (unsigned port = 0; port <= UINT16_MAX; port++)
		EXPECT(pm_registry_at(registry, PM_UDP, (uint16_t)port, &at) == 1);
}
END_TEST

START_TEST(rows_without_port)
{
	ck_assert_int_eq(parse("a,,tcp,,,,,,,,,\nb,,nonsense,,,,,,,,,\nc,5,tcp,,,,,,,,,\n"), 0);
	ck_assert_uint_eq(pm_registry_rows(registry), 1);
	ck_assert_str_eq(pm_registry_row(registry, 0).name, "c");
	ck_assert_uint_eq(pm_registry_row(registry, 0).row, 4);
}
END_TEST

START_TEST(several_names)
{
	const uint32_t *at;

	ck_assert_int_eq(
		parse(",80-90,tcp,Reserved,,,,,,,,\nhttp,80,tcp,,,,,,,,,\nwww,80,tcp,,,,,,,,,\n"
		      "http,80,udp,,,,,,,,,\nwww-http,80,,,,,,,,,,\n,70-80,tcp,Unassigned,,,,,,,,"
		      "\n"),
		0);
	ck_assert_uint_eq(pm_registry_at(registry, PM_TCP, 80, &at), 5);
	static const char *const names[] = {"http", "www", "www-http", "", ""};
	for (size_t i = 0; i < PM_COUNT(names); i++)
		ck_assert_str_eq(pm_registry_row(registry, at[i]).name, names[i]);
	ck_assert_int_eq(pm_registry_row(registry, at[3]).status, PM_UNASSIGNED);
	ck_assert_int_eq(pm_registry_row(registry, at[4]).status, PM_RESERVED);
	ck_assert_uint_eq(pm_registry_at(registry, PM_UDP, 80, &at), 2);
	ck_assert_uint_eq(pm_registry_at(registry, PM_SCTP, 80, &at), 0);
}
END_TEST

static const struct {
	const char *name, *description, *modified, *notes;
	enum pm_status status;
	const char *deassigned, *alias_of;
	bool historic;
} notes[] = {
	{"x", "A service", "", "", PM_ASSIGNED, "", "", false},
	{"x", "Reserved", "", "", PM_ASSIGNED, "", "", false},
	{"", "Reserved", "", "", PM_RESERVED, "", "", false},
	{"", "Reserved - IANA", "", "", PM_RESERVED, "", "", false},
	{"", "IANA Reserved", "", "", PM_RESERVED, "", "", false},
	{"", "", "", "", PM_RESERVED, "", "", false},
	{"", "any private mail system", "", "", PM_RESERVED, "", "", false},
	{"", "Unassigned", "", "", PM_UNASSIGNED, "", "", false},
	{"", "unassigned", "", "Microsoft (unoffically) using 1895", PM_UNASSIGNED, "", "", false},
	{"", "(unassigned) Possibly assigned", "", "", PM_UNASSIGNED, "", "", false},
	{"", "Unassigned [was netstat]", "", "", PM_UNASSIGNED, "", "", false},
	{"", "Reserved", "2013-05-24", "This entry is being removed on 2013-05-24.", PM_DEASSIGNED,
	 "2013-05-24", "", false},
	{"", "Unassigned", "", "(Removed 2004-2-6)", PM_DEASSIGNED, "2004-2-6", "", false},
	{"", "Unassigned", "", "De-registered (28 March 2006)", PM_DEASSIGNED, "28 March 2006", "",
	 false},
	{"", "Unassigned", "", "De-registered 08 June 2001", PM_DEASSIGNED, "08 June 2001", "",
	 false},
	{"", "unassigned", "", "Deprecated June 2004", PM_DEASSIGNED, "June 2004", "", false},
	{"", "Unassigned", "", "\"\"pcp\"\" assignment withdrawn, moved to port 5351 per RFC6887",
	 PM_DEASSIGNED, "", "", false},
	{"", "Reserved", "2013-03-29", "port 3001 previously \"\"Removed on 2006-05-25\"\"",
	 PM_DEASSIGNED, "2006-05-25", "", false},
	{"", "De-registered", "2006-04-25", "Use of 585 is not recommended, use 993 instead",
	 PM_DEASSIGNED, "2006-04-25", "", false},
	{"", "Removed", "2002-05-01", "", PM_DEASSIGNED, "2002-05-01", "", false},
	{"", "Decomissioned Port 04/14/00, ms", "", "", PM_DEASSIGNED, "", "", false},
	{"", "De-Commissioned Port", "", "", PM_DEASSIGNED, "", "", false},
	{"", "Reserved", "", "de-assigned between 2014-07-09 and 2026-09", PM_DEASSIGNED,
	 "between 2014-07-09 and 2026-09", "", false},
	{"", "Reserved", "", "historic; de-assigned 2013-05-24", PM_DEASSIGNED, "2013-05-24", "",
	 true},
	{"", "De-registered", "", "de-assigned", PM_DEASSIGNED, "", "", false},
	{"sua", "De-Registered", "", "", PM_DEASSIGNED, "", "", false},
	{"sua", "Something", "", "de-assigned", PM_DEASSIGNED, "", "", false},
	{"nessus", "Nessus", "", "port 3001 previously \"\"Removed on 2006-05-25\"\"", PM_ASSIGNED,
	 "", "", false},
	{"rem", "Removed Object Protocol", "", "", PM_ASSIGNED, "", "", false},
	{"x", "", "", "alias of other-name; historic", PM_ASSIGNED, "", "other-name", true},
	{"x", "", "", "alias of other.name.", PM_ASSIGNED, "", "other.name", false},
	{"x", "", "",
	 "This entry is an alias to \"\"914c-g\"\".\nThis entry is now historic, not usable for "
	 "use with many",
	 PM_ASSIGNED, "", "914c-g", true},
	{"x", "", "", "Historically, this service has been referred to as \"\"y\"\"", PM_ASSIGNED,
	 "", "", false},
	{"x", "", "", "prehistoric; Historic", PM_ASSIGNED, "", "", true},
	{"x", "", "", "an alias to \"\" y \"\"", PM_ASSIGNED, "", "y", false},
	{"", "Reserved", "", "Removed on 2001 (or so)", PM_DEASSIGNED, "2001", "", false},
	{"", "Reserved", "2001", "Removed from Port 7 in 1999", PM_DEASSIGNED, "2001", "", false},
	{"", "Reserved", "", "removed 2001 , moved", PM_DEASSIGNED, "2001", "", false},
	{"x", "", "", "alias of ", PM_ASSIGNED, "", "", false},
};

START_TEST(status)
{
	struct pm_registration row = one(notes[_i].name, "1", "tcp", notes[_i].description,
					 notes[_i].modified, notes[_i].notes);

	ck_assert_str_eq(pm_status_name(row.status), pm_status_name(notes[_i].status));
	ck_assert_str_eq(row.name, row.status == PM_ASSIGNED ? notes[_i].name : "");
	ck_assert_str_eq(row.deassigned, notes[_i].deassigned);
	ck_assert_str_eq(row.alias_of, notes[_i].alias_of);
	ck_assert_int_eq(row.historic, notes[_i].historic);
}
END_TEST

START_TEST(latest_date)
{
	ck_assert_int_eq(parse("a,1,tcp,,,,2001-01,zzzz,,,,\nb,2,tcp,,,,2014-04-10,2014-04,,,,\n"
			       "c,,tcp,,,,2020-01-01,,,,,\nd,3,tcp,,,,9999-99-9x,,,,,\n"),
			 0);
	ck_assert_str_eq(pm_registry_date(registry), "2020-01-01");
	ck_assert_int_eq(parse("a,1,tcp,,,,,,,,,\n"), 0);
	ck_assert_str_eq(pm_registry_date(registry), "");
}
END_TEST

START_TEST(empty)
{
	const uint32_t *at;

	ck_assert_int_eq(parse(""), 0);
	ck_assert_uint_eq(pm_registry_rows(registry), 0);
	for (unsigned t = 0; t < PM_TRANSPORTS; t++)
		for (unsigned port = 0; port <= UINT16_MAX; port++)
			EXPECT(!pm_registry_at(registry, (enum pm_transport)t, (uint16_t)port,
					       &at));
	ck_assert_int_eq(pm_registry_check(registry, &err), -EBADMSG);
	ck_assert_str_eq(err.text,
			 "F ends at row 1 (line 1) with 0 rows with ports; IANA's registry has "
			 "more than 5000");
}
END_TEST

START_TEST(missing_column)
{
	static const char text[] = "Service Name,Port Number\nssh,22\n";
	struct pm_registry *none = NULL;

	ck_assert_int_eq(pm_registry_parse("F", text, sizeof(text) - 1, &none, &err), -EBADMSG);
	ck_assert_str_eq(err.text, "F, row 1 (line 1): there is no column \"Transport Protocol\"");
	ck_assert_ptr_null(none);
	ck_assert_int_eq(pm_registry_parse("F", "", 0, &none, &err), -EBADMSG);
	ck_assert_int_eq(pm_registry_parse("F", text, PM_REGISTRY_FILE_MAX + 1ul, &none, &err),
			 -EFBIG);
	ck_assert_ptr_null(none);
}
END_TEST

/* Enough rows, but not IANA's. */
START_TEST(whole_registry)
{
	struct pm_buf rows = {0};

	for (unsigned i = 0; i < 5000; i++)
		pm_buf_printf(&rows, "x,%u,tcp,,,,,,,,,\n", i + 1000);
	ck_assert_int_eq(parse(pm_buf_text(&rows)), 0);
	ck_assert_int_eq(pm_registry_check(registry, &err), -EBADMSG);
	ck_assert_str_eq(err.text,
			 "F ends at row 5001 (line 5001) without ssh on 22/tcp, which IANA's "
			 "registry has");
	pm_buf_puts(&rows, "ssh,22,tcp,,,,,,,,,\nhttp,80,tcp,,,,,,,,,\nhttps,443,udp,,,,,,,,,\n");
	ck_assert_int_eq(parse(pm_buf_text(&rows)), 0);
	ck_assert_int_eq(pm_registry_check(registry, &err), -EBADMSG);
	ck_assert_str_eq(err.text,
			 "F ends at row 5004 (line 5004) without https on 443/tcp, which IANA's "
			 "registry has");
	pm_buf_puts(&rows, "https,443,,,,,,,,,,\n");
	ck_assert_int_eq(parse(pm_buf_text(&rows)), 0);
	/* Cut between two rows, a file is well-formed; its end must be there. */
	ck_assert_int_eq(pm_registry_check(registry, &err), -EBADMSG);
	ck_assert_str_eq(err.text,
			 "F ends at row 5005 (line 5005) without x11 on 6000/tcp, which IANA's "
			 "registry has");
	pm_buf_puts(&rows, "x11,6000-6063,,,,,,,,,,\nflex-lm,27000-27009,,,,,,,,,,\n"
			   "com-bardac-dw,48556,,,,,,,,,,\niqobject,48619,,,,,,,,,,\n");
	ck_assert_int_eq(parse(pm_buf_text(&rows)), 0);
	/* Rows lost in its middle show by ports that no row speaks of. */
	ck_assert_int_eq(pm_registry_check(registry, &err), -EBADMSG);
	ck_assert_str_eq(err.text, "F ends at row 5009 (line 5009) without a row for port 0 and "
				   "44072 others; IANA's registry speaks of each port up to 49151");
	pm_buf_puts(&rows, ",32-49151,,Unassigned,,,,,,,,\n");
	err = (struct pm_error){""};
	ck_assert_int_eq(parse(pm_buf_text(&rows)), 0);
	ck_assert_int_eq(pm_registry_check(registry, &err), 0);
	ck_assert_str_eq(err.text, "");
	pm_buf_release(&rows);
}
END_TEST

/* Nested ranges would make lists of a size that is the square of the file's. */
START_TEST(overlapping_ranges)
{
	struct pm_buf rows = {0};

	for (unsigned i = 0; i < 5000; i++)
		pm_buf_printf(&rows, ",%u-%u,tcp,,,,,,,,,\n", i, 65535 - i);
	ck_assert_int_eq(parse(pm_buf_text(&rows)), -EBADMSG);
	ck_assert_str_eq(err.text, "F: its port ranges overlap too much");
	pm_buf_release(&rows);
}
END_TEST

Suite *suite_registry_parse(void);
Suite *suite_registry_parse(void)
{
	Suite *suite = suite_create("registry_parse");
	TCase *tcase = tcase_create("parse");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, NULL, release);
	tcase_add_test(tcase, all_columns);
	tcase_add_test(tcase, text_is_folded_and_escaped);
	tcase_add_test(tcase, long_text_is_whole);
	tcase_add_loop_test(tcase, transport, 0, PM_COUNT(transports));
	tcase_add_loop_test(tcase, bad_transport, 0, PM_COUNT(bad_transports));
	tcase_add_loop_test(tcase, bad_port, 0, PM_COUNT(bad_ports));
	tcase_add_test(tcase, every_port);
	tcase_add_test(tcase, range);
	tcase_add_test(tcase, rows_without_port);
	tcase_add_test(tcase, several_names);
	tcase_add_loop_test(tcase, status, 0, PM_COUNT(notes));
	tcase_add_test(tcase, latest_date);
	tcase_add_test(tcase, empty);
	tcase_add_test(tcase, missing_column);
	tcase_add_test(tcase, whole_registry);
	tcase_add_test(tcase, overlapping_ranges);
	suite_add_tcase(suite, tcase);
	return suite;
}

#include <check.h>
#include <errno.h>

#include "registry/knowledge.h"

#define HEADER "service,program,kind,source\n"
#define PORTS  "port,transport,program,kind,what,source\n"

static struct pm_knowledge knowledge;
static struct pm_error err;
static size_t count;

static int read_bytes(int table, const char *bytes, size_t len, bool sorted)
{
	pm_knowledge_release(&knowledge);
	err = (struct pm_error){""};
	return pm_knowledge_read(&knowledge, table, "K", "F", bytes, len, pm_registry_builtin(),
				 sorted, &err);
}

static int read_table(int table, const char *text, bool sorted)
{
	return read_bytes(table, text, strlen(text), sorted);
}

static void release(void)
{
	pm_knowledge_release(&knowledge);
}

START_TEST(reads_implementers)
{
	ck_assert_int_eq(read_table(PM_TABLE_IMPLEMENTERS,
				    HEADER "http,apache2,exe,a\nhttp,gunicorn,exe,b\n"
					   "http,gunicorn,script,\"c, d\"\nhttps,a\\x2cb,exe,e\n",
				    true),
			 0);
	const struct pm_implementer *rows = pm_implementers(&knowledge, &count);
	ck_assert_uint_eq(count, 4);
	ck_assert_str_eq(rows[2].service, "http");
	ck_assert_str_eq(rows[2].program, "gunicorn");
	ck_assert_int_eq(rows[2].kind, PM_KIND_SCRIPT);
	ck_assert_str_eq(rows[2].source, "c, d");
	ck_assert_str_eq(rows[2].file, "F");
	ck_assert_uint_eq(rows[2].row, 4);
	ck_assert_ptr_eq(pm_implementers_of(&knowledge, "http", &count), rows);
	ck_assert_uint_eq(count, 3);
	pm_implementers_of(&knowledge, "httq", &count);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(reads_occupants)
{
	ck_assert_int_eq(read_table(PM_TABLE_OCCUPANTS,
				    PORTS "any,udp,rpc.x,exe,W,s\n6800-7300,tcp,ceph-osd,exe,W,s\n"
					  "9100,tcp,b,exe,What it is,s\n9100,tcp,a,jar,W,s\n",
				    false),
			 0);
	const struct pm_occupant *rows = pm_occupants(&knowledge, &count);
	ck_assert_uint_eq(count, 4);
	ck_assert_str_eq(rows[0].program, "ceph-osd");
	ck_assert_uint_eq(rows[0].first, 6800);
	ck_assert_uint_eq(rows[0].last, 7300);
	ck_assert_str_eq(rows[1].program, "a");
	ck_assert_str_eq(rows[2].what, "What it is");
	ck_assert_uint_eq(rows[2].row, 4);
	ck_assert(rows[3].any && !rows[2].any);
	ck_assert_ptr_eq(pm_occupant_find(&knowledge, PM_TCP, 7300, "ceph-osd", PM_KIND_EXE),
			 &rows[0]);
	ck_assert_ptr_eq(pm_occupant_find(&knowledge, PM_UDP, 22, "rpc.x", PM_KIND_EXE), &rows[3]);
	ck_assert_ptr_null(pm_occupant_find(&knowledge, PM_TCP, 22, "rpc.x", PM_KIND_EXE));
	ck_assert_ptr_null(pm_occupant_find(&knowledge, PM_TCP, 7301, "ceph-osd", PM_KIND_EXE));
	ck_assert_ptr_null(pm_occupant_find(&knowledge, PM_TCP, 9100, "a", PM_KIND_EXE));
}
END_TEST

/* The short way finds what looking at every row finds. */
START_TEST(finds_occupants_of_a_port)
{
	const struct pm_knowledge *all = pm_knowledge_builtin();
	const struct pm_occupant *rows = pm_occupants(all, &count);

	for (unsigned port = 0; port <= UINT16_MAX; port++) {
		size_t next = pm_occupants_next(all, (uint16_t)port, 0);

		for (size_t i = 0; i < count; i++) {
			bool is_here =
				!rows[i].any && rows[i].first <= port && port <= rows[i].last;

			if (is_here != (i == next))
				ck_abort_msg("port %u: row %zu, found %zu", port, i, next);
			if (is_here)
				next = pm_occupants_next(all, (uint16_t)port, i + 1);
		}
		if (next != count)
			ck_abort_msg("port %u: found %zu too many", port, next);
	}
}
END_TEST

START_TEST(reads_other_tables)
{
	ck_assert_int_eq(
		read_table(PM_TABLE_DORMANT, "service,history,source\nssh,H. I.,s\n", true), 0);
	ck_assert_str_eq(pm_dormants(&knowledge, &count)->history, "H. I.");
	ck_assert_int_eq(read_table(PM_TABLE_LISTINGS,
				    "service,port,transport,source\nssh,22,tcp,s\n", true),
			 0);
	ck_assert_uint_eq(pm_listings(&knowledge, &count)->port, 22);
	ck_assert_uint_eq(count, 1);
}
END_TEST

/* A local file adds to what is built in, or, with a fault, nothing. */
START_TEST(adds)
{
	static const char good[] = HEADER "ssh,my-sshd,exe,x\nssh,my-sshd,exe,x\nhttp,a,exe,x\n";
	static const char bad[] = HEADER "ssh,other-sshd,exe,x\nno-such,a,exe,x\n";
	struct pm_knowledge *mine = pm_knowledge_new();
	size_t before;

	ck_assert_ptr_nonnull(mine);
	pm_implementers(mine, &before);
	ck_assert_int_eq(pm_knowledge_add(mine, PM_TABLE_IMPLEMENTERS, "bad", bad, strlen(bad),
					  pm_registry_builtin(), &err),
			 -EBADMSG);
	pm_implementers(mine, &count);
	ck_assert_uint_eq(count, before);
	ck_assert_int_eq(pm_knowledge_add(mine, PM_TABLE_IMPLEMENTERS, "/etc/x.csv", good,
					  strlen(good), pm_registry_builtin(), &err),
			 0);
	const struct pm_implementer *row = pm_implementer_find(mine, "ssh", "my-sshd", PM_KIND_EXE);
	ck_assert_ptr_nonnull(row);
	ck_assert_str_eq(row->file, "/etc/x.csv");
	ck_assert_ptr_nonnull(pm_implementer_find(mine, "ssh", "sshd", PM_KIND_EXE));
	ck_assert_ptr_null(
		pm_implementer_find(pm_knowledge_builtin(), "ssh", "my-sshd", PM_KIND_EXE));
	pm_knowledge_free(mine);
	pm_knowledge_free(NULL);
}
END_TEST

START_TEST(tells_tables_apart)
{
	static const struct {
		const char *text;
		enum pm_table table;
	} files[] = {
		{HEADER, PM_TABLE_IMPLEMENTERS},
		{PORTS, PM_TABLE_OCCUPANTS},
		{"a,\"port\"\r\n", PM_TABLE_OCCUPANTS},
		{"ports\nport\n", PM_TABLE_IMPLEMENTERS},
		{"a,port", PM_TABLE_OCCUPANTS},
		{"", PM_TABLE_IMPLEMENTERS},
		{"\xef\xbb\xbfport,a", PM_TABLE_OCCUPANTS},
		{"a,\rport", PM_TABLE_IMPLEMENTERS},
		{"\nport\n", PM_TABLE_IMPLEMENTERS},
		{",,port,", PM_TABLE_OCCUPANTS},
		{"\"port", PM_TABLE_IMPLEMENTERS},
		{"\"", PM_TABLE_IMPLEMENTERS},
	};

	for (size_t i = 0; i < PM_COUNT(files); i++)
		ck_assert_int_eq(pm_table_of(files[i].text, strlen(files[i].text)), files[i].table);
}
END_TEST

/* A NUL is a byte as others: wherever one stands, there is an answer, and a refusal. */
START_TEST(survives_nul)
{
	char text[] = PORTS "80,tcp,a,exe,w,s\n";
	const size_t len = sizeof(text) - 1;

	for (size_t i = 0; i < len; i++) {
		char byte = text[i];

		text[i] = '\0';
		pm_table_of(text, len);
		ck_assert_int_eq(read_bytes(PM_TABLE_OCCUPANTS, text, len, false), -EBADMSG);
		text[i] = byte;
	}
	ck_assert_int_eq(pm_table_of("\0,port\n", 7), PM_TABLE_OCCUPANTS);
	ck_assert_int_eq(pm_table_of("\0", 1), PM_TABLE_IMPLEMENTERS);
}
END_TEST

START_TEST(every_kind)
{
	for (unsigned kind = 0; kind < PM_KINDS; kind++) {
		char text[96];

		snprintf(text, sizeof(text), HEADER "ssh,x,%s,y\n",
			 pm_kind_name((enum pm_kind)kind));
		ck_assert_int_eq(read_table(PM_TABLE_IMPLEMENTERS, text, true), 0);
		ck_assert_int_eq(pm_implementers(&knowledge, &count)->kind, (enum pm_kind)kind);
	}
}
END_TEST

/* pm_fail() escapes the backslash of the example once more. */
#define NOT_TEXT                                                                                   \
	"is not printable ASCII without spaces at its ends (other bytes as \\x5cx0a, the "         \
	"backslash "                                                                               \
	"too)"

static const struct {
	const char *text, *sentence;
} bad[] = {
	{HEADER "ssh,sshd,exe,\n", "K, row 2 (line 2): the source is missing"},
	{HEADER "ssh,,exe,x\n", "K, row 2 (line 2): the program is missing"},
	{HEADER ",sshd,exe,x\n", "K, row 2 (line 2): the service is missing"},
	{HEADER "ssh,sshd,,x\n", "K, row 2 (line 2): the kind is missing"},
	{HEADER "ssh,sshd,Exe,x\n", "K, row 2 (line 2): unknown kind \"Exe\""},
	{HEADER "sshh,sshd,exe,x\n",
	 "K, row 2 (line 2): the registry has no port for the service \"sshh\""},
	{HEADER "SSH,sshd,exe,x\n",
	 "K, row 2 (line 2): the registry has no port for the service \"SSH\""},
	{HEADER "ssh,sshd,exe,x\nssh,sshd,exe,y\n",
	 "K, row 3 (line 3): the same as the row before it"},
	{HEADER "ssh,sshd,exe,x\nhttp,nginx,exe,y\n",
	 "K, row 3 (line 3): belongs before the row before it"},
	{HEADER "ssh,b,exe,x\nssh,a,exe,y\n",
	 "K, row 3 (line 3): belongs before the row before it"},
	{HEADER "ssh,a,kernel,x\nssh,a,exe,y\n",
	 "K, row 3 (line 3): belongs before the row before it"},
	{HEADER "ssh,a b,exe,x\nssh, sshd,exe,x\n", "K, row 3 (line 3): the program " NOT_TEXT},
	{HEADER "ssh,a,exe,x\\y\n", "K, row 2 (line 2): the source " NOT_TEXT},
	{HEADER "ssh,a\\x0,exe,x\n", "K, row 2 (line 2): the program " NOT_TEXT},
	{HEADER "ssh,a,exe,x\x7f\n", "K, row 2 (line 2): the source " NOT_TEXT},
	{HEADER "ssh,a,exe\n", "K, row 2 (line 2): 3 fields, where the header has 4"},
	{"service,program,kind\n", "K, row 1 (line 1): there is no column \"source\""},
	{"", "K, row 1 (line 1): there is no header"},
};

START_TEST(refuses)
{
	ck_assert_int_eq(read_table(PM_TABLE_IMPLEMENTERS, bad[_i].text, true), -EBADMSG);
	ck_assert_str_eq(err.text, bad[_i].sentence);
}
END_TEST

static const struct {
	const char *row, *sentence;
} bad_ports[] = {
	{"0,tcp,a,exe,w,s", "bad port number or range \"0\""},
	{"65536,tcp,a,exe,w,s", "bad port number or range \"65536\""},
	{"80-79,tcp,a,exe,w,s", "bad port number or range \"80-79\""},
	{"ANY,tcp,a,exe,w,s", "bad port number or range \"ANY\""},
	{"80,sctp,a,exe,w,s", "unknown transport \"sctp\""},
	{"80,tcp,a,exe,,s", "the what is missing"},
	{"80,tcp,a,elf,w,s", "unknown kind \"elf\""},
};

START_TEST(refuses_occupants)
{
	char text[128], sentence[128];

	snprintf(text, sizeof(text), PORTS "%s\n", bad_ports[_i].row);
	snprintf(sentence, sizeof(sentence), "K, row 2 (line 2): %s", bad_ports[_i].sentence);
	ck_assert_int_eq(read_table(PM_TABLE_OCCUPANTS, text, true), -EBADMSG);
	ck_assert_str_eq(err.text, sentence);
}
END_TEST

/* Each compiled row is found by its key, and nothing that is not a row. */
START_TEST(builtin)
{
	const struct pm_knowledge *all = pm_knowledge_builtin();
	const struct pm_implementer *rows = pm_implementers(all, &count);

	ck_assert_uint_gt(count, 0);
	for (size_t i = 0; i < count; i++) {
		if (i)
			ck_assert_int_lt(
				pm_tables[PM_TABLE_IMPLEMENTERS].compare(&rows[i - 1], &rows[i]),
				0);
		ck_assert_ptr_eq(
			pm_implementer_find(all, rows[i].service, rows[i].program, rows[i].kind),
			&rows[i]);
		ck_assert_ptr_null(
			pm_implementer_find(all, rows[i].service, "no-such-program", rows[i].kind));
		ck_assert_str_ne(rows[i].source, "");
		ck_assert_str_eq(rows[i].file, "implementers.csv");
	}
	ck_assert_ptr_nonnull(pm_implementer_find(all, "ssh", "sshd", PM_KIND_EXE));
	ck_assert_ptr_null(pm_implementer_find(all, "ssh", "sshd", PM_KIND_KERNEL));
	ck_assert_ptr_null(pm_implementer_find(all, "http", "sshd", PM_KIND_EXE));
	ck_assert_ptr_null(pm_implementer_find(all, "", "", PM_KIND_EXE));
	ck_assert_ptr_null(pm_implementer_find(all, "zzz", "zzz", PM_KIND_KERNEL));
	ck_assert_str_eq(pm_registry_origins(&count)->date, "2026-09-17");
	ck_assert_uint_eq(count, 3);
	ck_assert_str_eq(pm_registry_date(pm_registry_builtin()), "2026-09-17");
}
END_TEST

Suite *suite_registry_knowledge(void);
Suite *suite_registry_knowledge(void)
{
	Suite *suite = suite_create("registry_knowledge");
	TCase *tcase = tcase_create("knowledge");

	tcase_add_checked_fixture(tcase, NULL, release);
	tcase_add_test(tcase, reads_implementers);
	tcase_add_test(tcase, reads_occupants);
	tcase_add_test(tcase, finds_occupants_of_a_port);
	tcase_add_test(tcase, reads_other_tables);
	tcase_add_test(tcase, adds);
	tcase_add_test(tcase, tells_tables_apart);
	tcase_add_test(tcase, survives_nul);
	tcase_add_loop_test(tcase, refuses_occupants, 0, PM_COUNT(bad_ports));
	tcase_add_test(tcase, every_kind);
	tcase_add_loop_test(tcase, refuses, 0, PM_COUNT(bad));
	tcase_add_test(tcase, builtin);
	suite_add_tcase(suite, tcase);
	return suite;
}

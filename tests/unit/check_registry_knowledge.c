#include <check.h>
#include <errno.h>

#include "registry/knowledge.h"

#define HEADER "service,program,kind,source\n"

static struct pm_knowledge knowledge;
static struct pm_error err;

static int read_text(const char *text)
{
	pm_knowledge_release(&knowledge);
	err = (struct pm_error){""};
	return pm_knowledge_read("K", text, strlen(text), pm_registry_builtin(), &knowledge, &err);
}

static void release(void)
{
	pm_knowledge_release(&knowledge);
}

START_TEST(reads)
{
	ck_assert_int_eq(read_text(HEADER "http,apache2,exe,a\nhttp,gunicorn,exe,b\n"
					  "http,gunicorn,script,\"c, d\"\nhttps,apache2,exe,e\n"),
			 0);
	ck_assert_uint_eq(knowledge.count, 4);
	ck_assert_str_eq(knowledge.rows[2].service, "http");
	ck_assert_str_eq(knowledge.rows[2].program, "gunicorn");
	ck_assert_int_eq(knowledge.rows[2].kind, PM_KIND_SCRIPT);
	ck_assert_str_eq(knowledge.rows[2].source, "c, d");
	ck_assert_uint_eq(knowledge.rows[2].row, 4);
}
END_TEST

START_TEST(every_kind)
{
	for (unsigned kind = 0; kind < PM_KINDS; kind++) {
		char text[96];

		snprintf(text, sizeof(text), HEADER "ssh,x,%s,y\n",
			 pm_kind_name((enum pm_kind)kind));
		ck_assert_int_eq(read_text(text), 0);
		ck_assert_int_eq(knowledge.rows[0].kind, (enum pm_kind)kind);
	}
}
END_TEST

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
	 "K, row 3 (line 3): ssh, sshd, exe is in row 2 already"},
	{HEADER "ssh,sshd,exe,x\nhttp,nginx,exe,y\n",
	 "K, row 3 (line 3): out of order: http, nginx, exe belongs before ssh, sshd, exe"},
	{HEADER "ssh,b,exe,x\nssh,a,exe,y\n",
	 "K, row 3 (line 3): out of order: ssh, a, exe belongs before ssh, b, exe"},
	{HEADER "ssh,a,kernel,x\nssh,a,exe,y\n",
	 "K, row 3 (line 3): out of order: ssh, a, exe belongs before ssh, a, kernel"},
	{HEADER "ssh,a b,exe,x\nssh, sshd,exe,x\n",
	 "K, row 3 (line 3): the program is not printable ASCII with single spaces"},
	{HEADER "ssh,a,exe,x\\y\n",
	 "K, row 2 (line 2): the source is not printable ASCII with single spaces"},
	{HEADER "ssh,a,exe\n", "K, row 2 (line 2): 3 fields, where the header has 4"},
	{"service,program,kind\n", "K, row 1 (line 1): there is no column \"source\""},
	{"", "K, row 1: there is no header"},
};

START_TEST(refuses)
{
	ck_assert_int_eq(read_text(bad[_i].text), -EBADMSG);
	ck_assert_str_eq(err.text, bad[_i].sentence);
}
END_TEST

/* Each compiled row is found by its key, and nothing that is not a row. */
START_TEST(builtin)
{
	size_t count;
	const struct pm_implementer *rows = pm_implementers(&count);

	ck_assert_uint_gt(count, 0);
	for (size_t i = 0; i < count; i++) {
		if (i)
			ck_assert_int_lt(pm_implementer_compare(&rows[i - 1], &rows[i]), 0);
		ck_assert_ptr_eq(
			pm_implementer_find(rows[i].service, rows[i].program, rows[i].kind),
			&rows[i]);
		ck_assert_ptr_null(
			pm_implementer_find(rows[i].service, "no-such-program", rows[i].kind));
		ck_assert_str_ne(rows[i].source, "");
	}
	ck_assert_ptr_nonnull(pm_implementer_find("ssh", "sshd", PM_KIND_EXE));
	ck_assert_ptr_null(pm_implementer_find("ssh", "sshd", PM_KIND_KERNEL));
	ck_assert_ptr_null(pm_implementer_find("http", "sshd", PM_KIND_EXE));
	ck_assert_ptr_null(pm_implementer_find("", "", PM_KIND_EXE));
	ck_assert_ptr_null(pm_implementer_find("zzz", "zzz", PM_KIND_KERNEL));
}
END_TEST

Suite *suite_registry_knowledge(void);
Suite *suite_registry_knowledge(void)
{
	Suite *suite = suite_create("registry_knowledge");
	TCase *tcase = tcase_create("knowledge");

	tcase_add_checked_fixture(tcase, NULL, release);
	tcase_add_test(tcase, reads);
	tcase_add_test(tcase, every_kind);
	tcase_add_loop_test(tcase, refuses, 0, PM_COUNT(bad));
	tcase_add_test(tcase, builtin);
	suite_add_tcase(suite, tcase);
	return suite;
}

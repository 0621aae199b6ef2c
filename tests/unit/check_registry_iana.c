/* IANA's file as it comes: its columns under the names of today and of 2014, and what its editors
 * wrote. */
#include <errno.h>
#include <portmote/registry.h>

#include "expect.h"

static struct pm_registry *registry;
static struct pm_error err;

static int parse(const char *text)
{
	pm_registry_free(registry);
	registry = NULL;
	err = (struct pm_error){""};
	return pm_registry_parse("F", text, strlen(text), &registry, &err);
}

static void release(void)
{
	pm_registry_free(registry);
	registry = NULL;
}

#define NEEDED                                                                                     \
	"Service Name,Port Number,Transport Protocol,Description,Assignee,Registration Date,"      \
	"Modification Date,Reference,"
#define NOTES "Assignment Notes"
#define ROW   "svc,80,tcp,What,[Who],2001-02,2003-04-05,[RFC1],used by others,alias of other\n"

static const char *const headers[] = {
	NEEDED "Unauthorized Use Reported," NOTES "\n" ROW,
	NEEDED "Known Unauthorized Uses," NOTES "\r\n" ROW,
	"\xef\xbb\xbf" NEEDED "Known Unauthorized Uses," NOTES "\n" ROW,
	"Assignment Notes,Unauthorized Use Reported,Reference,Modification Date,Registration Date,"
	"Assignee,Description,Transport Protocol,Port Number,Service Name\r"
	"alias of other,used by others,[RFC1],2003-04-05,2001-02,[Who],What,tcp,80,svc",
	"New,Service Name,Port Number,Transport Protocol,,Description,Assignee,Registration Date,"
	"Modification Date,New,Reference,\"Known Unauthorized Uses\",Assignment Notes\n"
	"x,svc,80,tcp,y,What,[Who],2001-02,2003-04-05,z,[RFC1],used by others,alias of other\n",
};

START_TEST(finds_columns)
{
	ck_assert_msg(parse(headers[_i]) == 0, "%s", err.text);
	ck_assert_uint_eq(pm_registry_rows(registry), 1);
	struct pm_registration row = pm_registry_row(registry, 0);
	ck_assert_str_eq(row.name, "svc");
	ck_assert_str_eq(row.description, "What");
	ck_assert_str_eq(row.assignee, "[Who]");
	ck_assert_str_eq(row.registered, "2001-02");
	ck_assert_str_eq(row.modified, "2003-04-05");
	ck_assert_str_eq(row.reference, "[RFC1]");
	ck_assert_str_eq(row.unauthorized, "used by others");
	ck_assert_str_eq(row.alias_of, "other");
	ck_assert_str_eq(row.contact, "");
	ck_assert_str_eq(row.code, "");
}
END_TEST

static const char *const columns[] = {
	"Service Name",	     "Port Number", "Transport Protocol",
	"Description",	     "Assignee",    "Registration Date",
	"Modification Date", "Reference",   "Unauthorized Use Reported",
	"Assignment Notes"};

/* Each column that is needed, left out and there twice. */
START_TEST(needs_columns)
{
	char sentence[128];

	for (size_t wrong = 0; wrong < PM_COUNT(columns); wrong++)
		for (size_t times = 0; times <= 2; times += 2) {
			struct pm_buf text = {0};

			for (size_t i = 0; i < PM_COUNT(columns); i++)
				for (size_t k = 0; k < (i == wrong ? times : 1); k++)
					pm_buf_printf(&text, "%s%s", text.len ? "," : "",
						      columns[i]);
			snprintf(sentence, sizeof(sentence),
				 times ? "F, row 1 (line 1): the column \"%s\" is there twice"
				       : "F, row 1 (line 1): there is no column \"%s\"",
				 columns[wrong]);
			ck_assert_int_eq(parse(pm_buf_text(&text)), -EBADMSG);
			ck_assert_str_eq(err.text, sentence);
			pm_buf_release(&text);
		}
	ck_assert_int_eq(
		parse(NEEDED "Known Unauthorized Uses,Unauthorized Use Reported," NOTES "\n"),
		-EBADMSG);
	ck_assert_str_eq(err.text, "F, row 1 (line 1): the column \"Unauthorized Use Reported\" is "
				   "there twice");
}
END_TEST

static const char *const pages[] = {
	"<!DOCTYPE html>\n<html lang=\"en\">\n",
	"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<registry/>",
	" \r\n\t<html>",
	"<",
};

START_TEST(refuses_pages)
{
	ck_assert_int_eq(parse(pages[_i]), -EBADMSG);
	ck_assert_str_eq(err.text, "F, row 1 (line 1): it is a page of HTML or XML, not CSV");
}
END_TEST

static const struct {
	const char *written, *left;
} remarks[] = {
	{"", ""},
	{"The Secure Shell (SSH) Protocol", "The Secure Shell (SSH) Protocol"},
	{"Sample Proto. Serv. IANA assigned this well-formed service name as a replacement for "
	 "\"a_b\".",
	 "Sample Proto. Serv."},
	{"ANSI Z. IANA assigned this well-formed service name as a replacement for \"z. 50\".",
	 "ANSI Z."},
	{"IANA assigned this well-formed service name as a replacement for \"acm_dbd\".", ""},
	{"A IANA assigned this well-formed service name as a replacement for \"b\". C", "A C"},
	{"Some Thing This entry is an alias to \"thing\". This entry is now historic, not usable "
	 "for "
	 "use with many common service discovery mechanisms.",
	 "Some Thing"},
	{"This entry records an unassigned but widespread use", ""},
	{"Old Thing (historic)", "Old Thing"},
	{"Old Thing [TEMPORARY - registered 2019-01-02, expires 2020-01-02] over TLS",
	 "Old Thing over TLS"},
	{"Thing (TEMPORARY - registered 2019-01-02, extension registered 2020-01-02)", "Thing"},
	{"Thing TEMPORARY - registered 2019-01-02, expires 2020-01-02", "Thing"},
	{"Timesheets [3 year assignment]", "Timesheets"},
	{"Deploy [May 2001]", "Deploy"},
	{"Deploy (2001-05-17)", "Deploy"},
	{"Thing (previously known as Other)", "Thing"},
	{"Thing (De-registered)", "Thing"},
	/* What is no remark stays. */
	{"File Transfer [Control]", "File Transfer [Control]"},
	{"HTTP Alternate (see port 80)", "HTTP Alternate (see port 80)"},
	{"pop3 over TLS (was spop3)", "pop3 over TLS (was spop3)"},
	{"Historical Data (2012)", "Historical Data (2012)"},
	{"Temporary Assignment Server", "Temporary Assignment Server"},
	{"Removed Object Protocol (ROP", "Removed Object Protocol (ROP"},
	{"a This", "a This"},
	{"WhisIANA assigned this", "WhisIANA assigned this"},
};

START_TEST(cuts_remarks)
{
	char text[256];

	snprintf(text, sizeof(text), "%s", remarks[_i].written);
	text[pm_remarks_cut(text, strlen(text))] = '\0';
	ck_assert_str_eq(text, remarks[_i].left);
}
END_TEST

static struct pm_registration one(const char *name, const char *description, const char *notes)
{
	struct pm_buf text = {0};

	pm_buf_printf(&text,
		      NEEDED "Unauthorized Use Reported," NOTES "\n%s,7,tcp,\"%s\",,,2020-02-03,,,"
			     "\"%s\"\n",
		      name, description, notes);
	ck_assert_msg(parse(pm_buf_text(&text)) == 0, "%s", err.text);
	pm_buf_release(&text);
	return pm_registry_row(registry, 0);
}

/* What a remark states is kept, though its words are not. */
START_TEST(keeps_facts)
{
	struct pm_registration row =
		one("x",
		    "Thing\n\n\nThis entry is an alias to \"\"y.z\"\". This entry is now historic.",
		    "");
	ck_assert_str_eq(row.description, "Thing");
	ck_assert_str_eq(row.alias_of, "y.z");
	row = one("www", "W",
		  "This is a duplicate of the \"\"http\"\" service and should not be used");
	ck_assert_str_eq(row.alias_of, "http");
	row = one("msp", "Message Send Protocol (Historic)", "");
	ck_assert(row.historic);
	ck_assert_str_eq(row.description, "Message Send Protocol");
	row = one("", "Unassigned [was other]", "");
	ck_assert_str_eq(row.description, "Unassigned [was other]");
	ck_assert_int_eq(row.status, PM_UNASSIGNED);
	row = one("", "Reserved", "Previously assigned to X over Y but released by [RFC9999]");
	ck_assert_int_eq(row.status, PM_DEASSIGNED);
	ck_assert_str_eq(row.deassigned, "2020-02-03");
	row = one("", "Reserved", "De-assigned on 2025-02-13, previously other by [Some_Body]");
	ck_assert_str_eq(row.deassigned, "2025-02-13");
	row = one("", "Reserved", "Historic usage was other. De-Assigned on 2018-04-19");
	ck_assert_str_eq(row.deassigned, "2018-04-19");
}
END_TEST

/* The registry that was compiled in is IANA's of 2026, and tells what that alone has. */
START_TEST(builtin_is_of_today)
{
	const struct pm_registry *builtin = pm_registry_builtin();
	const struct pm_knowledge *knowledge = pm_knowledge_builtin();
	struct pm_registration row =
		pm_registry_row(builtin, pm_registry_next(builtin, "ollama", 0));

	ck_assert_str_eq(row.registered, "2025-09-26");
	ck_assert_str_eq(row.assignee, "[Jesse_Gross]");
	ck_assert_str_eq(pm_person_name(knowledge, "Stuart_Cheshire_4", 17), "Stuart Cheshire");
	ck_assert_str_eq(pm_person_name(knowledge, "G_Runfeldt", 10), "Goran Runfeldt");
	ck_assert_str_eq(pm_person_name(knowledge, "Adam_Nor\\xc3\\xa9n", 17), "Adam Noren");
	ck_assert_ptr_null(pm_person_name(knowledge, "Stuart_Cheshire_", 16));
	ck_assert_ptr_null(pm_person_name(knowledge, "", 0));
	ck_assert_ptr_null(pm_person_name(knowledge, headers[0], strlen(headers[0])));
	row = pm_registry_row(builtin, pm_registry_next(builtin, "exp1", 0));
	ck_assert_ptr_nonnull(strstr(row.reference, "[RFC4727]"));
	bool has_code = false;
	for (uint32_t i = 0; i < pm_registry_rows(builtin); i++) {
		row = pm_registry_row(builtin, i);
		has_code |= *row.code != '\0';
		EXPECT(!strstr(row.description, "IANA assigned") &&
		       !strstr(row.description, "This entry") &&
		       (row.status != PM_ASSIGNED || !strstr(row.description, "istoric)")));
	}
	ck_assert(has_code);
}
END_TEST

Suite *suite_registry_iana(void);
Suite *suite_registry_iana(void)
{
	Suite *suite = suite_create("registry_iana");
	TCase *tcase = tcase_create("iana");

	tcase_add_checked_fixture(tcase, NULL, release);
	tcase_add_loop_test(tcase, finds_columns, 0, PM_COUNT(headers));
	tcase_add_test(tcase, needs_columns);
	tcase_add_loop_test(tcase, refuses_pages, 0, PM_COUNT(pages));
	tcase_add_loop_test(tcase, cuts_remarks, 0, PM_COUNT(remarks));
	tcase_add_test(tcase, keeps_facts);
	tcase_add_test(tcase, builtin_is_of_today);
	suite_add_tcase(suite, tcase);
	return suite;
}

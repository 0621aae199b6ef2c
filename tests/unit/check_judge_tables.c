/* The built-in tables say what is so: as far as they can be held against each other, by the rules
 * of the judge. */
#include "expect.h"

#include <portmote/judge.h>

enum { PROGRAMS_MIN = 300 };

static const struct pm_registry *registry;
static const struct pm_knowledge *knowledge;

static void setup(void)
{
	registry = pm_registry_builtin();
	knowledge = pm_knowledge_builtin();
}

/* "debian:PACKAGE FILE", "upstream:PROJECT document", "iana:SERVICE DESCRIPTION", and without a
 * second word "firewalld:NAME", "selinux:TYPE" */
static bool is_source(const char *source)
{
	static const struct {
		const char *word;
		bool has_place;
	} forms[] = {
		{"debian:", true},     {"upstream:", true}, {"iana:", true},
		{"firewalld:", false}, {"selinux:", false},
	};

	for (size_t i = 0; i < PM_COUNT(forms); i++) {
		const char *what = source + strlen(forms[i].word);

		if (strncmp(source, forms[i].word, strlen(forms[i].word)) != 0)
			continue;
		size_t len = strcspn(what, " ");
		return len && (what[len] == ' ' && what[len + 1]) == forms[i].has_place;
	}
	return false;
}

/* An executable is found by its name as the judge makes it, or it is never found. */
static bool is_found(const char *program, enum pm_kind kind)
{
	char name[PM_PROGRAM_SIZE];

	return kind != PM_KIND_EXE ||
	       !strcmp(pm_program_name(program, name, sizeof(name)), program);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(rows_are_sound)
{
	size_t implementers, occupants, count = 0, programs = 0;
	const struct pm_implementer *some = pm_implementers(knowledge, &implementers);
	const struct pm_occupant *others = pm_occupants(knowledge, &occupants);
	const char **names = calloc(implementers + occupants, sizeof(*names));

	ck_assert_ptr_nonnull(names);
	for (size_t i = 0; i < implementers; i++) {
		ck_assert_msg(is_source(some[i].source), "source: %s", some[i].source);
		ck_assert_msg(is_found(some[i].program, some[i].kind), "never found: %s",
			      some[i].program);
		names[count++] = some[i].program;
	}
	for (size_t i = 0; i < occupants; i++) {
		ck_assert_msg(is_source(others[i].source), "source: %s", others[i].source);
		ck_assert_msg(is_found(others[i].program, others[i].kind), "never found: %s",
			      others[i].program);
		names[count++] = others[i].program;
	}
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++)
		programs += !i || strcmp(names[i - 1], names[i]);
	free(names);
	ck_assert_uint_ge(programs, PROGRAMS_MIN);
}
END_TEST

static void check_claim(const struct pm_occupant *occupant, uint16_t port)
{
	const uint32_t *rows;
	size_t count = pm_registry_at(registry, occupant->transport, port, &rows);

	for (size_t i = 0; i < count; i++) {
		struct pm_registration row = pm_registry_row(registry, rows[i]);

		if (row.status != PM_ASSIGNED)
			continue;
		ck_assert_msg(!pm_implementer_find(knowledge, row.name, occupant->program,
						   occupant->kind),
			      "row %u: %s implements %s, which IANA has on %u", occupant->row,
			      occupant->program, row.name, port);
		ck_assert_msg(!pm_same_name(occupant->program, row.name),
			      "row %u: %s bears the name of %s, which IANA has on %u",
			      occupant->row, occupant->program, row.name, port);
	}
}

/* IANA gave the ports of an occupant to another, or to nobody. */
START_TEST(occupants_are_no_implementers)
{
	size_t count;
	const struct pm_occupant *rows = pm_occupants(knowledge, &count);

	for (size_t i = 0; i < count && !rows[i].any; i++)
		for (unsigned port = rows[i].first; port <= rows[i].last; port++)
			check_claim(&rows[i], (uint16_t)port);
}
END_TEST

/* No row says what another one says already. */
START_TEST(occupants_do_not_overlap)
{
	size_t count;
	const struct pm_occupant *rows = pm_occupants(knowledge, &count);

	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			ck_assert_msg(
				rows[i].transport != rows[k].transport ||
					rows[i].kind != rows[k].kind ||
					strcmp(rows[i].program, rows[k].program) != 0 ||
					rows[i].any != rows[k].any || rows[k].first > rows[i].last,
				"rows %u and %u: %s", rows[i].row, rows[k].row, rows[i].program);
}
END_TEST

Suite *suite_judge_tables(void);
Suite *suite_judge_tables(void)
{
	Suite *suite = suite_create("judge_tables");
	TCase *tcase = tcase_create("tables");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, rows_are_sound);
	tcase_add_test(tcase, occupants_are_no_implementers);
	tcase_add_test(tcase, occupants_do_not_overlap);
	suite_add_tcase(suite, tcase);
	return suite;
}

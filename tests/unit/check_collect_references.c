/* Whether a socket is held by more than the descriptors and calls that were told of. */
#include "collect/holders/references.h"

#include <check.h>

enum { MOST = 5 };

static const struct {
	const char *what;
	struct {
		uint64_t inode, table;
		uint32_t fd, references, calls;
	} told[MOST];
	size_t count;
	bool is_unexplained;
} cases[] = {
	{"a descriptor and a ring", {{7, 1, 3, 2, 0}}, 1, true},
	{"a descriptor, and a call through its table", {{7, 1, 3, 2, 1}}, 1, false},
	{"two descriptors of one table", {{7, 1, 3, 2, 0}, {7, 1, 4, 2, 0}}, 2, false},
	{"two of one table, and a ring", {{7, 1, 3, 3, 0}, {7, 1, 4, 3, 0}}, 2, true},
	{"one table met twice, and a ring", {{7, 1, 3, 2, 0}, {7, 1, 3, 2, 0}}, 2, true},
	{"one table met twice, with others between",
	 {{7, 1, 3, 3, 0}, {7, 2, 3, 3, 0}, {7, 1, 3, 3, 0}},
	 3,
	 true},
	{"workers", {{7, 1, 3, 3, 0}, {7, 2, 3, 3, 0}, {7, 3, 3, 3, 0}}, 3, false},
	{"workers that wait", {{7, 1, 3, 4, 1}, {7, 2, 3, 4, 1}}, 2, false},
	{"a call is told with each descriptor of its table",
	 {{7, 1, 3, 4, 1}, {7, 1, 4, 4, 1}},
	 2,
	 true},
	{"calls that ended meanwhile explain nothing",
	 {{7, 1, 3, 4, 1}, {7, 1, 4, 3, 0}},
	 2,
	 true},
	{"of what was counted the most", {{7, 1, 3, 2, 0}, {7, 2, 3, 3, 0}}, 2, true},
	{"each socket for itself", {{7, 1, 3, 2, 0}, {8, 1, 4, 1, 0}}, 2, true},
	{"nothing told", {{0}}, 0, false},
};

START_TEST(unexplained)
{
	struct references references = {0};

	for (size_t i = 0; i < cases[_i].count; i++) {
		const struct bpf_references told = {
			.kind = RECORD_REFERENCES,
			.inode = cases[_i].told[i].inode,
			.table = cases[_i].told[i].table,
			.fd = cases[_i].told[i].fd,
			.references = cases[_i].told[i].references,
			.calls = cases[_i].told[i].calls,
		};
		struct bpf_record record;

		memcpy(&record, &told, sizeof(record));
		ck_assert_int_eq(references_add(&references, &record), 0);
	}
	references_keep_unexplained(&references);
	ck_assert_msg(references.count == cases[_i].is_unexplained, "%s", cases[_i].what);
	ck_assert_int_eq(references_have(&references, 7), cases[_i].is_unexplained);
	ck_assert(!references_have(&references, 8));
	references_release(&references);
}
END_TEST

Suite *suite_collect_references(void);
Suite *suite_collect_references(void)
{
	Suite *suite = suite_create("collect_references");
	TCase *tcase = tcase_create("unexplained");

	tcase_add_loop_test(tcase, unexplained, 0, (int)PM_COUNT(cases));
	suite_add_tcase(suite, tcase);
	return suite;
}

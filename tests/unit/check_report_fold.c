/* Which listeners are one row of text: none of those whose address, owner or judgement differs. */
#include <check.h>

#include "report/fold.h"
#include "sides.h"

/* Each row's listeners by number from 0, in order of the rows; "*2": that many processes own them. */
static const struct {
	const char *clauses, *rows;
} cases[] = {
	/* IPv4 and IPv6 of one process, all of it or loopback alone. */
	{"tcp 0.0.0.0:22 sshd pid=5; tcp [::]:22 sshd pid=5", "01"},
	{"tcp 127.0.0.1:25 master pid=5; tcp [::1]:25 master pid=5", "01"},
	/* Reached from farther, by another process, or both. */
	{"tcp 127.0.0.1:6379 redis pid=5; tcp 10.0.0.5:6379 redis pid=5; tcp 192.0.2.1:6379 redis "
	 "pid=5",
	 "0 1 2"},
	{"tcp 127.0.0.1:6379 redis pid=5; tcp 127.0.0.2:6379 redis pid=6", "0 1"},
	{"tcp 127.0.0.1:6379 redis pid=5 ppid=4 unit=-; tcp [::1]:6379 redis pid=6 ppid=4 unit=-",
	 "0 1"},
	{"tcp 10.0.0.5:53 named pid=5; tcp 10.0.0.6:53 named pid=5", "01"},
	{"tcp 10.0.0.5:53 named pid=5; tcp 10.0.0.6:53 named pid=6", "0 1"},
	/* Workers: of one service, of one parent, with their parent. */
	{"tcp 0.0.0.0:80 nginx pid=5; tcp 0.0.0.0:80 nginx pid=6; tcp 0.0.0.0:80 nginx pid=7",
	 "012*3"},
	{"tcp 0.0.0.0:80 nginx pid=5; tcp 0.0.0.0:80 nginx pid=6; tcp [::]:80 nginx pid=5; tcp "
	 "[::]:80 nginx pid=6",
	 "0123*2"},
	{"tcp 0.0.0.0:80 foo unit=- pid=5 ppid=4; tcp 0.0.0.0:80 foo unit=- pid=6 ppid=4", "01*2"},
	{"tcp 0.0.0.0:80 foo unit=- pid=5 ppid=4; tcp 0.0.0.0:80 foo unit=- pid=6 ppid=5; tcp "
	 "0.0.0.0:80 foo unit=- pid=7 ppid=5",
	 "012*3"},
	{"tcp 0.0.0.0:80 foo unit=- pid=5 ppid=3; tcp 0.0.0.0:80 foo unit=- pid=6 ppid=4", "0 1"},
	{"tcp 0.0.0.0:80 foo unit=session-1.scope pid=5 ppid=3; tcp 0.0.0.0:80 foo "
	 "unit=session-1.scope pid=6 ppid=4",
	 "0 1"},
	/* Of one name, and not one. */
	{"tcp 0.0.0.0:80 ruby exe=/opt/a/ruby unit=x.service pid=5; tcp 0.0.0.0:80 ruby "
	 "exe=/opt/b/ruby unit=x.service pid=6",
	 "0 1"},
	{"tcp 0.0.0.0:80 ruby runs=/srv/a.rb unit=x.service pid=5; tcp 0.0.0.0:80 ruby "
	 "runs=/srv/b.rb unit=x.service pid=6",
	 "0 1"},
	{"tcp 0.0.0.0:80 ruby unit=x.service pid=5; tcp 0.0.0.0:80 ruby unit=y.service pid=6",
	 "0 1"},
	{"tcp 0.0.0.0:80 ruby uid=7 pid=5; tcp 0.0.0.0:80 ruby uid=8 pid=6", "0 1"},
	{"tcp 0.0.0.0:80 ruby pid=5; tcp 0.0.0.0:80 ruby pid=6 writers=others", "0 1"},
	{"tcp 0.0.0.0:80 ruby container=docker:aa pid=5; tcp 0.0.0.0:80 ruby container=docker:bb "
	 "pid=6",
	 "0 1"},
	/* Nobody's, of other makers; and the kernel's. */
	{"tcp 0.0.0.0:80 - owner=none; tcp [::]:80 - owner=none", "01"},
	{"tcp 0.0.0.0:80 - owner=none; tcp 0.0.0.0:80 - owner=denied", "0 1"},
	{"udp 0.0.0.0:4789 - owner=kernel service=vxlan; udp [::]:4789 - owner=kernel "
	 "service=vxlan",
	 "01"},
	/* Of the kernel's choice, the port counts no more than it did; the process does. */
	{"udp 0.0.0.0:40000 foo pid=5; udp 0.0.0.0:40001 foo pid=5; udp 0.0.0.0:40002 foo pid=6",
	 "01 2"},
};

static int compare(const void *a, const void *b)
{
	return PM_CMP(*(const size_t *)a, *(const size_t *)b);
}

static void put_fold(const struct fold *fold, size_t *rows, struct pm_buf *ret)
{
	pm_buf_puts(ret, ret->len ? " " : "");
	qsort(rows + fold->first, fold->count, sizeof(*rows), compare);
	for (size_t i = 0; i < fold->count; i++)
		pm_buf_number(ret, rows[fold->first + i]);
	if (fold->owners > 1)
		pm_buf_printf(ret, "*%zu", fold->owners);
}

START_TEST(rows_of)
{
	struct made made = {0};
	struct pm_buf text = {0};
	size_t rows[8], count;

	made_add(&made, cases[_i].clauses);
	made_judge(&made);
	const struct pm_report report = {
		.snapshot = &made.snapshot, .labels = made.labels, .judgement = &made.judgement};
	for (size_t i = 0; i < made.snapshot.listener_count; i++)
		rows[i] = i;
	struct fold *folds = fold_rows(&report, rows, made.snapshot.listener_count, &count);
	ck_assert_ptr_nonnull(folds);
	for (size_t k = 0; k < count; k++)
		put_fold(&folds[k], rows, &text);
	ck_assert_str_eq(pm_buf_text(&text), cases[_i].rows);
	free(folds);
	pm_buf_release(&text);
	made_release(&made);
}
END_TEST

/* Whoever else holds one of them is told at that one. */
START_TEST(other_holders)
{
	static size_t holders[] = {0, 0, 1};
	struct made made = {0};
	size_t rows[] = {0, 1}, count;

	made_add(&made, "tcp 0.0.0.0:22 sshd pid=5; tcp [::]:22 sshd pid=6");
	made.snapshot.listeners[0].first_holder = 0;
	made.snapshot.listeners[1].first_holder = 1;
	made.snapshot.listeners[1].holders = 2;
	free(made.snapshot.holders);
	made.snapshot.holders = holders;
	made_judge(&made);
	const struct pm_report report = {
		.snapshot = &made.snapshot, .labels = made.labels, .judgement = &made.judgement};
	struct fold *folds = fold_rows(&report, rows, PM_COUNT(rows), &count);
	ck_assert_ptr_nonnull(folds);
	ck_assert_uint_eq(count, 2);
	free(folds);
	made.snapshot.holders = NULL;
	made_release(&made);
}
END_TEST

Suite *suite_report_fold(void);

Suite *suite_report_fold(void)
{
	Suite *suite = suite_create("report_fold");
	TCase *tests = tcase_create("rows");

	tcase_add_loop_test(tests, rows_of, 0, PM_COUNT(cases));
	tcase_add_test(tests, other_holders);
	suite_add_tcase(suite, tests);
	return suite;
}

/* What could not be seen is not called closed, nor anything that may be there still another. */
#include "sides.h"

#include <check.h>

static const struct {
	const char *before, *after, *differences;
} cases[] = {
	/* Each kind of gap: without sockets nothing is gone; without owners, what is gone is. */
	{"tcp 0.0.0.0:3643 foo", "gap sockets", "unseen 1"},
	{"tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:3644 foo", "gap sockets; tcp 0.0.0.0:3643 foo",
	 "unseen 1"},
	{"tcp 0.0.0.0:3643 foo", "gap holders", "closed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "gap processes", "closed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "gap namespaces", "closed tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo", "gap holders; gap processes; gap namespaces; gap sockets",
	 "unseen 1"},
	/* Workers that are one are one that could not be looked for. */
	{"tcp 0.0.0.0:3643 foo x=4", "gap sockets", "unseen 1"},
	/* A namespace that cannot be entered, one that is not there, one that is. */
	{"netns a; tcp 0.0.0.0:3643 foo", "netns a closed", "unseen 1"},
	{"netns a; tcp 0.0.0.0:3643 foo", "netns a closed; netns a", "unseen 1"},
	{"netns a; tcp 0.0.0.0:3643 foo", "netns a; netns a closed", "unseen 1"},
	{"netns a; tcp 0.0.0.0:3643 foo", "netns b closed", "closed tcp 0.0.0.0:3643"},
	{"netns a; tcp 0.0.0.0:3643 foo", "", "closed tcp 0.0.0.0:3643"},
	{"netns a; tcp 0.0.0.0:3643 foo", "gap namespaces", "unseen 1"},
	{"netns a; tcp 0.0.0.0:3643 foo", "netns a; gap namespaces", "closed tcp 0.0.0.0:3643"},
	/* Of those that have no name of their own, which is which is not known. */
	{"netns -; tcp 0.0.0.0:3643 foo", "netns -; gap namespaces", "unseen 1"},
	{"netns -; tcp 0.0.0.0:3643 foo", "netns -; netns - closed; gap namespaces", "unseen 1"},
	{"netns -; tcp 0.0.0.0:3643 foo", "netns -", "closed tcp 0.0.0.0:3643"},
	{"netns docker:0101010101; tcp 0.0.0.0:3643 foo "
	 "container=docker:0101010101010101010101010101010101010101010101010101010101010101; "
	 "netns docker:2323232323; tcp 0.0.0.0:3644 foo "
	 "container=docker:2323232323232323232323232323232323232323232323232323232323232323",
	 "netns docker:4545454545; tcp 0.0.0.0:3643 foo "
	 "container=docker:4545454545454545454545454545454545454545454545454545454545454545; gap "
	 "namespaces",
	 "unseen 1"},
	{"netns docker:0101010101; tcp 0.0.0.0:3643 foo "
	 "container=docker:0101010101010101010101010101010101010101010101010101010101010101; "
	 "netns docker:2323232323; tcp 0.0.0.0:3644 foo "
	 "container=docker:2323232323232323232323232323232323232323232323232323232323232323",
	 "netns docker:4545454545; tcp 0.0.0.0:3643 foo "
	 "container=docker:4545454545454545454545454545454545454545454545454545454545454545",
	 "closed tcp 0.0.0.0:3644"},
	/* What is there now and could not have been seen then: opened, and said so. */
	{"gap sockets", "tcp 0.0.0.0:3643 foo", "opened tcp 0.0.0.0:3643: seen before unknown>no"},
	{"netns a closed", "netns a; tcp 0.0.0.0:3643 foo",
	 "opened tcp 0.0.0.0:3643: seen before unknown>no"},
	{"gap holders", "tcp 0.0.0.0:3643 foo", "opened tcp 0.0.0.0:3643"},
	/* Nor is a change of reach told otherwise for that. */
	{"gap sockets; tcp 127.0.0.1:3643 foo", "tcp 0.0.0.0:3643 foo",
	 "exposure widened tcp 127.0.0.1:3643>0.0.0.0:3643: exposure loopback>any"},
	/* Two owners of one key, of which none could be seen: both may be there. */
	{"tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:3643 bar",
	 "gap holders; tcp 0.0.0.0:3643 - owner=denied", ""},
	{"gap holders; tcp 0.0.0.0:3643 - owner=denied x=2",
	 "tcp 0.0.0.0:3643 foo uid=3; tcp 0.0.0.0:3643 foo uid=4", ""},
	/* One was seen: whoever could not be is the other, whatever the order. */
	{"tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:3643 bar",
	 "gap holders; tcp 0.0.0.0:3643 - owner=denied; tcp 0.0.0.0:3643 bar", ""},
	{"tcp 0.0.0.0:3643 foo; tcp 0.0.0.0:3643 bar",
	 "gap holders; tcp 0.0.0.0:3643 bar; tcp 0.0.0.0:3643 - owner=denied", ""},
	{"tcp 0.0.0.0:3643 foo uid=3", "tcp 0.0.0.0:3643 foo uid=-; tcp 0.0.0.0:3643 foo uid=3",
	 ""},
	/* What a flag rests on could not be seen: that it is gone is not known. */
	{"tcp 0.0.0.0:3643 foo writers=others", "gap processes; tcp 0.0.0.0:3643 foo", ""},
	{"tcp 0.0.0.0:3643 foo", "gap processes; tcp 0.0.0.0:3643 foo writers=others",
	 "verdict changed tcp 0.0.0.0:3643: flags none>user-writable,root-runs-user-writable"},
	/* By one fact alone that could be seen it is another. */
	{"tcp 0.0.0.0:3643 foo uid=3", "tcp 0.0.0.0:3643 bar uid=-",
	 "owner changed tcp 0.0.0.0:3643: program foo>bar, exe /usr/sbin/foo>/usr/sbin/bar, unit "
	 "foo.service>bar.service"},
};

START_TEST(case_by_case)
{
	const char *is = differences(cases[_i].before, cases[_i].after);

	ck_assert_msg(!strcmp(is, cases[_i].differences), "%s\n=> %s\n%s\nnot\n%s",
		      cases[_i].before, cases[_i].after, is, cases[_i].differences);
}
END_TEST

Suite *suite_judge_unseen(void);
Suite *suite_judge_unseen(void)
{
	Suite *suite = suite_create("judge_unseen");
	TCase *tcase = tcase_create("cases");

	tcase_add_loop_test(tcase, case_by_case, 0, PM_COUNT(cases));
	suite_add_tcase(suite, tcase);
	return suite;
}

/*
 * Exposure widened, narrowed, the same, or another: every set of one and of two addresses against
 * every other, held against sets of who can reach them.
 */
#include "expect.h"
#include "sides.h"

/* Bits: from loopback to anywhere by IPv4, and the same by IPv6. */
static const struct place {
	const char *text;
	unsigned reached;
	bool is_wildcard;
} places[] = {
	{"127.0.0.1", 0x01, false},   {"10.0.0.5", 0x07, false}, {"192.0.2.1", 0x0f, false},
	{"0.0.0.0", 0x1f, true},      {"[::1]", 0x0100, false},	 {"[fe80::1]", 0x0300, false},
	{"[::]v6only", 0x1f00, true}, {"[::]", 0x1f1f, true},
};
enum { PLACES = PM_COUNT(places) };

static unsigned reached_by(unsigned set)
{
	unsigned reached = 0;

	for (int i = 0; i < PLACES; i++)
		reached |= set >> i & 1 ? places[i].reached : 0;
	return reached;
}

static bool is_everywhere(unsigned set)
{
	for (int i = 0; i < PLACES; i++)
		if (set >> i & 1 && !places[i].is_wildcard)
			return false;
	return true;
}

static unsigned size_of(unsigned set)
{
	return (unsigned)__builtin_popcount(set);
}

/* The verb of what is left on both sides; NULL: closed and opened. */
static const char *verb_of(unsigned x, unsigned y)
{
	unsigned before = reached_by(x), after = reached_by(y);
	unsigned far_before = (before | before >> 8) & 0xff,
		 far_after = (after | after >> 8) & 0xff;

	if (!x || !y)
		return NULL;
	if (far_before != far_after)
		return far_before < far_after ? "exposure widened" : "exposure narrowed";
	if (before != after && (before | after) == after)
		return "exposure widened";
	if (before != after && (before | after) == before)
		return "exposure narrowed";
	return before == after && is_everywhere(x) && is_everywhere(y) ? "" : NULL;
}

static void add_set(struct made *made, unsigned set)
{
	struct pm_buf text = {0};

	for (int i = 0; i < PLACES; i++)
		if (set >> i & 1)
			pm_buf_printf(&text, "tcp %s:3643 foo;", places[i].text);
	made_add(made, pm_buf_text(&text));
	made_judge(made);
	pm_buf_release(&text);
}

/* How many lines begin so? */
static unsigned count_lines(const char *text, const char *verb)
{
	unsigned count = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		count += !strncmp(line, verb, strlen(verb));
	}
	return count;
}

static void expect_sets(const struct made *before, unsigned x, const struct made *after, unsigned y)
{
	unsigned gone = x & ~y, come = y & ~x;
	unsigned most = size_of(gone) > size_of(come) ? size_of(gone) : size_of(come);
	const char *verb = verb_of(gone, come);
	struct pm_buf text = {0};

	made_differences(before, after, &text);
	const char *is = pm_buf_text(&text);
	bool right = true;
	if (verb && *verb)
		right = count_lines(is, verb) == most && count_lines(is, "") == most;
	else if (verb)
		right = !text.len;
	else
		right = count_lines(is, "closed") == size_of(gone) &&
			count_lines(is, "opened") == size_of(come) &&
			(text.len ? count_lines(is, "") : 0) == size_of(gone) + size_of(come);
	if (!right)
		ck_abort_msg("%#x to %#x: not %s:\n%s", x, y, verb ? verb : "closed, opened", is);
	pm_buf_release(&text);
}

START_TEST(every_set)
{
	static struct made sets[1 << PLACES];

	for (unsigned set = 0; set < PM_COUNT(sets); set++)
		if (size_of(set) <= 2)
			add_set(&sets[set], set);
	for (unsigned x = 0; x < PM_COUNT(sets); x++)
		for (unsigned y = 0; y < PM_COUNT(sets); y++)
			if (size_of(x) <= 2 && size_of(y) <= 2)
				expect_sets(&sets[x], x, &sets[y], y);
	for (unsigned set = 0; set < PM_COUNT(sets); set++)
		made_release(&sets[set]);
}
END_TEST

static const struct {
	const char *before, *after, *differences;
} moves[] = {
	{"tcp 127.0.0.1:3643 foo", "tcp 0.0.0.0:3643 foo",
	 "exposure widened tcp 127.0.0.1:3643>0.0.0.0:3643: exposure loopback>any"},
	{"tcp 127.0.0.1:3643 foo", "tcp 0.0.0.0:3643 foo uid=7",
	 "exposure widened tcp 127.0.0.1:3643>0.0.0.0:3643: exposure loopback>any, user root>uid "
	 "7"},
	{"tcp [::]v6only:3643 foo", "tcp [::]:3643 foo",
	 "exposure widened tcp [::]:3643>[::]:3643: IPv4 no>yes"},
	{"tcp [::]:3643 foo", "tcp [::]v6only:3643 foo uid=7",
	 "owner changed tcp [::]:3643: user root>uid 7, IPv4 yes>no"},
	/* Another program there is another listener. */
	{"tcp 127.0.0.1:3643 foo", "tcp 0.0.0.0:3643 bar",
	 "opened tcp 0.0.0.0:3643\nclosed tcp 127.0.0.1:3643"},
	{"tcp 127.0.0.1:3643 foo; tcp 127.0.0.2:3643 bar",
	 "tcp 10.0.0.1:3643 bar; tcp 10.0.0.2:3643 foo",
	 "exposure widened tcp 127.0.0.2:3643>10.0.0.1:3643: exposure loopback>private\n"
	 "exposure widened tcp 127.0.0.1:3643>10.0.0.2:3643: exposure loopback>private"},
	{"tcp 127.0.0.1:3643 - owner=denied", "tcp 0.0.0.0:3643 - owner=denied",
	 "opened tcp 0.0.0.0:3643\nclosed tcp 127.0.0.1:3643"},
	{"udp 127.0.0.1:3643 - owner=kernel service=x", "udp 0.0.0.0:3643 - owner=kernel service=x",
	 "exposure widened udp 127.0.0.1:3643>0.0.0.0:3643: exposure loopback>any"},
	/* What stays counts for nothing. */
	{"tcp 127.0.0.1:3643 foo", "tcp 127.0.0.1:3643 foo; tcp 0.0.0.0:3643 foo",
	 "opened tcp 0.0.0.0:3643"},
	/* Devices. */
	{"tcp 0.0.0.0:3643 foo", "tcp 0.0.0.0%eth0:3643 foo",
	 "exposure narrowed tcp 0.0.0.0:3643>0.0.0.0%eth0:3643: device none>eth0"},
	{"tcp [fe80::1]%eth0:3643 foo", "tcp [fe80::1]:3643 foo",
	 "exposure widened tcp [fe80::1]%eth0:3643>[fe80::1]:3643: device eth0>none"},
	{"tcp 0.0.0.0%eth0:3643 foo", "tcp 0.0.0.0%eth1:3643 foo",
	 "opened tcp 0.0.0.0%eth1:3643\nclosed tcp 0.0.0.0%eth0:3643"},
	{"tcp 0.0.0.0%eth0:3643 foo", "tcp 0.0.0.0%eth0:3643 foo; tcp 0.0.0.0%eth1:3643 foo",
	 "opened tcp 0.0.0.0%eth1:3643"},
	{"tcp 192.0.2.1:3643 foo", "tcp 0.0.0.0%eth0:3643 foo",
	 "exposure widened tcp 192.0.2.1:3643>0.0.0.0%eth0:3643: exposure public>any, device "
	 "none>eth0"},
	{"tcp [::]%eth0:3643 foo", "tcp 0.0.0.0%eth0:3643 foo; tcp [::]v6only%eth0:3643 foo", ""},
	{"tcp [::]%eth0:3643 foo", "tcp 0.0.0.0%eth1:3643 foo; tcp [::]v6only%eth1:3643 foo",
	 "opened tcp 0.0.0.0%eth1:3643\nopened tcp [::]%eth1:3643\nclosed tcp [::]%eth0:3643"},
	{"tcp [::]%eth0:3643 foo", "tcp 0.0.0.0%eth0:3643 foo; tcp [::]v6only%eth1:3643 foo",
	 "opened tcp 0.0.0.0%eth0:3643\nopened tcp [::]%eth1:3643\nclosed tcp [::]%eth0:3643"},
	{"tcp 0.0.0.0:3643 foo ifindex=3", "tcp 0.0.0.0:3643 foo",
	 "exposure widened tcp 0.0.0.0:3643>0.0.0.0:3643: device ?>none"},
	/* Both families by two sockets in place of one; and that it has another user is told. */
	{"tcp [::]:3643 foo", "tcp 0.0.0.0:3643 foo; tcp [::]v6only:3643 foo", ""},
	{"tcp [::]:3643 foo", "tcp 0.0.0.0:3643 foo uid=7; tcp [::]v6only:3643 foo uid=7",
	 "owner changed tcp [::]:3643: user root>uid 7, IPv4 yes>no\nopened tcp 0.0.0.0:3643"},
	{"tcp 0.0.0.0:3643 foo; tcp [::]v6only:3643 foo", "tcp [::]:3643 foo inode=2",
	 "exe replaced tcp 0.0.0.0:3643: file"},
	/* IPv4 by an IPv6 socket; what v6only says counts at :: alone. */
	{"tcp 127.0.0.1:3643 foo", "tcp [::ffff:127.0.0.1]:3643 foo",
	 "opened tcp [::ffff:127.0.0.1]:3643\nclosed tcp 127.0.0.1:3643"},
	{"tcp 0.0.0.0:3643 foo", "tcp [::ffff:0.0.0.0]:3643 foo", ""},
	{"tcp [::ffff:127.0.0.1]:3643 foo", "tcp [::]:3643 foo",
	 "exposure widened tcp [::ffff:127.0.0.1]:3643>[::]:3643: exposure loopback>any"},
	{"tcp [::1]:3643 foo", "tcp [::1]v6only:3643 foo", ""},
	/* Not known of which families: nothing is known to have changed. */
	{"tcp [::]unsaid:3643 foo", "tcp [::]v6only:3643 foo", ""},
	{"tcp [::]:3643 foo", "tcp [::]unsaid:3643 foo", ""},
	/* One of its own each, at one address. */
	{"tcp [::]:3643 foo; tcp [::]v6only:3643 foo", "tcp [::]v6only:3643 foo; tcp [::]:3643 foo",
	 ""},
	{"tcp [::]:3643 foo", "tcp [::]v6only:3643 foo; tcp [::]:3643 bar",
	 "opened tcp [::]:3643\nexposure narrowed tcp [::]:3643>[::]:3643: IPv4 yes>no"},
};

START_TEST(move_by_move)
{
	const char *is = differences(moves[_i].before, moves[_i].after);

	ck_assert_msg(!strcmp(is, moves[_i].differences), "%s\n=> %s\n%s\nnot\n%s",
		      moves[_i].before, moves[_i].after, is, moves[_i].differences);
}
END_TEST

Suite *suite_diff_reach(void);
Suite *suite_diff_reach(void)
{
	Suite *suite = suite_create("diff_reach");
	TCase *tcase = tcase_create("reach");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, every_set);
	tcase_add_loop_test(tcase, move_by_move, 0, PM_COUNT(moves));
	suite_add_tcase(suite, tcase);
	return suite;
}

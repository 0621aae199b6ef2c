/*
 * Of snapshots drawn from a small alphabet, so that they meet often: one and itself are equal, from
 * one to another is the mirror of the way back, and no order of sockets counts. And many at once.
 */
#include "expect.h"
#include "sides.h"

static uint64_t state;

static unsigned draw(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 16) % below);
}

static void seed(int round)
{
	state = ((uint64_t)round + 1) * 0x9e3779b97f4a7c15u | 1;
}

static const char *draw_of(const char *const *words, size_t count)
{
	return words[draw(count)];
}
#define DRAW_OF(words) draw_of(words, PM_COUNT(words))

static const char *const protocols[] = {"tcp", "udp", "tcp"};
static const char *const addresses[] = {"127.0.0.1", "10.0.0.5",     "192.0.2.1",
					"0.0.0.0",   "[::1]",	     "[::]v6only",
					"[::]",	     "0.0.0.0%eth0", "[fe80::1]%eth0"};
static const char *const ports[] = {"22", "80", "3643", "40001"};
static const char *const programs[] = {"sshd", "nginx", "foo", "foo exe=/tmp/foo"};
static const char *const facts[] = {"",
				    "",
				    "uid=7",
				    "unit=session-4.scope",
				    "x=3",
				    "unit=-",
				    "uid=7 user=u",
				    "container=docker:0123",
				    "inode=5",
				    "writers=others"};
static const char *const unknown[] = {"owner=denied", "uid=-", "cgroup=- unit=-", "owner=vanished",
				      "device=-"};
static const char *const others[] = {"owner=none", "owner=kernel service=x"};
static const char *const heads[] = {"", "netns a;", "netns -;"};

/* A few clauses, into `ret`, each of which has its own place in the text. */
static void draw_snapshot(struct pm_buf *ret, bool with_unknown)
{
	for (unsigned count = draw(7); count; count--) {
		pm_buf_puts(ret, draw(4) ? "" : DRAW_OF(heads));
		pm_buf_printf(ret, "%s %s:%s %s %s %s;", DRAW_OF(protocols), DRAW_OF(addresses),
			      DRAW_OF(ports), DRAW_OF(programs), DRAW_OF(facts),
			      with_unknown && !draw(3) ? DRAW_OF(unknown)
			      : !draw(8)	       ? DRAW_OF(others)
						       : "");
	}
}

static void make(struct made *made, const char *text)
{
	made_add(made, text);
	made_judge(made);
}

/* "a>b" => "b>a", from `from` to `to`. */
static void put_swapped(const char *from, const char *to, struct pm_buf *ret)
{
	const char *turn = memchr(from, '>', (size_t)(to - from));

	if (!turn) {
		pm_buf_add(ret, from, (size_t)(to - from));
		return;
	}
	pm_buf_add(ret, turn + 1, (size_t)(to - turn - 1));
	pm_buf_puts(ret, ">");
	pm_buf_add(ret, from, (size_t)(turn - from));
}

static const struct {
	const char *name, *mirror;
} verbs[] = {
	{"opened", "closed"},
	{"closed", "opened"},
	{"exposure widened", "exposure narrowed"},
	{"exposure narrowed", "exposure widened"},
	{"owner changed", "owner changed"},
	{"verdict changed", "verdict changed"},
	{"registry changed", "registry changed"},
	{"exe replaced", "exe replaced"},
};

/* "exposure widened tcp A>B: fact a>b, fact c>d", mirrored. */
static void put_mirrored(const char *line, const char *end, struct pm_buf *ret)
{
	size_t verb = 0;

	while (strncmp(line, verbs[verb].name, strlen(verbs[verb].name)) != 0)
		verb++;
	pm_buf_puts(ret, verbs[verb].mirror);
	line += strlen(verbs[verb].name);
	/* Words, each with what stands behind it; a value may have blanks, as "a dynamic user". */
	const char *facts_at = memmem(line, (size_t)(end - line), ": ", 2);
	const char *place = (const char *)memchr(line + 1, ' ', (size_t)(end - line - 1)) + 1;
	pm_buf_add(ret, line, (size_t)(place - line));
	put_swapped(place, facts_at ? facts_at : end, ret);
	for (const char *at = facts_at ? facts_at : end; at < end;) {
		const char *name = at + 2, *value = name;
		const char *next = memmem(name, (size_t)(end - name), ", ", 2);

		if (!next)
			next = end;
		if (memchr(name, '>', (size_t)(next - name)))
			value = (const char *)memchr(name, ' ', (size_t)(next - name)) + 1;
		pm_buf_add(ret, at, (size_t)(value - at));
		put_swapped(value, next, ret);
		at = next;
	}
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines in order, so that two of them can be compared as sets. */
static void sort_lines(struct pm_buf *text)
{
	const char *lines[256];
	size_t count = 0;
	char *copy = strdup(pm_buf_text(text)), *rest = copy;

	ck_assert_ptr_nonnull(copy);
	for (char *line; (line = strsep(&rest, "\n")) && count < PM_COUNT(lines);)
		lines[count++] = line;
	qsort(lines, count, sizeof(*lines), compare_lines);
	pm_buf_clear(text);
	for (size_t i = 0; i < count; i++)
		pm_buf_printf(text, "%s\n", lines[i]);
	free(copy);
}

static void mirror(struct pm_buf *text)
{
	struct pm_buf mirrored = {0};

	for (const char *line = pm_buf_text(text); *line;) {
		const char *end = strchrnul(line, '\n');

		put_mirrored(line, end, &mirrored);
		pm_buf_puts(&mirrored, *end ? "\n" : "");
		line = *end ? end + 1 : end;
	}
	pm_buf_release(text);
	*text = mirrored;
}

static void expect_equal(const char *is, const char *wanted, const char *x, const char *y)
{
	if (strcmp(is, wanted) != 0)
		ck_abort_msg("%s\n=> %s\n%s\nnot\n%s", x, y, is, wanted);
}

START_TEST(swapped_sides_are_mirrored)
{
	struct pm_buf x = {0}, y = {0}, there = {0}, back = {0};
	struct made a = {0}, b = {0};

	seed(_i);
	for (int k = 0; k < 40; k++) {
		pm_buf_clear(&x);
		pm_buf_clear(&y);
		pm_buf_clear(&there);
		pm_buf_clear(&back);
		draw_snapshot(&x, false);
		draw_snapshot(&y, false);
		make(&a, pm_buf_text(&x));
		make(&b, pm_buf_text(&y));
		made_differences(&a, &b, &there);
		made_differences(&b, &a, &back);
		mirror(&back);
		sort_lines(&there);
		sort_lines(&back);
		expect_equal(pm_buf_text(&there), pm_buf_text(&back), pm_buf_text(&x),
			     pm_buf_text(&y));
		pm_buf_clear(&there);
		made_differences(&a, &a, &there);
		expect_equal(pm_buf_text(&there), "", pm_buf_text(&x), pm_buf_text(&x));
		made_release(&a);
		made_release(&b);
	}
	pm_buf_release(&x);
	pm_buf_release(&y);
	pm_buf_release(&there);
	pm_buf_release(&back);
}
END_TEST

/* The clauses of a snapshot in another order, namespaces before all. */
static void shuffle(const char *text, struct pm_buf *ret)
{
	char *copy = strdup(text), *rest = copy, *clauses[64];
	size_t count = 0;

	ck_assert_ptr_nonnull(copy);
	for (char *clause; (clause = strsep(&rest, ";")) && count < PM_COUNT(clauses);)
		clauses[count++] = clause;
	while (count) {
		size_t i = draw(count);

		pm_buf_printf(ret, "%s;", clauses[i]);
		clauses[i] = clauses[--count];
	}
	free(copy);
}

/* Some facts are not known, and the sockets come as they like: the differences are the same. */
START_TEST(of_any_order)
{
	struct pm_buf x = {0}, y = {0}, mixed = {0}, there = {0}, again = {0};
	struct made a = {0}, b = {0}, c = {0};

	seed(_i);
	for (int k = 0; k < 40; k++) {
		struct pm_buf *const all[] = {&x, &y, &mixed, &there, &again};

		for (size_t i = 0; i < PM_COUNT(all); i++)
			pm_buf_clear(all[i]);
		do {
			pm_buf_clear(&x);
			draw_snapshot(&x, true);
		} while (strstr(pm_buf_text(&x), "netns"));
		do {
			pm_buf_clear(&y);
			draw_snapshot(&y, true);
		} while (strstr(pm_buf_text(&y), "netns"));
		shuffle(pm_buf_text(&y), &mixed);
		make(&a, pm_buf_text(&x));
		make(&b, pm_buf_text(&y));
		make(&c, pm_buf_text(&mixed));
		made_differences(&a, &b, &there);
		made_differences(&a, &c, &again);
		sort_lines(&there);
		sort_lines(&again);
		expect_equal(pm_buf_text(&again), pm_buf_text(&there), pm_buf_text(&x),
			     pm_buf_text(&mixed));
		pm_buf_clear(&there);
		made_differences(&b, &c, &there);
		expect_equal(pm_buf_text(&there), "", pm_buf_text(&y), pm_buf_text(&mixed));
		made_release(&a);
		made_release(&b);
		made_release(&c);
	}
	pm_buf_release(&x);
	pm_buf_release(&y);
	pm_buf_release(&mixed);
	pm_buf_release(&there);
	pm_buf_release(&again);
}
END_TEST

/* ---- many -------------------------------------------------------------------------- */

enum { MANY = 20000, OWNERS = 5000 };

static void one_place(unsigned i, struct pm_buf *ret)
{
	(void)i;
	pm_buf_puts(ret, "tcp 0.0.0.0:3643 foo;");
}

static void own_port(unsigned i, struct pm_buf *ret)
{
	pm_buf_printf(ret, "tcp 0.0.0.0:%u foo;", i + 1);
}

static void own_address(unsigned i, struct pm_buf *ret)
{
	pm_buf_printf(ret, "tcp 127.1.%u.%u:3643 foo;", i / 256, i % 256);
}

static void own_address_denied(unsigned i, struct pm_buf *ret)
{
	pm_buf_printf(ret, "tcp 127.1.%u.%u:3643 - owner=denied;", i / 256, i % 256);
}

static void own_program(unsigned i, struct pm_buf *ret)
{
	pm_buf_printf(ret, "tcp 0.0.0.0:3643 foo%u unit=foo.service;", i);
}

static void other_program(unsigned i, struct pm_buf *ret)
{
	pm_buf_printf(ret, "tcp 0.0.0.0:3643 bar%u unit=foo.service;", i);
}

static void own_address_and_program(unsigned i, struct pm_buf *ret)
{
	pm_buf_printf(ret, "tcp 127.1.%u.%u:3643 foo%u;", i / 256, i % 256, i);
}

static void nothing(unsigned i, struct pm_buf *ret)
{
	(void)i;
	(void)ret;
}

/* That none of these takes minutes is the test: what is many times as long for all is told once. */
static const struct {
	unsigned count;
	void (*before)(unsigned i, struct pm_buf *ret), (*after)(unsigned i, struct pm_buf *ret);
	size_t differences;
} many[] = {
	{MANY, one_place, one_place, 0},
	{MANY, own_port, own_port, 0},
	{MANY, own_address, own_address, 0},
	{MANY, own_port, nothing, MANY},
	{MANY, own_address, nothing, MANY},
	{MANY, own_address, one_place, MANY},
	{MANY, own_address, own_port, 2 * MANY - 1},
	{MANY, own_address_denied, nothing, MANY},
	{OWNERS, own_program, own_program, 0},
	{OWNERS, own_program, other_program, OWNERS},
	{OWNERS, own_address_and_program, own_program, OWNERS},
	{OWNERS, own_address_and_program, nothing, OWNERS},
};

static void make_many(struct made *made, unsigned count,
		      void (*clause)(unsigned i, struct pm_buf *ret))
{
	struct pm_buf text = {0};

	for (unsigned i = 0; i < count; i++)
		clause(i, &text);
	make(made, pm_buf_text(&text));
	pm_buf_release(&text);
}

START_TEST(many_at_once)
{
	struct made a = {0}, b = {0};
	struct pm_diff diff;

	make_many(&a, many[_i].count, many[_i].before);
	make_many(&b, many[_i].count, many[_i].after);
	struct pm_diff_side x = made_side(&a), y = made_side(&b);
	ck_assert_int_eq(pm_diff(&x, &y, &diff), 0);
	ck_assert_uint_eq(diff.count, many[_i].differences);
	pm_diff_release(&diff);
	made_release(&a);
	made_release(&b);
}
END_TEST

Suite *suite_diff_random(void);
Suite *suite_diff_random(void)
{
	Suite *suite = suite_create("diff_random");
	TCase *tcase = tcase_create("random"), *scale = tcase_create("many");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, swapped_sides_are_mirrored, 0, 100);
	tcase_add_loop_test(tcase, of_any_order, 0, 100);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(scale, 60);
	tcase_add_loop_test(scale, many_at_once, 0, PM_COUNT(many));
	suite_add_tcase(suite, scale);
	return suite;
}

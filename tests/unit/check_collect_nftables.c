/* nf_tables is asked only where it is there: to ask a kernel that has it as a module would load it. */
#include "collect/kernel/nftables.h"
#include "collect/source/ops.h"

#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *modules; /* NULL: no file */
	bool is_asked;
} cases[] = {
	{NULL, true},
	{"xt_nat 16384 1 - Live 0x0\nnf_tables 200704 0 - Live 0x0\nnfnetlink 1 1 - Live 0x0\n",
	 true},
	{"nf_tables 200704 0 - Live 0x0000000000000000\n", true},
	{"nfnetlink 20480 1 - Live 0x0\n", false},
	{"nfnetlink 20480 1 - Live 0x0\nnf_tables_x 4096 0 - Live 0x0\n", false},
	{"x 4096 0 nf_tables, Live 0x0\nnfnetlink 20480 1 - Live 0x0\n", false},
};

/* The folder stands for /proc. */
START_TEST(asked)
{
	char folder[] = "/tmp/portmote-nftables-XXXXXX";
	struct pm_netns netns = {.label = "host"};
	struct pm_snapshot snapshot = {.netns = &netns, .netns_count = 1};

	ck_assert_ptr_nonnull(mkdtemp(folder));
	int dir = open(folder, O_RDONLY | O_DIRECTORY);
	struct source source = {.ops = &source_live, .proc = dir, .copy = -1, .opened = -1};
	struct collector collector = {.source = &source, .snapshot = &snapshot};
	ck_assert_int_ge(dir, 0);
	if (cases[_i].modules) {
		int fd = openat(dir, "modules", O_WRONLY | O_CREAT, 0600);

		ck_assert_int_eq(pm_write_all(fd, cases[_i].modules, strlen(cases[_i].modules)), 0);
		close(fd);
	}
	ck_assert_int_eq(beyond_nftables(&collector, 0), 0);
	ck_assert_uint_eq(source.dumps, cases[_i].is_asked);
	if (!cases[_i].is_asked)
		ck_assert_uint_eq(snapshot.coverage.not_checked.count, 0);
	free(snapshot.coverage.not_checked.text);
	free(snapshot.coverage.redirections.text);
	pm_arena_release(&snapshot.arena);
	unlinkat(dir, "modules", 0);
	close(dir);
	rmdir(folder);
}
END_TEST

/* Without /proc there is no telling, and that is told. */
START_TEST(without_proc_it_is_unknown)
{
	struct pm_netns netns = {.label = "host"};
	struct pm_snapshot snapshot = {.netns = &netns, .netns_count = 1};
	struct source source = {.ops = &source_live, .proc = -1, .copy = -1, .opened = -1};
	struct collector collector = {.source = &source, .snapshot = &snapshot};

	ck_assert_int_eq(beyond_nftables(&collector, 0), 0);
	ck_assert_uint_eq(source.dumps, 0);
	ck_assert_uint_eq(snapshot.coverage.not_checked.count, 1);
	ck_assert_str_eq(snapshot.coverage.not_checked.text[0],
			 "nat chains of nftables (to ask could load a module of the kernel)");
	free(snapshot.coverage.not_checked.text);
	pm_arena_release(&snapshot.arena);
}
END_TEST

Suite *suite_collect_nftables(void);

Suite *suite_collect_nftables(void)
{
	Suite *suite = suite_create("collect_nftables");
	TCase *tests = tcase_create("presence");

	tcase_add_loop_test(tests, asked, 0, PM_COUNT(cases));
	tcase_add_test(tests, without_proc_it_is_unknown);
	suite_add_tcase(suite, tests);
	return suite;
}

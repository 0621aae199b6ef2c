/* Programs that hold listeners for others: whose run of them is no accusation, and whose is. */
#include <portmote/judge.h>

#include <check.h>

static struct pm_process process;
static struct pm_netns netns;
static struct pm_listener listener;
static struct pm_snapshot snapshot;
static struct pm_label *labels;
static struct pm_judgement judgement;

static void set_up(void)
{
	static size_t holders[1];

	process = (struct pm_process){
		.pid = 812,
		.has_uid = true,
		.uid = 1000,
		.own_userns = PM_NO,
		.comm = "x",
		.exe = {.writers = PM_WRITERS_ROOT, .on_host = PM_YES},
	};
	listener = (struct pm_listener){
		.owner = PM_OWNER_PROCESS, .holders = 1, .port = 3643, .protocol = PM_PROTOCOL_TCP};
	snapshot = (struct pm_snapshot){
		.netns = &netns,
		.netns_count = 1,
		.listeners = &listener,
		.listener_count = 1,
		.processes = &process,
		.process_count = 1,
		.holders = holders,
		.holder_count = 1,
	};
}

static void tear_down(void)
{
	pm_judgement_release(&judgement);
	free(labels);
	labels = NULL;
}

static const struct pm_verdict *judge(const char *exe)
{
	struct pm_error err;

	process.exe.path = exe;
	tear_down();
	labels = pm_label_all(&snapshot, pm_registry_builtin());
	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(), pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	return &judgement.verdicts[0];
}

/* It stands for others; `is_told`: as a user's own act. */
static void expect_stand_in(const char *exe, bool is_told)
{
	const struct pm_verdict *is = judge(exe);

	ck_assert_msg(is->kind == PM_VERDICT_UNKNOWN, "%s: %s", exe, pm_verdict_name(is->kind));
	ck_assert_int_eq(is->reasons[0].rule, PM_RULE_STANDS_FOR_OTHERS);
	ck_assert_msg((is->flags >> PM_FLAG_UNVERIFIED & 1) == is_told, "%s: flags %x", exe,
		      is->flags);
	ck_assert_msg(!is_told || strstr(is->reasons[0].evidence, " of uid 1000"), "%s",
		      is->reasons[0].evidence);
}

static void expect_accused(const char *exe)
{
	const struct pm_verdict *is = judge(exe);

	ck_assert_msg(is->kind == PM_VERDICT_MISMATCH, "%s: %s", exe, pm_verdict_name(is->kind));
}

START_TEST(of_root)
{
	static const char *const programs[] = {"/usr/bin/docker-proxy",
					       "/usr/bin/dockerd",
					       "/usr/bin/kube-proxy",
					       "/usr/local/bin/k3s",
					       "/usr/bin/conmon",
					       "/usr/bin/passt.avx2",
					       "/usr/bin/rootlessport",
					       "/usr/bin/rootlesskit",
					       "/usr/bin/slirp4netns",
					       "/usr/lib/systemd/systemd",
					       "/usr/lib/systemd/systemd-socket-proxyd"};

	process.uid = 0;
	for (size_t i = 0; i < PM_COUNT(programs); i++)
		expect_stand_in(programs[i], false);
	process.exe.writers = PM_WRITERS_OTHERS;
	expect_accused("/usr/bin/kube-proxy");
}
END_TEST

/* In a user namespace of theirs, or as children of a runtime. */
START_TEST(of_users)
{
	process.parent_exe = "/usr/bin/bash";
	process.parent_writers = PM_WRITERS_ROOT;
	process.own_userns = PM_YES;
	expect_stand_in("/usr/bin/rootlessport", true);
	expect_stand_in("/usr/bin/pasta.avx2", true);
	expect_stand_in("/usr/bin/slirp4netns", true);
	expect_accused("/usr/bin/docker-proxy");
	process.parent_exe = "/usr/bin/dockerd";
	expect_stand_in("/usr/bin/docker-proxy", true);
	process.own_userns = PM_NO;
	process.parent_exe = "/usr/bin/rootlesskit";
	expect_stand_in("/usr/bin/slirp4netns", true);
	expect_stand_in("/usr/bin/rootlesskit", true);
}
END_TEST

/* On a privileged port, the systemd of a user is that which root's started for him, and where. */
START_TEST(managers)
{
	static const struct {
		const char *exe, *cgroup;
		bool is_one;
	} cases[] = {
		{"/usr/lib/systemd/systemd",
		 "/user.slice/user-1000.slice/user@1000.service/init.scope", true},
		{"/nix/store/x-systemd-257/lib/systemd/systemd",
		 "/user.slice/user-1000.slice/user@1000.service/init.scope", true},
		{"/lib/systemd/systemd", "/user.slice/user-1000.slice/user@1000.service", true},
		{"/opt/bin/systemd", "/user.slice/user-1000.slice/user@1000.service/init.scope",
		 false},
		{"/lib/systemd/systemd", "/user.slice/user-1001.slice/user@1001.service/init.scope",
		 false},
		{"/lib/systemd/systemd", "/user.slice/user-1000.slice/session-3.scope", false},
		{"/lib/systemd/systemd",
		 "/user.slice/user-1000.slice/user@1000.service/app.slice/x.service", false},
		{"/lib/systemd/systemd", "/", false},
		{"/lib/systemd/systemd", NULL, false},
	};

	process.cgroup = "/";
	expect_stand_in("/lib/systemd/systemd", true);
	process.uid = 1000;
	listener.port = 23;
	for (size_t i = 0; i < PM_COUNT(cases); i++) {
		process.cgroup = cases[i].cgroup;
		if (cases[i].is_one)
			expect_stand_in(cases[i].exe, true);
		else
			expect_accused(cases[i].exe);
	}
	process.cgroup = "/payload/user.slice/user-1000.slice/user@1000.service/init.scope";
	expect_accused("/lib/systemd/systemd");
	process.pidns_depth = 1;
	expect_stand_in("/lib/systemd/systemd", true);
}
END_TEST

START_TEST(of_users_alone)
{
	process.parent_exe = "/usr/bin/bash";
	process.parent_writers = PM_WRITERS_ROOT;
	expect_accused("/usr/bin/docker-proxy");
	expect_accused("/usr/bin/slirp4netns");
	expect_accused("/usr/bin/conmon");
	expect_accused("/usr/bin/dockerd");
	expect_accused("/usr/bin/kube-proxy");
	process.parent_exe = "/home/u/podman";
	process.parent_writers = PM_WRITERS_OTHERS;
	expect_accused("/usr/bin/slirp4netns");
	process.parent_exe = NULL; /* not recorded: no accusation rests on it */
	expect_stand_in("/usr/bin/slirp4netns", true);
	process.own_userns = PM_YES;
	process.exe.on_host = PM_NO;
	expect_accused("/usr/bin/rootlessport");
}
END_TEST

/* The systemd of a container. */
START_TEST(nested)
{
	process.uid = 0;
	process.pidns_depth = 1;
	process.exe.on_host = PM_NO;
	process.container = (struct pm_container){.runtime = "lxc", .id = "web"};
	expect_stand_in("/usr/lib/systemd/systemd", false);
	ck_assert_str_eq(judgement.verdicts[0].behind, "lxc container web");
	process.own_userns = PM_YES;
	expect_stand_in("/usr/lib/systemd/systemd", false);
	process.uid = 1000;
	process.container.is_claim = true;
	process.exe.writers = PM_WRITERS_OTHERS;
	expect_stand_in("/usr/lib/systemd/systemd", true);
}
END_TEST

/* What an interpreter runs as a person within a service: the unit vouches for its own user. */
START_TEST(in_a_unit)
{
	const unsigned doubt = 1u << PM_FLAG_UNVERIFIED;

	process.running = (struct pm_running){
		.runtime = "python3",
		.kind = PM_RUNS_SCRIPT,
		.name = "radicale",
		.file = {.path = "/usr/bin/radicale", .writers = PM_WRITERS_ROOT},
	};
	process.unit = "radicale.service";
	process.cgroup = "/system.slice/radicale.service";
	listener.port = 5232;
	ck_assert_uint_eq(judge("/usr/bin/python3")->flags & doubt, 0); /* not looked up */
	process.is_units_user = PM_YES;
	ck_assert_uint_eq(judge("/usr/bin/python3")->flags & doubt, 0);
	process.is_units_user = PM_NO;
	ck_assert_uint_eq(judge("/usr/bin/python3")->flags & doubt, doubt);
	ck_assert_int_eq(judgement.verdicts[0].kind, PM_VERDICT_KNOWN);
}
END_TEST

Suite *suite_judge_stand_ins(void);
Suite *suite_judge_stand_ins(void)
{
	Suite *suite = suite_create("judge_stand_ins");
	TCase *tcase = tcase_create("stand_ins");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, of_root);
	tcase_add_test(tcase, of_users);
	tcase_add_test(tcase, managers);
	tcase_add_test(tcase, of_users_alone);
	tcase_add_test(tcase, nested);
	tcase_add_test(tcase, in_a_unit);
	suite_add_tcase(suite, tcase);
	return suite;
}

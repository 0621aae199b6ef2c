/* What a process is taken for: by what names, on whose word, and when a name is a lie. */
#include "judge/identity.h"

#include <check.h>

static struct pm_process processes[2];
static struct pm_netns netns = {
	.ephemeral_first = 32768, .ephemeral_last = 60999, .has_ephemeral = true};
static struct pm_listener listener;
static size_t holders[] = {0, 1};
static struct pm_snapshot snapshot;
static struct pm_label *labels;
static struct pm_judgement judgement;
static struct pm_knowledge *knowledge;

static void set_up(void)
{
	memset(processes, 0, sizeof(processes));
	for (int i = 0; i < 2; i++) {
		processes[i].pid = 800 + i;
		processes[i].comm = "comm";
		processes[i].own_userns = PM_NO;
		processes[i].exe = (struct pm_file){.path = "/usr/bin/foo",
						    .writers = PM_WRITERS_ROOT,
						    .deleted = PM_NO,
						    .has_stat = true,
						    .device = 1,
						    .inode = (uint64_t)i + 1};
	}
	listener = (struct pm_listener){.owner = PM_OWNER_PROCESS, .holders = 1};
	snapshot = (struct pm_snapshot){
		.netns = &netns,
		.netns_count = 1,
		.listeners = &listener,
		.listener_count = 1,
		.processes = processes,
		.process_count = PM_COUNT(processes),
		.holders = holders,
		.holder_count = PM_COUNT(holders),
	};
	knowledge = NULL;
}

static void tear_down(void)
{
	pm_judgement_release(&judgement);
	free(labels);
	pm_knowledge_free(knowledge);
}

static const struct pm_verdict *judge(uint16_t port, enum pm_protocol protocol)
{
	struct pm_error err;

	listener.port = port;
	listener.protocol = protocol;
	pm_judgement_release(&judgement);
	free(labels);
	labels = pm_label_all(&snapshot, pm_registry_builtin());
	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(),
				  knowledge ? knowledge : pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	return &judgement.verdicts[0];
}

/* ---- names that nothing bears ------------------------------------------------------ */

static const struct {
	const char *comm, *exe, *alias, *script;
	enum pm_known is_alias;
	enum pm_writers writers; /* of the script */
	const char *verdict;
} cases[] = {
	{"nginx", "/usr/bin/foo", NULL, NULL, PM_NO, 0, "impostor"},
	{"nginx", "/usr/bin/foo", NULL, NULL, PM_UNKNOWN, 0, "mismatch"},
	{"nginx", "/usr/bin/foo", "nginx", NULL, PM_YES, 0, "match"},
	/* What can't be proven any more counts, but not for one whom nobody vouches for. */
	{"nginx", "/usr/lib/.nfs0000000000a1b2c3", "nginx", NULL, PM_UNKNOWN, 0, "known"},
	{"nginx", "/usr/bin/nginx.old", NULL, NULL, PM_NO, 0, "match"},
	{"nginx", "/usr/bin/nginx-as-it-was", NULL, NULL, PM_NO, 0, "mismatch"},
	{"nginx", "/usr/bin/.nginx.part", NULL, NULL, PM_NO, 0, "mismatch"},
	{"nginx", "/usr/bin/nginxes", NULL, NULL, PM_NO, 0, "impostor"},
	{"nginx", "/usr/nginx/foo", NULL, NULL, PM_NO, 0, "impostor"},
	{"nginx", "/usr/bin/foo", NULL, "/srv/x.py", PM_NO, PM_WRITERS_ROOT, "impostor"},
	{"nginx", "/usr/bin/foo", NULL, "/srv/nginx.py", PM_NO, PM_WRITERS_ROOT, "mismatch"},
	{"nginx", "/usr/bin/foo", NULL, "/srv/nginx.py", PM_NO, PM_WRITERS_OTHERS, "impostor"},
	{"nginx", "/usr/bin/foo", NULL, "/srv/nginx-1/x.py", PM_NO, PM_WRITERS_OTHERS, "mismatch"},
};

START_TEST(foreign_names)
{
	struct pm_process *process = &processes[0];

	process->comm = cases[_i].comm;
	process->exe.path = cases[_i].exe;
	process->alias = cases[_i].alias;
	process->is_alias = cases[_i].is_alias;
	process->has_uid = true;
	process->uid = 100;
	if (cases[_i].script) {
		process->running.runtime = "foo";
		process->running.kind = PM_RUNS_SCRIPT;
		process->running.name = "x";
		process->running.file.path = cases[_i].script;
		process->running.file.writers = cases[_i].writers;
	}
	ck_assert_str_eq(pm_verdict_name(judge(80, PM_PROTOCOL_TCP)->kind), cases[_i].verdict);
}
END_TEST

/* An emulator runs programs, an interpreter scripts; which of them it is, is not known. */
START_TEST(programs_of_others)
{
	struct pm_running *running = &processes[0].running;

	*running = (struct pm_running){
		.runtime = "foo",
		.kind = PM_RUNS_PROGRAM,
		.name = "nginx",
		.file = {.path = "/usr/sbin/nginx", .writers = PM_WRITERS_ROOT}};
	processes[0].has_uid = true;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->kind, PM_VERDICT_MATCH);
	processes[0].uid = 1000;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->kind, PM_VERDICT_KNOWN);
	running->name = "gunicorn";
	ck_assert_int_eq(judge(8000, PM_PROTOCOL_TCP)->kind, PM_VERDICT_KNOWN);
}
END_TEST

/* ---- who vouches ------------------------------------------------------------------- */

static const struct {
	const char *unit, *cgroup;
	bool vouches;
} units[] = {
	{"ssh.service", "/system.slice/ssh.service", true},
	{"cron.service", "/system.slice/cron.service", false},
	{"crond.service", "/system.slice/crond.service", false},
	{"atd.service", "/system.slice/atd.service", false},
	{"anacron.service", "/system.slice/anacron.service", false},
	{"fcron.service", "/system.slice/fcron.service", false},
	{"datd.service", "/system.slice/datd.service", true},
	{"ssh.socket", "/system.slice/ssh.socket", false},
	{"user@1000.service", "/user.slice/user-1000.slice/user@1000.service", false},
	{NULL, "/", false},
};

START_TEST(units_that_vouch)
{
	processes[0].unit = units[_i].unit;
	processes[0].cgroup = units[_i].cgroup;
	ck_assert_int_eq(identity_is_of_system_unit(&processes[0]), units[_i].vouches);
}
END_TEST

/* ---- who else has it open ---------------------------------------------------------- */

/* A user's file on another device is another file, whatever its number. */
START_TEST(file_on_another_device_is_another)
{
	processes[0].exe.path = "/usr/sbin/nginx";
	processes[1].exe.path = "/home/eve/foo";
	processes[1].exe.writers = PM_WRITERS_OTHERS;
	processes[1].exe.inode = processes[0].exe.inode;
	listener.holders = 2;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->owner->pid, 800);
	processes[1].exe.device = 2;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->owner->pid, 801);
	processes[1].exe.device = 1;
	processes[1].exe.inode = 7;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->owner->pid, 801);
}
END_TEST

/* ---- ports of the kernel's choice -------------------------------------------------- */

/* A row for one transport says nothing of the other. */
START_TEST(rows_of_a_transport)
{
	static const char rows[] = "port,transport,program,kind,what,source\n"
				   "50001,tcp,bar,exe,bar,x\n50002,udp,bar,exe,bar,x\n";
	struct pm_error err;

	knowledge = pm_knowledge_new();
	ck_assert_int_eq(pm_knowledge_add(knowledge, PM_TABLE_OCCUPANTS, "x", rows, strlen(rows),
					  pm_registry_builtin(), &err),
			 0);
	ck_assert_int_eq(judge(50001, PM_PROTOCOL_UDP)->kind, PM_VERDICT_EPHEMERAL);
	ck_assert_int_eq(judge(50002, PM_PROTOCOL_UDP)->kind, PM_VERDICT_UNREGISTERED);
}
END_TEST

/* ---- files that are not what they seem --------------------------------------------- */

/* Whoever starts a program of root's chooses its options and files: of a person it is no service. */
static const struct {
	uint32_t uid;
	bool in_unit, is_contained;
	const char *verdict;
} starters[] = {
	{0, false, false, "match"},	{33, false, false, "match"},
	{999, false, false, "match"},	{1000, false, false, "known"},
	{1000, true, false, "match"},	{1000, false, true, "match"},
	{65534, false, false, "match"}, {70000, false, false, "known"},
};

START_TEST(persons)
{
	struct pm_process *process = &processes[0];

	process->exe.path = "/usr/sbin/nginx";
	process->has_uid = true;
	process->uid = starters[_i].uid;
	process->cgroup = "/system.slice/nginx.service";
	process->unit = starters[_i].in_unit ? "nginx.service" : NULL;
	process->container.runtime = starters[_i].is_contained ? "docker" : NULL;
	ck_assert_str_eq(pm_verdict_name(judge(80, PM_PROTOCOL_TCP)->kind), starters[_i].verdict);
	ck_assert_int_eq(judgement.verdicts[0].flags >> PM_FLAG_UNVERIFIED & 1,
			 !strcmp(starters[_i].verdict, "known"));
}
END_TEST

/* A user namespace in a container that nobody knows by name: root's, or a person's. */
START_TEST(nested_userns)
{
	static const struct {
		uint32_t owner, uid;
		unsigned depth;
		const char *verdict;
	} nested[] = {
		{0, 33, 1, "match"},	 {0, 65534, 2, "match"},      {0, 33, 0, "impostor"},
		{33, 33, 1, "impostor"}, {1000, 1000, 1, "impostor"}, {0, 1000, 1, "impostor"},
	};
	struct pm_process *process = &processes[0];

	process->exe.path = "/usr/sbin/sshd";
	process->exe.at_path = PM_YES;
	process->exe.on_host = PM_NO;
	process->own_userns = PM_YES;
	process->has_userns_owner = process->has_uid = true;
	process->cgroup = "/payload/system.slice/ssh.service";
	for (size_t i = 0; i < PM_COUNT(nested); i++) {
		process->userns_owner = nested[i].owner;
		process->uid = nested[i].uid;
		process->pidns_depth = nested[i].depth;
		ck_assert_str_eq(pm_verdict_name(judge(22, PM_PROTOCOL_TCP)->kind),
				 nested[i].verdict);
	}
}
END_TEST

/* A person's program beside one that belongs there may be what answers. */
START_TEST(persons_program_beside_an_honest_one)
{
	listener.holders = 2;
	processes[0].exe.path = "/usr/sbin/nginx";
	processes[0].has_uid = processes[1].has_uid = true;
	processes[1].uid = 33;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->kind, PM_VERDICT_MATCH);
	processes[1].uid = 1000;
	ck_assert_int_eq(judge(80, PM_PROTOCOL_TCP)->kind, PM_VERDICT_MISMATCH);
	ck_assert_ptr_eq(judgement.verdicts[0].owner, &processes[1]);
}
END_TEST

static const struct {
	enum pm_known at_path, own_userns, on_host;
	int owner; /* of the namespace; -1: unknown */
	bool in_unit;
	const char *verdict;
} places[] = {
	{PM_YES, PM_NO, PM_NO, -1, false, "match"},
	{PM_UNKNOWN, PM_NO, PM_NO, -1, false, "match"},
	{PM_NO, PM_NO, PM_NO, -1, false, "impostor"},
	{PM_NO, PM_NO, PM_NO, -1, true, "impostor"},
	/* What a unit of the system is in: made by root for it, or by whoever got in. */
	{PM_YES, PM_YES, PM_NO, 0, true, "match"},
	{PM_YES, PM_YES, PM_NO, 33, true, "impostor"},
	{PM_YES, PM_YES, PM_YES, 33, true, "match"},
	{PM_YES, PM_YES, PM_NO, 0, false, "impostor"},
	{PM_YES, PM_YES, PM_YES, 0, false, "known"},
	/* Not told, as older snapshots do not: no accusation, and no word for it. */
	{PM_UNKNOWN, PM_YES, PM_NO, -1, true, "known"},
	{PM_UNKNOWN, PM_YES, PM_YES, -1, true, "match"},
};

START_TEST(false_places)
{
	struct pm_process *process = &processes[0];

	process->exe.path = "/usr/sbin/sshd";
	process->exe.at_path = places[_i].at_path;
	process->exe.on_host = places[_i].on_host;
	process->own_userns = places[_i].own_userns;
	process->has_userns_owner = places[_i].owner >= 0;
	process->userns_owner = (uint32_t)places[_i].owner;
	process->has_uid = true;
	process->uid = 33;
	process->cgroup = "/system.slice/x.service";
	process->unit = places[_i].in_unit ? "x.service" : NULL;
	ck_assert_str_eq(pm_verdict_name(judge(22, PM_PROTOCOL_TCP)->kind), places[_i].verdict);
}
END_TEST

Suite *suite_judge_identity(void);

Suite *suite_judge_identity(void)
{
	Suite *suite = suite_create("judge_identity");
	TCase *tests = tcase_create("identity");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, foreign_names, 0, PM_COUNT(cases));
	tcase_add_test(tests, programs_of_others);
	tcase_add_loop_test(tests, units_that_vouch, 0, PM_COUNT(units));
	tcase_add_test(tests, file_on_another_device_is_another);
	tcase_add_test(tests, rows_of_a_transport);
	tcase_add_loop_test(tests, persons, 0, PM_COUNT(starters));
	tcase_add_test(tests, persons_program_beside_an_honest_one);
	tcase_add_test(tests, nested_userns);
	tcase_add_loop_test(tests, false_places, 0, PM_COUNT(places));
	suite_add_tcase(suite, tests);
	return suite;
}

/* Each verdict, and the order in which they are asked: hand-made listeners, the real registry. */
#include <portmote/report.h>

#include <check.h>

static struct pm_process processes[4];
static struct pm_netns netns = {
	.ephemeral_first = 32768, .ephemeral_last = 60999, .has_ephemeral = true};
static struct pm_listener listener;
static size_t holders[4];
static struct pm_snapshot snapshot;
static struct pm_label *labels;
static struct pm_judgement judgement;
static struct pm_knowledge *own_knowledge;

static void set_up(void)
{
	static const size_t in_order[4] = {0, 1, 2, 3};

	memset(processes, 0, sizeof(processes));
	memcpy(holders, in_order, sizeof(holders));
	listener = (struct pm_listener){.owner = PM_OWNER_PROCESS, .holders = 1};
	snapshot = (struct pm_snapshot){
		.netns = &netns,
		.netns_count = 1,
		.listeners = &listener,
		.listener_count = 1,
		.processes = processes,
		.process_count = 4,
		.holders = holders,
		.holder_count = 4,
	};
}

static void tear_down(void)
{
	pm_judgement_release(&judgement);
	free(labels);
	labels = NULL;
	pm_knowledge_free(own_knowledge);
	own_knowledge = NULL;
}

static void add_knowledge(const char *rows)
{
	struct pm_error err;

	pm_knowledge_free(own_knowledge);
	own_knowledge = pm_knowledge_new();
	ck_assert_ptr_nonnull(own_knowledge);
	ck_assert_int_eq(pm_knowledge_add(own_knowledge, PM_TABLE_OCCUPANTS, "local.csv", rows,
					  strlen(rows), pm_registry_builtin(), &err),
			 0);
}

static void process(size_t i, const char *path, enum pm_writers writers)
{
	processes[i].pid = 800 + (int)i;
	processes[i].comm = "comm";
	processes[i].exe.path = path;
	processes[i].exe.writers = writers;
	processes[i].exe.writable = writers == PM_WRITERS_OTHERS ? "/home/eve" : NULL;
	processes[i].exe.deleted = PM_NO;
}

/* Judge the listener; the name of the verdict, and of its first rule in `*rule`. */
static const char *verdict(uint16_t port, enum pm_protocol protocol, const char **rule)
{
	struct pm_error err;

	listener.port = port;
	listener.protocol = protocol;
	pm_judgement_release(&judgement);
	free(labels);
	labels = pm_label_all(&snapshot, pm_registry_builtin());
	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(),
				  own_knowledge ? own_knowledge : pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	ck_assert_uint_ge(judgement.verdicts[0].reason_count, 1);
	for (size_t i = 0; i < judgement.verdicts[0].reason_count; i++) {
		ck_assert_str_ne(judgement.verdicts[0].reasons[i].evidence, "");
		ck_assert_str_ne(judgement.verdicts[0].reasons[i].source, "");
	}
	*rule = pm_rule_name(judgement.verdicts[0].reasons[0].rule);
	return pm_verdict_name(judgement.verdicts[0].kind);
}

struct judged {
	const char *path;
	enum pm_writers writers;
	uint16_t port;
	enum pm_protocol protocol;
	const char *verdict, *rule;
};

static const struct judged cases[] = {
	{"/usr/sbin/sshd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_TCP, "match", "implementer"},
	{"/usr/sbin/sshd", PM_WRITERS_OTHERS, 22, PM_PROTOCOL_TCP, "known", "untrusted-file"},
	{"/usr/sbin/sshd", PM_WRITERS_UNKNOWN, 22, PM_PROTOCOL_TCP, "known", "untrusted-file"},
	{"/tmp/sshd", PM_WRITERS_OTHERS, 22, PM_PROTOCOL_TCP, "impostor", "exe-world-writable"},
	{"/var/tmp/sshd", PM_WRITERS_OTHERS, 22, PM_PROTOCOL_TCP, "impostor", "exe-world-writable"},
	{"/dev/shm/x/sshd", PM_WRITERS_OTHERS, 22, PM_PROTOCOL_TCP, "impostor",
	 "exe-world-writable"},
	{"/memfd:sshd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_TCP, "impostor", "exe-in-memory"},
	{"/tmp/foo", PM_WRITERS_OTHERS, 22, PM_PROTOCOL_TCP, "mismatch", "registered-to-another"},
	{"/tmpfs/sshd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_TCP, "match", "implementer"},
	{"/usr/sbin/sshd", PM_WRITERS_ROOT, 3672, PM_PROTOCOL_TCP, "mismatch",
	 "registered-to-another"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 3643, PM_PROTOCOL_TCP, "mismatch",
	 "registered-to-another"},
	{"/usr/bin/audiojuggler", PM_WRITERS_ROOT, 3643, PM_PROTOCOL_TCP, "known", "same-name"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 60999, PM_PROTOCOL_TCP, "unregistered", "not-registered"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 0, PM_PROTOCOL_TCP, "unregistered", "not-registered"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 40000, PM_PROTOCOL_UDP, "ephemeral", "ephemeral-range"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 40000, PM_PROTOCOL_TCP, "mismatch",
	 "registered-to-another"},
	{"/usr/sbin/sshd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_MPTCP, "match", "implementer"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 3643, PM_PROTOCOL_UDPLITE, "mismatch",
	 "registered-to-another"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 40000, PM_PROTOCOL_UDPLITE, "ephemeral",
	 "ephemeral-range"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 40000, PM_PROTOCOL_MPTCP, "mismatch",
	 "registered-to-another"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 32767, PM_PROTOCOL_UDP, "mismatch",
	 "registered-to-another"},
	{"/lib/systemd/systemd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_TCP, "unknown",
	 "stands-for-others"},
	{"/tmp/systemd", PM_WRITERS_OTHERS, 22, PM_PROTOCOL_TCP, "mismatch",
	 "registered-to-another"},
	{NULL, PM_WRITERS_UNKNOWN, 22, PM_PROTOCOL_TCP, "unknown", "exe-unknown"},
	/* IANA has most names for both transports, and most programs speak one. */
	{"/usr/sbin/sshd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_UDP, "mismatch",
	 "registered-to-another"},
	{"/usr/sbin/nginx", PM_WRITERS_ROOT, 80, PM_PROTOCOL_UDP, "mismatch",
	 "registered-to-another"},
	{"/usr/sbin/nginx", PM_WRITERS_ROOT, 443, PM_PROTOCOL_UDP, "match", "implementer"},
	{"/usr/sbin/in.tftpd", PM_WRITERS_ROOT, 69, PM_PROTOCOL_TCP, "mismatch",
	 "registered-to-another"},
	{"/usr/sbin/postgres", PM_WRITERS_ROOT, 5432, PM_PROTOCOL_UDP, "mismatch",
	 "registered-to-another"},
	{"/usr/sbin/avahi-daemon", PM_WRITERS_ROOT, 5353, PM_PROTOCOL_TCP, "mismatch",
	 "registered-to-another"},
	{"/usr/sbin/named", PM_WRITERS_ROOT, 53, PM_PROTOCOL_UDP, "match", "implementer"},
	{"/usr/sbin/named", PM_WRITERS_ROOT, 53, PM_PROTOCOL_TCP, "match", "implementer"},
	{"/usr/bin/ss-local", PM_WRITERS_ROOT, 1080, PM_PROTOCOL_UDP, "match", "implementer"},
};

/* Programs that take any port: whose they are, from what file, and on which port. */
static const struct {
	struct judged judged;
	uint32_t uid;
	const char *unit;
} wanderers[] = {
	{{"/usr/sbin/rpc.mountd", PM_WRITERS_ROOT, 20999, PM_PROTOCOL_TCP, "known", "any-port"},
	 0,
	 NULL},
	{{"/sbin/rpc.statd", PM_WRITERS_ROOT, 714, PM_PROTOCOL_UDP, "known", "any-port"}, 106, NULL},
	{{"/usr/sbin/rpc.mountd", PM_WRITERS_ROOT, 930, PM_PROTOCOL_TCP, "known", "any-port"},
	 0,
	 NULL},
	{{"/usr/sbin/rpc.rusersd", PM_WRITERS_ROOT, 900, PM_PROTOCOL_UDP, "known", "any-port"},
	 0,
	 NULL},
	{{"/usr/sbin/tailscaled", PM_WRITERS_ROOT, 62001, PM_PROTOCOL_TCP, "known", "any-port"},
	 0,
	 "tailscaled.service"},
	{{"/usr/bin/containerd", PM_WRITERS_ROOT, 41111, PM_PROTOCOL_TCP, "ephemeral",
	  "ephemeral-range"},
	 0,
	 NULL},
	{{"/home/eve/rpc.statd", PM_WRITERS_OTHERS, 3643, PM_PROTOCOL_TCP, "mismatch",
	  "registered-to-another"},
	 1000,
	 NULL},
	{{"/sbin/rpc.statd", PM_WRITERS_ROOT, 3643, PM_PROTOCOL_TCP, "mismatch",
	  "registered-to-another"},
	 1000,
	 NULL},
	{{"/usr/bin/containerd", PM_WRITERS_ROOT, 22, PM_PROTOCOL_TCP, "mismatch",
	  "registered-to-another"},
	 0,
	 NULL},
	{{"/usr/bin/promtail", PM_WRITERS_ROOT, 900, PM_PROTOCOL_TCP, "mismatch",
	  "registered-to-another"},
	 0,
	 NULL},
	{{"/usr/sbin/rpc.mountd", PM_WRITERS_ROOT, 3306, PM_PROTOCOL_TCP, "mismatch",
	  "registered-to-another"},
	 0,
	 NULL},
	{{"/sbin/rpc.statd", PM_WRITERS_ROOT, 636, PM_PROTOCOL_TCP, "mismatch",
	  "registered-to-another"},
	 0,
	 NULL},
};

START_TEST(any_port)
{
	const struct judged *judged = &wanderers[_i].judged;
	const char *rule;

	process(0, judged->path, judged->writers);
	processes[0].has_uid = true;
	processes[0].uid = wanderers[_i].uid;
	processes[0].unit = wanderers[_i].unit;
	ck_assert_str_eq(verdict(judged->port, judged->protocol, &rule), judged->verdict);
	ck_assert_str_eq(rule, judged->rule);
}
END_TEST

START_TEST(verdicts)
{
	const char *rule;

	process(0, cases[_i].path, cases[_i].writers);
	if (!strcmp(cases[_i].rule, "stands-for-others")) {
		processes[0].pid = 1;
		processes[0].has_uid = true;
	}
	ck_assert_str_eq(verdict(cases[_i].port, cases[_i].protocol, &rule), cases[_i].verdict);
	ck_assert_str_eq(rule, cases[_i].rule);
}
END_TEST

/* What a machine's own table says, for verdicts that rest on it alone. */
static const char local_rows[] = "port,transport,program,kind,what,source\n"
				 "9100,tcp,sitter,exe,Sitter,s\n40001,udp,sitter,exe,Sitter,s\n"
				 "45000-46000,udp,sitter,exe,Sitter,s\nany,tcp,wanderer,exe,W,s\n"
				 "4790,udp,vxlan,kernel,VXLAN,s\n61616,tcp,\"a,b\",exe,W,s\n";

static const struct judged local_cases[] = {
	{"/usr/bin/sitter", PM_WRITERS_ROOT, 9100, PM_PROTOCOL_TCP, "known", "occupant"},
	{"/usr/bin/sitter", PM_WRITERS_OTHERS, 9100, PM_PROTOCOL_TCP, "known", "untrusted-file"},
	{"/tmp/sitter", PM_WRITERS_OTHERS, 9100, PM_PROTOCOL_TCP, "impostor", "exe-world-writable"},
	{"/usr/bin/sitter", PM_WRITERS_ROOT, 9100, PM_PROTOCOL_UDP, "mismatch",
	 "registered-to-another"},
	/* A table that names an ephemeral port makes it an address; one that names a range doesn't. */
	{"/usr/bin/sitter", PM_WRITERS_ROOT, 40001, PM_PROTOCOL_UDP, "known", "occupant"},
	{"/usr/bin/sitter", PM_WRITERS_ROOT, 40001, PM_PROTOCOL_UDPLITE, "known", "occupant"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 40001, PM_PROTOCOL_UDP, "unregistered", "not-registered"},
	{"/usr/bin/foo", PM_WRITERS_ROOT, 45500, PM_PROTOCOL_UDP, "ephemeral", "ephemeral-range"},
	{"/usr/bin/wanderer", PM_WRITERS_ROOT, 40002, PM_PROTOCOL_TCP, "ephemeral",
	 "ephemeral-range"},
	{"/usr/bin/wanderer", PM_WRITERS_ROOT, 733, PM_PROTOCOL_TCP, "known", "any-port"},
	{"/usr/bin/wanderer", PM_WRITERS_ROOT, 733, PM_PROTOCOL_MPTCP, "known", "any-port"},
	{"/usr/bin/a,b", PM_WRITERS_ROOT, 61616, PM_PROTOCOL_TCP, "known", "occupant"},
};

START_TEST(occupants)
{
	const char *rule;

	add_knowledge(local_rows);
	process(0, local_cases[_i].path, local_cases[_i].writers);
	ck_assert_str_eq(verdict(local_cases[_i].port, local_cases[_i].protocol, &rule),
			 local_cases[_i].verdict);
	ck_assert_str_eq(rule, local_cases[_i].rule);
}
END_TEST

/* The row that is offered makes the finding known, and none is offered where none would. */
static void acceptance_is(uint16_t port, enum pm_protocol protocol, const char *expected)
{
	static const char header[] = "port,transport,program,kind,what,source\n";
	struct pm_buf text = {0};
	const char *rule;

	pm_buf_puts(&text, header);
	verdict(port, protocol, &rule);
	pm_acceptance(&snapshot, &judgement, 0, &text);
	ck_assert_str_eq(pm_buf_text(&text) + sizeof(header) - 1, expected);
	if (*expected) {
		add_knowledge(pm_buf_text(&text));
		ck_assert_str_eq(verdict(port, protocol, &rule), "known");
	}
	pm_buf_release(&text);
}

START_TEST(acceptances)
{
	static const struct {
		const char *path;
		uint16_t port;
		enum pm_protocol protocol;
		const char *row;
	} rows[] = {
		{"/usr/bin/foo", 3643, PM_PROTOCOL_TCP, "3643,tcp,foo,exe,foo,local"},
		{"/usr/bin/foo", 3643, PM_PROTOCOL_UDP, "3643,udp,foo,exe,foo,local"},
		{"/home/eve/foo-1.2", 61001, PM_PROTOCOL_TCP, "61001,tcp,foo,exe,foo,local"},
		{"/opt/a \"b\",c", 61001, PM_PROTOCOL_TCP,
		 "61001,tcp,\"a \"\"b\"\",c\",exe,\"a \"\"b\"\",c\",local"},
		{"/opt/x\\x0ay", 61001, PM_PROTOCOL_TCP, "61001,tcp,x\\x0ay,exe,x\\x0ay,local"},
		{"/opt/ foo", 61001, PM_PROTOCOL_TCP, ""},
		{"/tmp/foo", 3643, PM_PROTOCOL_TCP, ""},
		{"/memfd:foo", 3643, PM_PROTOCOL_TCP, ""},
		{"/usr/sbin/sshd", 22, PM_PROTOCOL_TCP, ""},
		{"/usr/bin/foo", 40000, PM_PROTOCOL_UDP, ""},
	};

	process(0, rows[_i].path, PM_WRITERS_ROOT);
	acceptance_is(rows[_i].port, rows[_i].protocol, rows[_i].row);
}
END_TEST

START_TEST(kernel_acceptance)
{
	listener.owner = PM_OWNER_KERNEL;
	listener.holders = 0;
	listener.service = "vxlan";
	acceptance_is(3643, PM_PROTOCOL_UDP, "3643,udp,vxlan,kernel,vxlan,local");
}
END_TEST

START_TEST(absences)
{
	static const struct {
		enum pm_owner_kind kind;
		const char *rule;
	} kinds[] = {
		{PM_OWNER_NONE, "owner-none"},
		{PM_OWNER_DENIED, "owner-denied"},
		{PM_OWNER_PIDNS, "owner-pidns"},
		{PM_OWNER_VANISHED, "owner-vanished"},
	};
	const char *rule;

	listener.owner = kinds[_i].kind;
	listener.holders = 0;
	ck_assert_str_eq(verdict(40000, PM_PROTOCOL_UDP, &rule), "unknown");
	ck_assert_str_eq(rule, kinds[_i].rule);
	ck_assert_ptr_null(judgement.verdicts[0].owner);
}
END_TEST

START_TEST(kernel_service)
{
	const char *rule;

	listener.owner = PM_OWNER_KERNEL;
	listener.holders = 0;
	listener.service = "vxlan";
	ck_assert_str_eq(verdict(4789, PM_PROTOCOL_UDP, &rule), "match");
	ck_assert_str_eq(verdict(4791, PM_PROTOCOL_UDP, &rule), "mismatch");
}
END_TEST

/* The holder that best explains the listener, then the oldest: they come in order of age. */
START_TEST(owner)
{
	const char *rule;

	process(0, "/usr/bin/foo", PM_WRITERS_ROOT);
	process(1, "/usr/bin/bar", PM_WRITERS_ROOT);
	process(2, "/usr/sbin/sshd", PM_WRITERS_ROOT);
	process(3, "/usr/sbin/sshd", PM_WRITERS_ROOT);
	listener.holders = 4;
	ck_assert_str_eq(verdict(22, PM_PROTOCOL_TCP, &rule), "match");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 802);
	ck_assert_str_eq(verdict(3643, PM_PROTOCOL_TCP, &rule), "mismatch");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 800);
	/* One that nobody vouches for is judged, whoever holds it too. */
	process(1, "/tmp/sshd", PM_WRITERS_OTHERS);
	ck_assert_str_eq(verdict(22, PM_PROTOCOL_TCP, &rule), "impostor");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 801);
	process(1, "/home/eve/foo", PM_WRITERS_OTHERS);
	ck_assert_str_eq(verdict(22, PM_PROTOCOL_TCP, &rule), "mismatch");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 801);
	process(1, "/tmp/sshd", PM_WRITERS_OTHERS);
	listener.holders = 2;
	ck_assert_str_eq(verdict(22, PM_PROTOCOL_TCP, &rule), "impostor");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 801);
}
END_TEST

START_TEST(flags_and_failing)
{
	struct pm_fail_on fail_on = {0};
	const char *rule;

	process(0, "/home/eve/foo", PM_WRITERS_OTHERS);
	processes[0].exe.deleted = PM_YES;
	ck_assert_str_eq(verdict(60999, PM_PROTOCOL_TCP, &rule), "unregistered");
	ck_assert_uint_eq(judgement.verdicts[0].flags,
			  1u << PM_FLAG_DELETED | 1u << PM_FLAG_USER_WRITABLE);
	ck_assert(!pm_judgement_fails(&judgement, &pm_fail_on_default));
	ck_assert(!pm_judgement_fails(&judgement, &fail_on));
	fail_on.severities = 1u << PM_SEVERITY_WARNING;
	ck_assert(pm_judgement_fails(&judgement, &fail_on));
	fail_on = (struct pm_fail_on){.flags = 1u << PM_FLAG_DELETED};
	ck_assert(pm_judgement_fails(&judgement, &fail_on));
	fail_on = (struct pm_fail_on){.verdicts = 1u << PM_VERDICT_UNREGISTERED};
	ck_assert(pm_judgement_fails(&judgement, &fail_on));
	ck_assert_str_eq(verdict(3643, PM_PROTOCOL_TCP, &rule), "mismatch");
	ck_assert(pm_judgement_fails(&judgement, &pm_fail_on_default));
}
END_TEST

/* Raw and packet sockets: no name fits, so none is needed for an impostor. */
/* Number 0 of a user namespace of its own is not root; where that is not known, it is. */
START_TEST(root_runs)
{
	static const bool flagged[] = {[PM_UNKNOWN] = true, [PM_NO] = true, [PM_YES] = false};
	const char *rule;

	process(0, "/srv/app/sshd", PM_WRITERS_OTHERS);
	processes[0].has_uid = true;
	processes[0].own_userns = (enum pm_known)_i;
	verdict(22, PM_PROTOCOL_TCP, &rule);
	ck_assert_int_eq(judgement.verdicts[0].flags >> PM_FLAG_ROOT_RUNS_USER_WRITABLE & 1,
			 flagged[_i]);
	processes[0].uid = 1000;
	verdict(22, PM_PROTOCOL_TCP, &rule);
	ck_assert_int_eq(judgement.verdicts[0].flags >> PM_FLAG_ROOT_RUNS_USER_WRITABLE & 1, 0);
}
END_TEST

START_TEST(without_port)
{
	const char *rule;

	process(0, "/usr/bin/foo", PM_WRITERS_ROOT);
	process(1, "/memfd:bar", PM_WRITERS_ROOT);
	ck_assert_str_eq(verdict(0, PM_PROTOCOL_PACKET, &rule), "unregistered");
	ck_assert_str_eq(rule, "no-port");
	acceptance_is(0, PM_PROTOCOL_PACKET, "");
	ck_assert(!pm_judgement_fails(&judgement, &pm_fail_on_default));
	listener.holders = 2;
	ck_assert_str_eq(verdict(0, PM_PROTOCOL_RAW, &rule), "impostor");
	ck_assert_str_eq(rule, "exe-in-memory");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 801);
	ck_assert_str_eq(judgement.verdicts[0].program, "bar");
	process(1, "/home/eve/bar", PM_WRITERS_OTHERS);
	ck_assert_str_eq(verdict(0, PM_PROTOCOL_RAW, &rule), "unregistered");
	ck_assert_int_eq(judgement.verdicts[0].owner->pid, 800);
	/* Whom pid 1 holds a port for is in its units; of these they say nothing. */
	process(0, "/lib/systemd/systemd", PM_WRITERS_ROOT);
	ck_assert_str_eq(verdict(0, PM_PROTOCOL_PACKET, &rule), "unregistered");
	processes[0].exe.path = NULL;
	ck_assert_str_eq(verdict(0, PM_PROTOCOL_PACKET, &rule), "unknown");
	listener.owner = PM_OWNER_DENIED;
	listener.holders = 0;
	ck_assert_str_eq(verdict(0, PM_PROTOCOL_PACKET, &rule), "unknown");
	ck_assert_str_eq(rule, "owner-denied");
}
END_TEST

static void sentence_is(uint16_t port, enum pm_protocol protocol, const char *expected)
{
	struct pm_report report = {.snapshot = &snapshot, .registry = pm_registry_builtin()};
	struct pm_buf text = {0};
	const char *rule;

	verdict(port, protocol, &rule);
	report.labels = labels;
	report.judgement = &judgement;
	pm_report_sentence(&report, 0, &text);
	ck_assert_str_eq(pm_buf_text(&text), expected);
	pm_buf_release(&text);
}

START_TEST(sentences)
{
	process(0, "/usr/bin/foo", PM_WRITERS_ROOT);
	processes[0].pid = 812;
	sentence_is(3643, PM_PROTOCOL_TCP,
		    "3643 registered to AudioJuggler, owned by pid 812 /usr/bin/foo");
	sentence_is(1384, PM_PROTOCOL_TCP,
		    "1384 registered to Objective Solutions License Manager, "
		    "owned by pid 812 /usr/bin/foo");
	/* Three names, one description. */
	sentence_is(80, PM_PROTOCOL_TCP,
		    "80 registered to World Wide Web HTTP, owned by pid 812 /usr/bin/foo");
	sentence_is(60999, PM_PROTOCOL_TCP,
		    "60999 registered to nobody (dynamic), owned by pid 812 /usr/bin/foo");
	listener.number = 89;
	sentence_is(0, PM_PROTOCOL_RAW, "IP protocol 89, owned by pid 812 /usr/bin/foo");
	listener.number = 0x88cc;
	sentence_is(0, PM_PROTOCOL_PACKET,
		    "packets of ethertype 0x88cc, owned by pid 812 /usr/bin/foo");
	listener.number = 3;
	listener.ifindex = 2;
	listener.device = "eth0";
	sentence_is(0, PM_PROTOCOL_PACKET,
		    "packets of every ethertype on eth0, owned by pid 812 /usr/bin/foo");
	processes[0].exe.path = NULL;
	sentence_is(3643, PM_PROTOCOL_TCP,
		    "3643 registered to AudioJuggler, owned by pid 812, which calls itself 'comm'");
	listener.owner = PM_OWNER_DENIED;
	sentence_is(3643, PM_PROTOCOL_TCP,
		    "3643 registered to AudioJuggler, owner not to be seen (denied)");
}
END_TEST

START_TEST(times)
{
	struct pm_buf text = {0};

	pm_report_time(0, &text);
	pm_report_time(1789354200, &text);
	ck_assert_str_eq(pm_buf_text(&text), "1970-01-01T00:00:00Z2026-09-14T02:50:00Z");
	pm_buf_release(&text);
}
END_TEST

Suite *suite_judge_verdicts(void);

Suite *suite_judge_verdicts(void)
{
	Suite *suite = suite_create("judge_verdicts");
	TCase *tests = tcase_create("verdicts");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, verdicts, 0, PM_COUNT(cases));
	tcase_add_loop_test(tests, any_port, 0, PM_COUNT(wanderers));
	tcase_add_loop_test(tests, occupants, 0, PM_COUNT(local_cases));
	tcase_add_loop_test(tests, acceptances, 0, 10);
	tcase_add_test(tests, kernel_acceptance);
	tcase_add_loop_test(tests, absences, 0, 4);
	tcase_add_test(tests, kernel_service);
	tcase_add_test(tests, owner);
	tcase_add_test(tests, flags_and_failing);
	tcase_add_loop_test(tests, root_runs, PM_UNKNOWN, PM_YES + 1);
	tcase_add_test(tests, without_port);
	tcase_add_test(tests, sentences);
	tcase_add_test(tests, times);
	suite_add_tcase(suite, tests);
	return suite;
}

/* For whom systemd, inetd and xinetd hold a listener, and values of unit files. */
#include <portmote/judge.h>

#include <check.h>

static struct pm_process process;
static struct pm_netns netns;
static struct pm_listener listener;
static struct pm_config configs[8];
static struct pm_snapshot snapshot;
static struct pm_label *labels;
static struct pm_judgement judgement;

static void set_up(void)
{
	static size_t holders[1];

	process = (struct pm_process){
		.pid = 1,
		.has_uid = true,
		.comm = "systemd",
		.exe = {.path = "/usr/lib/systemd/systemd", .writers = PM_WRITERS_ROOT},
	};
	listener = (struct pm_listener){.owner = PM_OWNER_PROCESS, .holders = 1};
	snapshot = (struct pm_snapshot){
		.netns = &netns,
		.netns_count = 1,
		.listeners = &listener,
		.listener_count = 1,
		.processes = &process,
		.process_count = 1,
		.holders = holders,
		.holder_count = 1,
		.configs = configs,
	};
}

static void tear_down(void)
{
	pm_judgement_release(&judgement);
	free(labels);
	labels = NULL;
}

static void config(const char *name, const char *path, const char *text)
{
	configs[snapshot.config_count++] =
		(struct pm_config){.name = name, .path = path, .text = text, .len = strlen(text)};
}

static const struct pm_verdict *judge(uint16_t port, enum pm_protocol protocol)
{
	struct pm_error err;

	listener.port = port;
	listener.protocol = protocol;
	tear_down();
	labels = pm_label_all(&snapshot, pm_registry_builtin());
	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(), pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	return &judgement.verdicts[0];
}

static void expect_once(uint16_t port, enum pm_protocol protocol, const char *verdict,
			const char *behind)
{
	const struct pm_verdict *is = judge(port, protocol);

	ck_assert_msg(!strcmp(pm_verdict_name(is->kind), verdict), "%u: %s, not %s", port,
		      pm_verdict_name(is->kind), verdict);
	ck_assert_msg(is->behind == behind || (is->behind && behind && !strcmp(is->behind, behind)),
		      "%u: for %s, not %s", port, is->behind ? is->behind : "NULL",
		      behind ? behind : "NULL");
}

/* By the configurations, and by what of them goes into a snapshot's file. */
static void expect(uint16_t port, enum pm_protocol protocol, const char *verdict,
		   const char *behind)
{
	struct pm_buf extracts[PM_COUNT(configs)] = {0};
	struct pm_config whole[PM_COUNT(configs)];

	expect_once(port, protocol, verdict, behind);
	memcpy(whole, configs, sizeof(whole));
	for (size_t i = 0; i < snapshot.config_count; i++)
		pm_config_extract(&snapshot, i, &extracts[i]);
	for (size_t i = 0; i < snapshot.config_count; i++) {
		configs[i].text = pm_buf_text(&extracts[i]);
		configs[i].len = extracts[i].len;
	}
	expect_once(port, protocol, verdict, behind);
	for (size_t i = 0; i < snapshot.config_count; i++) {
		struct pm_buf again = {0};

		pm_config_extract(&snapshot, i, &again);
		ck_assert_str_eq(pm_buf_text(&again), pm_buf_text(&extracts[i]));
		pm_buf_release(&again);
	}
	memcpy(configs, whole, sizeof(whole));
	for (size_t i = 0; i < snapshot.config_count; i++)
		pm_buf_release(&extracts[i]);
}

static void expect_extract(size_t i, const char *text)
{
	struct pm_buf extract = {0};

	pm_config_extract(&snapshot, i, &extract);
	ck_assert_str_eq(pm_buf_text(&extract), text);
	pm_buf_release(&extract);
}

/* Nothing that no verdict asks for: arguments, environments, units that no socket starts. */
START_TEST(extracts)
{
	config("web.socket", "/etc/systemd/system/web.socket",
	       "# other.service\n[Unit]\nDescription=x\n[Socket]\n ListenStream = 80 \n"
	       "Environment=TOKEN=1\nService=app.service\n[Install]\nWantedBy=sockets.target\n");
	config("app.service", "/etc/systemd/system/app.service",
	       "[Unit]\nExecStart=/bin/no\n[Service]\nEnvironment=PASSWORD=secret\n"
	       "ExecStart=/usr/bin/app --token=secret\nExecStart=\n");
	config("web@.service", "/etc/systemd/system/web@.service", "[Service]\nExecStart=/bin/w x");
	config("other.service", "/etc/systemd/system/other.service",
	       "[Service]\nExecStart=/bin/other\n");
	config("4f5e", "/var/lib/docker/containers/4f5e/config.v2.json",
	       "{\"Env\":[\"A=secret\"]}");
	config("inetd.conf", "/etc/inetd.conf", "ftp stream tcp nowait root /bin/x");
	config("empty.socket", "/etc/systemd/system/empty.socket", "[Socket]\nBacklog=1\n");
	config("empty.service", "/etc/systemd/system/empty.service", "[Service]\nExecStart=/x\n");
	expect_extract(0, "[Socket]\nListenStream=80\nService=app.service\n");
	expect_extract(1, "[Unit]\nExecStart=/bin/no\n[Service]\nExecStart=/usr/bin/app\n"
			  "ExecStart=\n");
	expect_extract(2, "[Service]\nExecStart=/bin/w\n");
	expect_extract(3, "");
	expect_extract(4, "");
	expect_extract(5, "ftp stream tcp nowait root /bin/x");
	expect_extract(6, "");
	expect_extract(7, "");
}
END_TEST

START_TEST(socket_units)
{
	config("ssh.socket", "/lib/systemd/system/ssh.socket",
	       "[Unit]\nListenStream=80\n[Socket]\n# ListenStream=81\nListenStream = 22\n"
	       "ListenStream=/run/x\nAccept=no\n");
	config("odd.socket", "/etc/systemd/system/odd.socket",
	       "[Socket]\r\nListenStream=3643\r\nListenStream=\r\nListenStream=127.0.0.1:1384\r\n"
	       "ListenDatagram=53\r\nService=juggler.service\r\n");
	config("odd.socket", "/etc/systemd/system/odd.socket.d/x.conf",
	       "[Socket]\nListenStream=3640");
	config("echo.socket", "/etc/systemd/system/echo.socket",
	       "[Socket]\nListenStream=79\nAccept=yes\n");
	config("ssh.service", "/lib/systemd/system/ssh.service",
	       "[Service]\nExecStart=-/usr/sbin/sshd -D $OPTS\nExecStart=/bin/no\n");
	config("juggler.service", "/etc/systemd/system/juggler.service",
	       "[Service]\nExecStart=+/opt/juggler/bin/juggle\n");
	config("echo@.service", "/etc/systemd/system/echo@.service",
	       "[Service]\nExecStart=/usr/sbin/in.fingerd\n");
	expect(22, PM_PROTOCOL_TCP, "match", "ssh.service");
	ck_assert_str_eq(judgement.verdicts[0].program, "sshd");
	ck_assert_str_eq(judgement.verdicts[0].reasons[1].source, "/lib/systemd/system/ssh.socket");
	expect(22, PM_PROTOCOL_UDP, "unknown", NULL);
	expect(22, PM_PROTOCOL_MPTCP, "match", "ssh.service"); /* SocketProtocol=mptcp */
	expect(80, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(81, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(3643, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(3640, PM_PROTOCOL_TCP, "mismatch", "juggler.service");
	expect(1384, PM_PROTOCOL_TCP, "unknown", NULL);
	memcpy(listener.address, (const uint8_t[]){127, 0, 0, 1}, 4);
	expect(1384, PM_PROTOCOL_TCP, "mismatch", "juggler.service");
	expect(53, PM_PROTOCOL_UDP, "mismatch", "juggler.service");
	expect(53, PM_PROTOCOL_UDPLITE, "mismatch", "juggler.service");
	expect(79, PM_PROTOCOL_TCP, "match", "echo@.service");
}
END_TEST

/* A systemd that others could have put there stands for nobody; another than pid 1 for no unit of
 * root's. */
START_TEST(not_root_s)
{
	config("ssh.socket", "/lib/systemd/system/ssh.socket", "[Socket]\nListenStream=22\n");
	config("ssh.service", "/lib/systemd/system/ssh.service",
	       "[Service]\nExecStart=/usr/sbin/sshd\n");
	process.exe.writers = PM_WRITERS_OTHERS;
	expect(22, PM_PROTOCOL_TCP, "mismatch", NULL);
	process.exe.writers = PM_WRITERS_ROOT;
	process.pid = 812;
	expect(22, PM_PROTOCOL_TCP, "unknown", "a unit of uid 0");
	process.pid = 1;
	process.uid = 1000;
	expect(22, PM_PROTOCOL_TCP, "unknown", "a unit of uid 1000");
}
END_TEST

START_TEST(inetd)
{
	process.exe.path = "/usr/sbin/inetd";
	config("inetd.conf", "/etc/inetd.conf",
	       "#ftp stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.ftpd\n"
	       "finger\tstream\ttcp\tnowait\tnobody\t/usr/sbin/tcpd\t/usr/sbin/in.fingerd\n"
	       "127.0.0.1:3643 stream tcp nowait root /usr/local/bin/juggle juggle -v\n"
	       "tftp dgram udp4 wait root /usr/sbin/in.tftpd in.tftpd\n"
	       "time stream tcp nowait root internal\n1384 stream tcp");
	expect(79, PM_PROTOCOL_TCP, "match", "/usr/sbin/in.fingerd");
	expect(79, PM_PROTOCOL_MPTCP, "match", "/usr/sbin/in.fingerd");
	expect(3643, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/juggle");
	expect(69, PM_PROTOCOL_UDP, "match", "/usr/sbin/in.tftpd");
	expect(69, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(69, PM_PROTOCOL_MPTCP, "unknown", NULL);
	expect(21, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(1384, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(37, PM_PROTOCOL_TCP, "match", NULL); /* its own */
}
END_TEST

START_TEST(xinetd)
{
	process.exe.path = "/usr/sbin/xinetd";
	config("ftp", "/etc/xinetd.d/ftp",
	       "service ftp\n{\n\tdisable = yes\n\tserver = /usr/sbin/in.ftpd\n}\n"
	       "service finger\n{\n\tserver\t= /usr/sbin/in.fingerd\n\tprotocol = tcp\n}\n"
	       "service mine\n{\n\tport = 3643\n\tserver = /usr/local/bin/juggle\n}\n"
	       "service open\n{\n\tport = 1384\n\tserver = /usr/local/bin/juggle\n");
	expect(79, PM_PROTOCOL_TCP, "match", "/usr/sbin/in.fingerd");
	expect(79, PM_PROTOCOL_UDP, "unknown", NULL);
	expect(3643, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/juggle");
	expect(21, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(1384, PM_PROTOCOL_TCP, "unknown", NULL);
}
END_TEST

/* docker-proxy says so itself; a container in another namespace is not looked at. */
START_TEST(docker_proxy)
{
	process.exe.path = "/usr/bin/docker-proxy";
	process.behind = "container 172.17.0.2 port 80";
	expect(8080, PM_PROTOCOL_TCP, "unknown", "container 172.17.0.2 port 80");
	ck_assert_str_eq(judgement.verdicts[0].reasons[0].evidence,
			 "/usr/bin/docker-proxy, for container 172.17.0.2 port 80");
	process.behind = NULL;
	process.container = (struct pm_container){.runtime = "podman", .id = "0123456789abcdef"};
	process.exe.path = "/usr/bin/rootlessport";
	expect(8080, PM_PROTOCOL_TCP, "unknown", "podman container 0123456789ab");
}
END_TEST

Suite *suite_judge_behind(void);
Suite *suite_judge_behind(void)
{
	Suite *suite = suite_create("judge_behind");
	TCase *tcase = tcase_create("behind");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, extracts);
	tcase_add_test(tcase, socket_units);
	tcase_add_test(tcase, not_root_s);
	tcase_add_test(tcase, inetd);
	tcase_add_test(tcase, xinetd);
	tcase_add_test(tcase, docker_proxy);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* For whom systemd, inetd and xinetd hold a listener, and values of unit files. */
#include <portmote/judge.h>

#include <check.h>

static struct pm_process process;
static struct pm_netns netns;
static struct pm_listener listener;
static struct pm_config configs[16];
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
	ck_assert_int_eq(pm_config_extracts(&snapshot, extracts), 0);
	for (size_t i = 0; i < snapshot.config_count; i++) {
		configs[i].text = pm_buf_text(&extracts[i]);
		configs[i].len = extracts[i].len;
	}
	expect_once(port, protocol, verdict, behind);
	struct pm_buf again[PM_COUNT(configs)] = {0};
	ck_assert_int_eq(pm_config_extracts(&snapshot, again), 0);
	for (size_t i = 0; i < snapshot.config_count; i++) {
		ck_assert_str_eq(pm_buf_text(&again[i]), pm_buf_text(&extracts[i]));
		pm_buf_release(&again[i]);
	}
	memcpy(configs, whole, sizeof(whole));
	for (size_t i = 0; i < snapshot.config_count; i++)
		pm_buf_release(&extracts[i]);
}

static void expect_extract(size_t i, const char *text)
{
	struct pm_buf extracts[PM_COUNT(configs)] = {0};

	ck_assert_int_eq(pm_config_extracts(&snapshot, extracts), 0);
	ck_assert_str_eq(pm_buf_text(&extracts[i]), text);
	for (size_t k = 0; k < PM_COUNT(extracts); k++)
		pm_buf_release(&extracts[k]);
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
	expect_extract(1, "[Service]\nExecStart=/usr/bin/app\nExecStart=\n");
	expect_extract(2, "");
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
	memset(listener.address, 0, 4);
	expect(53, PM_PROTOCOL_UDP, "mismatch", "juggler.service");
	expect(53, PM_PROTOCOL_UDPLITE, "unknown", NULL); /* SocketProtocol=udplite */
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
	expect(22, PM_PROTOCOL_TCP, "mismatch", NULL); /* not where the systemd of a user is */
	process.cgroup = "/user.slice/user-1000.slice/user@1000.service/init.scope";
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
	expect(3643, PM_PROTOCOL_TCP, "unknown", NULL);
	memcpy(listener.address, (const uint8_t[]){127, 0, 0, 1}, 4);
	expect(3643, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/juggle");
	expect(79, PM_PROTOCOL_TCP, "unknown", NULL);
	memset(listener.address, 0, 4);
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

static void ipv6(const char *bytes)
{
	listener.family = PM_INET6;
	memcpy(listener.address, bytes, 16);
}

/* What the files say, as systemd.socket(5) and systemd.syntax(7) have it. */
START_TEST(addresses_of_units)
{
	config("a.socket", "/etc/systemd/system/a.socket",
	       "[Socket]\nListenStream=[2001:DB8:0:0::0001]:22\nListenStream=\\\n"
	       "# between\n192.0.2.1:22\nListenStream=vsock::22\nService=%p-x.service\n");
	config("b.socket", "/etc/systemd/system/b.socket",
	       "[Socket]\nListenDatagram=53\nListenFIFO=\nListenStream=53\n"
	       "BindIPv6Only=ipv6-only\n");
	config("c.socket", "/etc/systemd/system/c.socket",
	       "[Socket]\nListenStream=[fe80::1%eth0]:79\nBindToDevice=\n");
	config("d.socket", "/etc/systemd/system/d.socket",
	       "[Socket]\nListenStream=3643\nBindToDevice=eth1\n");
	config("a-x.service", "/etc/systemd/system/a-x.service",
	       "[Service]\nExecStart=/usr/sbin/sshd -D\n");
	expect(22, PM_PROTOCOL_TCP, "unknown", NULL);
	memcpy(listener.address, (const uint8_t[]){192, 0, 2, 1}, 4);
	expect(22, PM_PROTOCOL_TCP, "match", "a-x.service");
	ipv6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1");
	expect(22, PM_PROTOCOL_TCP, "match", "a-x.service");
	ipv6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2");
	expect(22, PM_PROTOCOL_TCP, "unknown", NULL);
	ipv6("\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1");
	listener.ifindex = 2;
	expect(79, PM_PROTOCOL_TCP, "unknown", "c.service");
	memset(listener.address, 0, 16);
	listener.ifindex = 0;
	listener.v6only = PM_NO;
	expect(53, PM_PROTOCOL_TCP, "unknown", NULL);
	expect(3643, PM_PROTOCOL_TCP, "unknown", NULL);
	listener.v6only = PM_YES;
	expect(53, PM_PROTOCOL_TCP, "unknown", "b.service");
	expect(53, PM_PROTOCOL_UDP, "unknown", NULL);
	listener.ifindex = 3;
	listener.device = "eth1";
	expect(3643, PM_PROTOCOL_TCP, "unknown", "d.service");
}
END_TEST

static const struct {
	const char *command, *program;
} commands[] = {
	{"\"/usr/sbin/nginx\" -g \"daemon off;\"", "nginx"},
	{"'/usr/sbin/ngin\\x78'", "nginx"},
	{"-+:/usr/sbin/nginx", "nginx"},
	{"@/usr/sbin/nginx nginx -g x", "nginx"},
	{"/usr/bin/env A=1 B=2 /usr/sbin/nginx", "nginx"},
	{"/usr/bin/env -u X -i /usr/sbin/nginx", "nginx"},
	{"/usr/bin/nice -n 5 /usr/bin/ionice -c3 /usr/sbin/nginx", "nginx"},
	{"taskset -c 0-3 /usr/sbin/nginx", "nginx"},
	{"/usr/bin/setpriv --reuid=33 --clear-groups /usr/sbin/nginx", "nginx"},
	{"/bin/sh -c 'exec /usr/sbin/nginx $OPTS >>/var/log/x 2>&1'", "nginx"},
	{"/bin/bash -ec \"A=1 /usr/sbin/nginx\"", "nginx"},
	{"/sbin/ip netns exec blue /usr/sbin/nginx", "nginx"},
	{"\\\n  /usr/sbin/nginx", "nginx"},
	{"/usr/bin/python3 -W ignore /opt/a/serve.py --token=x", "serve.py"},
	{"/usr/bin/java -cp a:b -jar /opt/a/app.jar", "app.jar"},
	{"/usr/bin/perl -w /opt/a/juggle.pl", "juggle.pl"},
	{"/usr/bin/flock -n /run/x.lock /usr/sbin/nginx", "nginx"},
	{"/usr/bin/prlimit --nofile=1024 /usr/sbin/nginx", "nginx"},
	{"/usr/bin/strace -f -o /var/log/x /usr/sbin/nginx", "nginx"},
	{"/usr/sbin/chroot /srv/root /usr/sbin/nginx", "nginx"},
	{"/sbin/ip vrf exec blue /usr/sbin/nginx", "nginx"},
	{"/usr/bin/busybox nginx -f", "nginx"},
	{"/usr/local/bin/bundle exec juggle -C x", "juggle"},
	{"/usr/bin/conda run -n base juggle", "juggle"},
	{"/usr/bin/poetry run python -m juggle", "juggle"},
	{"/usr/bin/bundle install", NULL},
	/* What cannot be told is not judged. */
	{"/bin/sh -c '/usr/sbin/nginx; /bin/foo'", NULL},
	{"/bin/sh -c '$PROGRAM -x'", NULL},
	{"/usr/bin/env", NULL},
	{"/usr/bin/python3 -c 'import x'", NULL},
	{"/usr/bin/env -S \"nginx -x\"", NULL},
	{"\"/usr/sbin/nginx", NULL},
};

START_TEST(commands_of_units)
{
	char text[256];

	config("x.socket", "/etc/systemd/system/x.socket", "[Socket]\nListenStream=80\n");
	snprintf(text, sizeof(text), "[Service]\nExecStart=%s\n", commands[_i].command);
	config("x.service", "/etc/systemd/system/x.service", text);
	const char *program = commands[_i].program;
	expect(80, PM_PROTOCOL_TCP,
	       !program			  ? "unknown"
	       : strcmp(program, "nginx") ? "mismatch"
					  : "match",
	       "x.service");
	ck_assert(!program || !strcmp(judgement.verdicts[0].program, program));
	struct pm_buf left[PM_COUNT(configs)] = {0};
	ck_assert_int_eq(pm_config_extracts(&snapshot, left), 0);
	ck_assert_ptr_null(strstr(pm_buf_text(&left[1]), "token"));
	ck_assert_ptr_null(strstr(pm_buf_text(&left[1]), "A=1"));
	for (size_t i = 0; i < PM_COUNT(left); i++)
		pm_buf_release(&left[i]);
}
END_TEST

/* The kernel tells in whose cgroup it was made; else those go first that another unit wants. */
START_TEST(several_units)
{
	config("ssh.socket", "/lib/systemd/system/ssh.socket", "[Socket]\nListenStream=22\n");
	config("tiny.socket", "/lib/systemd/system/tiny.socket",
	       "[Socket]\nListenStream=22\nAccept=yes\n");
	config("ssh.service", "/lib/systemd/system/ssh.service",
	       "[Service]\nExecStart=/usr/sbin/sshd\n");
	config("tiny@.service", "/lib/systemd/system/tiny@.service",
	       "[Service]\nExecStart=/usr/sbin/tinyd\n");
	config("web@.socket", "/lib/systemd/system/web@.socket", "[Socket]\nListenStream=%i\n");
	config("web@.service", "/lib/systemd/system/web@.service",
	       "[Service]\nExecStart=/usr/sbin/%p\n");
	config("web@80.socket", "/lib/systemd/system/web@.socket", "[Socket]\nListenStream=%i\n");
	expect(22, PM_PROTOCOL_TCP, "unknown", "ssh.service or tiny@.service");
	configs[1].is_enabled = PM_YES;
	expect(22, PM_PROTOCOL_TCP, "mismatch", "tiny@.service");
	configs[0].is_enabled = PM_YES;
	configs[0].is_unread = true;
	configs[0].text = "";
	configs[0].len = 0;
	expect(22, PM_PROTOCOL_TCP, "unknown", "tiny@.service");
	configs[0] = configs[--snapshot.config_count];
	listener.unit = "tiny.socket";
	expect(2222, PM_PROTOCOL_TCP, "mismatch", "tiny@.service");
	listener.unit = "web@443.socket";
	expect(443, PM_PROTOCOL_TCP, "mismatch", "web@443.service");
	ck_assert_str_eq(judgement.verdicts[0].program, "web");
	listener.unit = "gone.socket";
	expect(22, PM_PROTOCOL_TCP, "unknown", "gone.socket");
	listener.unit = NULL;
	expect(80, PM_PROTOCOL_TCP, "mismatch", "web@80.service");
}
END_TEST

/* A title that the command of the unit confirms; by an instance, a launcher, a drop-in. */
START_TEST(titles)
{
	process.exe.path = "/usr/bin/python3.11";
	process.exe.writers = PM_WRITERS_ROOT;
	process.pid = 812;
	process.has_uid = true;
	process.unit = "shop@1.service";
	process.cgroup = "/system.slice/system-shop.slice/shop@1.service";
	process.running.runtime = "python3";
	process.running.title = "gunicorn";
	config("shop@.service", "/etc/systemd/system/shop@.service",
	       "[Service]\nExecStart=/srv/%i/bin/python /srv/%i/serve.py\n");
	expect(8000, PM_PROTOCOL_TCP, "mismatch", NULL);
	config("shop@.service", "/etc/systemd/system/shop@.service.d/x.conf",
	       "[Service]\nExecStart=\nExecStart=/usr/bin/pipenv run /srv/%i/bin/gunicorn "
	       "shop:app\n");
	expect(8000, PM_PROTOCOL_TCP, "known", NULL);
	process.is_units_user = PM_NO;
	expect(8000, PM_PROTOCOL_TCP, "mismatch", NULL);
	process.is_units_user = PM_UNKNOWN;
	process.running.title = "jupyter-lab";
	expect(8888, PM_PROTOCOL_TCP, "mismatch", NULL);
}
END_TEST

/* Addresses, families, what a line sets for those behind it; two that read files of their own. */
START_TEST(inetd_addresses)
{
	process.exe.path = "/usr/sbin/inetd";
	process.pid = 812;
	config("inetd", "/etc/inetd.conf",
	       "192.0.2.1:\nfinger stream tcp nowait root /usr/local/bin/a a\n*:\n"
	       "finger stream tcp4 nowait root /usr/sbin/in.fingerd in.fingerd\n"
	       "gopher stream tcp,sndbuf=64k nowait root /usr/local/bin/c c\n"
	       "[2001:db8::1],[::1]:finger stream tcp6 nowait root /bin/sh sh -c "
	       "'exec /usr/sbin/in.fingerd -x'\n"
	       "somewhere:telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n");
	config("inetd", "/srv/other.conf", "finger stream tcp nowait root /usr/local/bin/b b\n");
	configs[0].pid = 812;
	configs[1].pid = 813;
	expect(79, PM_PROTOCOL_TCP, "match", "/usr/sbin/in.fingerd");
	expect(70, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/c");
	memcpy(listener.address, (const uint8_t[]){192, 0, 2, 1}, 4);
	expect(79, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/a");
	expect(23, PM_PROTOCOL_TCP, "unknown", "/usr/sbin/telnetd");
	memset(listener.address, 0, 4);
	ipv6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1");
	expect(79, PM_PROTOCOL_TCP, "match", "/usr/sbin/in.fingerd");
	memset(listener.address, 0, 16);
	expect(79, PM_PROTOCOL_TCP, "unknown", NULL);
	process.pid = 813;
	expect(79, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/b");
}
END_TEST

START_TEST(xinetd_addresses)
{
	process.exe.path = "/usr/sbin/xinetd";
	process.pid = 812;
	config("xinetd", "/etc/xinetd.d/a",
	       "service finger\n{\n id = off\n server = /usr/local/bin/a\n}\n"
	       "service finger\n{\n bind = 192.0.2.1\n socket_type = stream\n"
	       " server = /usr/local/bin/b\n}\nservice finger\n{\n flags = IPv6\n"
	       " server = /usr/local/bin/c\n}\nservice finger\n{\n server = /usr/sbin/tcpd\n"
	       " server_args = /usr/sbin/in.fingerd -x\n}\n"
	       "service telnet\n{\n type = TCPMUX UNLISTED\n server = /usr/local/bin/d\n}\n"
	       "service web\n{\n port = 3643\n redirect = 192.0.2.9 80\n}\n");
	config("xinetd", "/etc/xinetd.conf", "defaults\n{\n disabled = off\n}\n");
	config("inetd", "/etc/inetd.conf", "telnet stream tcp nowait root /usr/sbin/telnetd t\n");
	configs[0].pid = configs[1].pid = configs[2].pid = 812;
	expect(79, PM_PROTOCOL_TCP, "match", "/usr/sbin/in.fingerd");
	expect(23, PM_PROTOCOL_TCP, "match", "/usr/sbin/telnetd");
	expect(3643, PM_PROTOCOL_TCP, "unknown", "192.0.2.9 80");
	memcpy(listener.address, (const uint8_t[]){192, 0, 2, 1}, 4);
	expect(79, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/b");
	memset(listener.address, 0, 4);
	listener.family = PM_INET6;
	expect(79, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/c");
}
END_TEST

/* "+=" adds to what was said, "-=" takes away from it: xinetd.conf(5). */
START_TEST(xinetd_lists)
{
	process.exe.path = "/usr/sbin/xinetd";
	process.pid = 812;
	config("xinetd", "/etc/xinetd.conf",
	       "defaults\n{\n disabled = first second\n disabled += third\n disabled -= "
	       "second\n}\n");
	config("xinetd", "/etc/xinetd.d/a",
	       "service finger\n{\n id = first\n server = /usr/local/bin/a\n}\n"
	       "service finger\n{\n id = third\n server = /usr/local/bin/b\n}\n"
	       "service finger\n{\n flags = REUSE IPv6\n flags -= IPv6\n id = second\n"
	       " server = /usr/sbin/in.fingerd\n}\n"
	       "service mine\n{\n port = 3643\n flags += IPv6 NODELAY\n"
	       " server = /usr/local/bin/juggle\n}\n");
	configs[0].pid = configs[1].pid = 812;
	expect(79, PM_PROTOCOL_TCP, "match", "/usr/sbin/in.fingerd");
	expect(3643, PM_PROTOCOL_TCP, "unknown", NULL);
	listener.family = PM_INET6;
	expect(3643, PM_PROTOCOL_TCP, "mismatch", "/usr/local/bin/juggle");
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
	tcase_add_test(tcase, addresses_of_units);
	tcase_add_loop_test(tcase, commands_of_units, 0, PM_COUNT(commands));
	tcase_add_test(tcase, several_units);
	tcase_add_test(tcase, inetd_addresses);
	tcase_add_test(tcase, titles);
	tcase_add_test(tcase, xinetd_addresses);
	tcase_add_test(tcase, xinetd_lists);
	tcase_add_test(tcase, docker_proxy);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* Holding a snapshot to a policy: each kind of violation, which rule decides, and what is told. */
#include <portmote/policy.h>

#include <check.h>

#include "expect.h"

enum who {
	SSHD,	 /* root's, in ssh.service */
	EVE,	 /* a file in /tmp */
	WEB,	 /* nginx in a docker container */
	CLAIMED, /* nginx, in what eve calls a container */
	STRANGE, /* sshd, as eve shows it in a user namespace of her own */
	INIT,	 /* systemd, that holds a listener for ssh.service */
	APP,	 /* python that runs an application; its user has no name */
	WORKERS,
	KERNEL = WORKERS,
	NAMELESS, /* the kernel, which does not say what for */
	NOBODY,
	DENIED,
};

static struct pm_process processes[WORKERS] = {
	[SSHD] = {.pid = 800,
		  .has_uid = true,
		  .user = "root",
		  .unit = "ssh.service",
		  .cgroup = "/system.slice/ssh.service",
		  .exe = {.path = "/usr/sbin/sshd"}},
	[EVE] = {.pid = 801,
		 .uid = 1000,
		 .has_uid = true,
		 .user = "eve",
		 .exe = {.path = "/tmp/a\\x0ab"}},
	[WEB] = {.pid = 802,
		 .has_uid = true,
		 .user = "root",
		 .exe = {.path = "/usr/sbin/nginx"},
		 .container = {.runtime = "docker", .id = "0123456789ab", .name = "web"}},
	[CLAIMED] = {.pid = 803,
		     .uid = 1000,
		     .has_uid = true,
		     .user = "eve",
		     .exe = {.path = "/usr/sbin/nginx"},
		     .container = {.runtime = "docker", .id = "0123456789ab", .is_claim = true}},
	[STRANGE] = {.pid = 804,
		     .uid = 1000,
		     .has_uid = true,
		     .user = "eve",
		     .own_userns = PM_YES,
		     .exe = {.path = "/usr/sbin/sshd"}},
	[INIT] = {.pid = 1,
		  .has_uid = true,
		  .user = "root",
		  .exe = {.path = "/usr/lib/systemd/systemd"}},
	[APP] = {.pid = 805,
		 .uid = 4711,
		 .has_uid = true,
		 .exe = {.path = "/usr/bin/python3.11"},
		 .running = {.runtime = "python3", .kind = PM_RUNS_SCRIPT, .name = "app.py"}},
};

/* One listener, or several at most. */
enum { MOST = 4 };

struct heard {
	uint16_t port;
	enum pm_protocol protocol;
	enum who who;
	enum pm_exposure exposure;
	enum pm_verdict_kind verdict;
	unsigned flags;
	size_t netns;
	enum pm_state state;
};

static struct pm_netns netns[3];
static struct pm_listener listeners[MOST];
static struct pm_label labels[MOST];
static struct pm_verdict verdicts[MOST];
static struct pm_snapshot snapshot;
static struct pm_judgement judgement;
static struct pm_policy policy;
static struct pm_check check;

/* 2027-01-31, noon */
static const int64_t noon = 1801353600 + 12 * 3600;

static void set_up(void)
{
	for (size_t i = 0; i < PM_COUNT(netns); i++)
		netns[i] = (struct pm_netns){
			.ephemeral_first = 32768, .ephemeral_last = 60999, .has_ephemeral = i != 2};
	netns[0].label = "host";
	netns[1].label = "web";
	snapshot = (struct pm_snapshot){
		.time = noon, .netns = netns, .netns_count = 3, .listeners = listeners};
	judgement = (struct pm_judgement){.verdicts = verdicts};
}

static void tear_down(void)
{
	pm_check_release(&check);
	pm_policy_release(&policy);
}

static enum pm_owner_kind kind_of(enum who who)
{
	return who < WORKERS	 ? PM_OWNER_PROCESS
	       : who <= NAMELESS ? PM_OWNER_KERNEL
	       : who == NOBODY	 ? PM_OWNER_NONE
				 : PM_OWNER_DENIED;
}

static void listen_to(const struct heard *heard)
{
	size_t i = snapshot.listener_count++;

	judgement.count++;
	listeners[i] = (struct pm_listener){
		.netns = heard->netns,
		.protocol = heard->protocol,
		.state = heard->state,
		.port = heard->port,
		.owner = kind_of(heard->who),
		.service = heard->who == KERNEL ? "vxlan" : NULL,
	};
	labels[i] = (struct pm_label){.exposure = heard->exposure};
	verdicts[i] = (struct pm_verdict){
		.kind = heard->verdict,
		.flags = heard->flags,
		.owner = heard->who < WORKERS ? &processes[heard->who] : NULL,
		.behind = heard->who == INIT ? "ssh.service" : NULL,
		.program = heard->who == INIT  ? "sshd"
			   : heard->who == APP ? "app"
					       : NULL,
	};
}

static void hold_to(const char *text)
{
	struct pm_error err = {""};

	tear_down();
	int r = pm_policy_parse("p.yaml", text, strlen(text), pm_registry_builtin(), &policy, &err);
	ck_assert_msg(r == 0, "%s", err.text);
	ck_assert_int_eq(pm_policy_check(&policy, &snapshot, labels, &judgement, &check), 0);
}

static void expect_text(const char *is, const char *wanted)
{
	ck_assert_msg(is == wanted || (is && wanted && !strcmp(is, wanted)), "'%s', not '%s'",
		      is ? is : "NULL", wanted ? wanted : "NULL");
}

/* ---- one listener, one policy ------------------------------------------------------ */

#define DENY	  "portmote: 1\nfail-on: [impostor, mismatch, high]\nlisteners:\n"
#define JUDGE	  "portmote: 1\nfail-on: [impostor, mismatch, high]\ndefault: judge\nlisteners:\n"
#define DENY_ALL  "portmote: 1\nfail-on: [impostor, mismatch, high]\n"
#define JUDGE_ALL "portmote: 1\nfail-on: [impostor, mismatch, high]\ndefault: judge\n"
#define TCP	  PM_PROTOCOL_TCP
#define UDP	  PM_PROTOCOL_UDP
#define ANY	  PM_EXPOSURE_ANY
#define MATCH	  PM_VERDICT_MATCH

#define HEARD(port_, protocol_, who_, exposure_, verdict_, ...)                                    \
	{                                                                                          \
		.port = port_, .protocol = protocol_, .who = who_, .exposure = exposure_,          \
		.verdict = verdict_, ##__VA_ARGS__                                                 \
	}

/* By the rule on the line; 0: by the default, or not looked at. */
#define ALLOWED(line_)	 .line = line_
#define FORBIDDEN(line_) .kind = "not-allowed", .line = line_
#define JUDGED(found_)	 .kind = "verdict", .found = found_
#define BROKEN(kind_, line_, expected_, found_)                                                    \
	.kind = kind_, .line = line_, .expected = expected_, .found = found_

static const struct held {
	const char *policy;
	struct heard heard;
	const char *kind;
	size_t line;
	const char *expected, *found;
} cases[] = {
	/* Ports. */
	{DENY "- port: 22/tcp\n", HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: ssh/tcp\n", HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: 22/tcp\n", HEARD(22, PM_PROTOCOL_MPTCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: 22/udp\n", HEARD(22, PM_PROTOCOL_UDPLITE, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: 22/udp\n", HEARD(22, TCP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: 22/tcp\n", HEARD(22, UDP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: 22/tcp\n", HEARD(22, PM_PROTOCOL_UDPLITE, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: 21-23/tcp\n", HEARD(20, TCP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: 21-23/tcp\n", HEARD(21, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: 21-23/tcp\n", HEARD(23, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: 21-23/tcp\n", HEARD(24, TCP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: [1/tcp, 65535/tcp]\n", HEARD(65535, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: ephemeral/udp\n", HEARD(32767, UDP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: ephemeral/udp\n", HEARD(32768, UDP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: ephemeral/udp\n", HEARD(60999, UDP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- port: ephemeral/udp\n", HEARD(61000, UDP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- port: ephemeral/udp\n", HEARD(40000, TCP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- {port: ephemeral/udp, netns: any}\n",
	 HEARD(40000, UDP, SSHD, ANY, MATCH, .netns = 2), FORBIDDEN(0)},
	/* What is no port that listens is not looked at. */
	{DENY_ALL, HEARD(0, PM_PROTOCOL_RAW, EVE, ANY, PM_VERDICT_IMPOSTOR), ALLOWED(0)},
	{DENY_ALL, HEARD(0, PM_PROTOCOL_PACKET, EVE, ANY, PM_VERDICT_IMPOSTOR), ALLOWED(0)},
	{DENY_ALL, HEARD(22, TCP, EVE, ANY, PM_VERDICT_IMPOSTOR, .state = PM_STATE_BOUND),
	 ALLOWED(0)},
	{DENY_ALL, HEARD(22, UDP, EVE, ANY, PM_VERDICT_IMPOSTOR, .state = PM_STATE_CONNECTED),
	 ALLOWED(0)},
	/* Namespaces. */
	{DENY "- port: 22/tcp\n", HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 1), FORBIDDEN(0)},
	{DENY "- {port: 22/tcp, netns: host}\n", HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, netns: host}\n", HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 1),
	 FORBIDDEN(0)},
	{DENY "- {port: 22/tcp, netns: web}\n", HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 1),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, netns: 'w*'}\n", HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 1),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, netns: web}\n", HEARD(22, TCP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{DENY "- {port: 22/tcp, netns: '*'}\n", HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 2),
	 FORBIDDEN(0)}, /* it has no name */
	{DENY "- {port: 22/tcp, netns: any}\n", HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 2),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, netns: any}\n", HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	/* Owners. */
	{DENY "- {port: 22/tcp, owner: {exe: /usr/sbin/sshd, user: root}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {exe: /usr/sbin/sshd, user: root}}\n",
	 HEARD(22, TCP, EVE, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe /usr/sbin/sshd, user root", "exe /tmp/a\\x0ab, user eve")},
	{DENY "- {port: 22/tcp, owner: {exe: /usr/sbin/sshd, user: bob}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), BROKEN("wrong-owner", 4, "user bob", "user root")},
	{DENY "- {port: 22/tcp, owner: {unit: nginx.service}}\n", HEARD(22, TCP, EVE, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "unit nginx.service", "no unit")},
	{DENY "- {port: 22/tcp, owner: {exe: /usr/bin/*}}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe /usr/bin/*", "exe /usr/sbin/sshd")},
	{DENY "- {port: 22/tcp, owner: {exe: '/usr/*/ss?[a-d]'}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {exe: /usr/*}}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {exe: '/tmp/a\\x0ab'}}\n", HEARD(22, TCP, EVE, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {exe: \"/tmp/a\\nb\"}}\n", HEARD(22, TCP, EVE, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {exe: /tmp/ax0ab}}\n", HEARD(22, TCP, EVE, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe /tmp/ax0ab", "exe /tmp/a\\x0ab")},
	{DENY "- {port: 22/tcp, owner: {unit: 'ssh*.service'}}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {program: sshd}}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {user: 0}}\n", HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {user: 4711}}\n", HEARD(22, TCP, APP, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {program: app}}\n", HEARD(22, TCP, APP, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {program: app.py}}\n", HEARD(22, TCP, APP, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {program: python3}}\n", HEARD(22, TCP, APP, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "program python3", "program app")},
	{DENY "- {port: 22/tcp, owner: {unit: ssh.service}}\n", HEARD(22, TCP, INIT, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: [{exe: /bin/no}, {unit: ssh.service}]}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: [{exe: /bin/no, user: root}, {unit: no.service}]}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe /bin/no or unit no.service",
		"exe /usr/sbin/sshd, unit ssh.service")},
	{DENY "- {port: 22/tcp, owner: {kernel: vxlan}}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "kernel vxlan", "exe /usr/sbin/sshd")},
	{DENY "- {port: 22/udp, owner: {kernel: vxlan}}\n", HEARD(22, UDP, KERNEL, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/udp, owner: {kernel: '*'}}\n", HEARD(22, UDP, NAMELESS, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/udp, owner: {kernel: '?*'}}\n", HEARD(22, UDP, NAMELESS, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "kernel ?*", "kernel")},
	{DENY "- {port: 22/udp, owner: {exe: '*'}}\n", HEARD(22, UDP, KERNEL, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe *", "kernel vxlan")},
	/* Who is not known is nobody in particular. */
	{DENY "- {port: 22/tcp, owner: {exe: '*'}}\n",
	 HEARD(22, TCP, DENIED, ANY, PM_VERDICT_UNKNOWN),
	 BROKEN("wrong-owner", 4, "exe *", "no owner that could be seen (denied)")},
	{DENY "- {port: 22/tcp, owner: {kernel: '*'}}\n",
	 HEARD(22, TCP, NOBODY, ANY, PM_VERDICT_UNKNOWN),
	 BROKEN("wrong-owner", 4, "kernel *", "no owner that could be seen (none)")},
	{DENY "- {port: 22/tcp}\n", HEARD(22, TCP, NOBODY, ANY, PM_VERDICT_UNKNOWN), ALLOWED(4)},
	/* Containers, and what a user calls one. */
	{DENY "- {port: 22/tcp, owner: {container: web}}\n", HEARD(22, TCP, WEB, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {container: docker/w*}}\n", HEARD(22, TCP, WEB, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {container: docker/012*}}\n",
	 HEARD(22, TCP, WEB, ANY, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {container: podman/web}}\n", HEARD(22, TCP, WEB, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "container podman/web", "container docker/web")},
	{DENY "- {port: 22/tcp, owner: {container: '*'}}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "container *", "no container")},
	{DENY "- {port: 22/tcp, owner: {container: docker/*}}\n",
	 HEARD(22, TCP, CLAIMED, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "container docker/*",
		"container docker/0123456789ab by its user's word")},
	{DENY "- {port: 22/tcp, owner: {container: docker/*, user: eve}}\n",
	 HEARD(22, TCP, CLAIMED, ANY, MATCH), ALLOWED(4)},
	/* A user namespace of one's own. */
	{DENY "- {port: 22/tcp, owner: {exe: /usr/sbin/sshd}}\n",
	 HEARD(22, TCP, STRANGE, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe /usr/sbin/sshd", "exe /usr/sbin/sshd by its user's word")},
	{DENY "- {port: 22/tcp, owner: {program: sshd}}\n", HEARD(22, TCP, STRANGE, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "program sshd", "program sshd by its user's word")},
	{DENY "- {port: 22/tcp, owner: {exe: /usr/sbin/sshd, user: eve}}\n",
	 HEARD(22, TCP, STRANGE, ANY, MATCH), ALLOWED(4)},
	/* Exposure. */
	{DENY "- {port: 22/tcp, exposure: loopback}\n",
	 HEARD(22, TCP, SSHD, PM_EXPOSURE_LOOPBACK, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, exposure: private}\n",
	 HEARD(22, TCP, SSHD, PM_EXPOSURE_LINK_LOCAL, MATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, exposure: private}\n",
	 HEARD(22, TCP, SSHD, PM_EXPOSURE_PUBLIC, MATCH),
	 BROKEN("too-exposed", 4, "at most private", "public")},
	{DENY "- {port: 22/tcp, exposure: loopback}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("too-exposed", 4, "at most loopback", "any")},
	{JUDGE "- {port: 22/tcp, exposure: loopback}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("too-exposed", 5, "at most loopback", "any")},
	{JUDGE "- {port: 22/tcp, exposure: none}\n",
	 HEARD(22, TCP, SSHD, PM_EXPOSURE_LOOPBACK, MATCH), FORBIDDEN(5)},
	{JUDGE "- {port: 22/tcp, exposure: none, owner: {user: eve}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(0)},
	{JUDGE "- {port: 22/tcp, exposure: none}\n- {port: 22/tcp, owner: {user: root}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(6)},
	{JUDGE "- {port: 22/tcp, exposure: none}\n- {port: 22/tcp, owner: {user: root}}\n",
	 HEARD(22, TCP, EVE, ANY, MATCH), FORBIDDEN(5)},
	/* To the end of the day. */
	{DENY "- {port: 22/tcp, expires: 2027-01-31}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 ALLOWED(4)},
	{DENY "- {port: 22/tcp, expires: 2027-01-30}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("expired", 4, "no later than 2027-01-30", "2027-01-31")},
	{JUDGE "- {port: 22/tcp, expires: 2027-01-30}\n", HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("expired", 5, "no later than 2027-01-30", "2027-01-31")},
	{DENY "- {port: 22/tcp, expires: 2027-01-30}\n- port: 22/tcp\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(5)},
	/* The nearest decides; of equals the first. */
	{DENY "- {port: 22/tcp, owner: {exe: /a}}\n- {port: 22/tcp, owner: {exe: /b}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("wrong-owner", 4, "exe /a", "exe /usr/sbin/sshd")},
	{DENY "- {port: 22/tcp, owner: {exe: /a}}\n"
	      "- {port: 22/tcp, owner: {user: root}, exposure: loopback}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), BROKEN("too-exposed", 5, "at most loopback", "any")},
	{DENY "- {port: 22/tcp, exposure: private}\n- {port: 22/tcp, expires: 2026-12-31}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH),
	 BROKEN("expired", 5, "no later than 2026-12-31", "2027-01-31")},
	{DENY "- {port: 22/tcp, owner: {exe: /a}}\n- port: 1-1024/tcp\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(5)},
	{DENY "- port: 22/tcp\n- {port: 22/tcp, owner: {user: root}}\n",
	 HEARD(22, TCP, SSHD, ANY, MATCH), ALLOWED(4)},
	/* Verdicts and flags. */
	{JUDGE_ALL, HEARD(23, TCP, SSHD, ANY, MATCH), ALLOWED(0)},
	{JUDGE_ALL, HEARD(23, TCP, SSHD, ANY, PM_VERDICT_UNREGISTERED), ALLOWED(0)},
	{JUDGE_ALL, HEARD(23, TCP, SSHD, ANY, PM_VERDICT_MISMATCH), JUDGED("mismatch")},
	{JUDGE_ALL,
	 HEARD(23, TCP, SSHD, ANY, PM_VERDICT_IMPOSTOR,
	       .flags = 1u << PM_FLAG_PORT_SHARED | 1u << PM_FLAG_DELETED | 1u << PM_FLAG_HIDDEN),
	 JUDGED("impostor, port-shared, hidden")},
	{"portmote: 1\ndefault: judge\nfail-on: [deleted]\n",
	 HEARD(23, TCP, SSHD, ANY, PM_VERDICT_IMPOSTOR, .flags = 1u << PM_FLAG_PORT_SHARED),
	 ALLOWED(0)},
	{"portmote: 1\ndefault: judge\nfail-on: [deleted]\n",
	 HEARD(23, TCP, SSHD, ANY, MATCH, .flags = 1u << PM_FLAG_DELETED), JUDGED("deleted")},
	{DENY_ALL, HEARD(23, TCP, SSHD, ANY, PM_VERDICT_MISMATCH), FORBIDDEN(0)},
	{DENY "- port: 22/tcp\n", HEARD(22, TCP, SSHD, ANY, PM_VERDICT_MISMATCH),
	 JUDGED("mismatch")},
	/* A rule that names the owner says that he belongs there, and no more. */
	{DENY "- {port: 22/tcp, owner: {user: root}}\n",
	 HEARD(22, TCP, SSHD, ANY, PM_VERDICT_MISMATCH), ALLOWED(4)},
	{DENY "- {port: 22/tcp, owner: {user: root}}\n",
	 HEARD(22, TCP, SSHD, ANY, PM_VERDICT_IMPOSTOR), JUDGED("impostor")},
	{DENY "- {port: 22/tcp, owner: {user: root}}\n",
	 HEARD(22, TCP, SSHD, ANY, PM_VERDICT_MISMATCH, .flags = 1u << PM_FLAG_PORT_SHARED),
	 JUDGED("port-shared")},
	/* Listeners of containers that no rule speaks of. */
	{DENY_ALL, HEARD(80, TCP, WEB, ANY, MATCH), ALLOWED(0)},
	{DENY_ALL, HEARD(80, TCP, WEB, ANY, PM_VERDICT_MISMATCH), JUDGED("mismatch")},
	{"portmote: 1\ncontainers: deny\ndefault: judge\n", HEARD(80, TCP, WEB, ANY, MATCH),
	 FORBIDDEN(0)},
	{"portmote: 1\ncontainers: ignore\n",
	 HEARD(80, TCP, WEB, ANY, PM_VERDICT_IMPOSTOR, .flags = 1u << PM_FLAG_HIDDEN), ALLOWED(0)},
	{"portmote: 1\ncontainers: ignore\n", HEARD(80, TCP, SSHD, ANY, MATCH), FORBIDDEN(0)},
	{"portmote: 1\ncontainers: ignore\n", HEARD(80, TCP, CLAIMED, ANY, MATCH), FORBIDDEN(0)},
	{"portmote: 1\ncontainers: ignore\nlisteners: [{port: 80/tcp, exposure: loopback}]\n",
	 HEARD(80, TCP, WEB, ANY, MATCH), BROKEN("too-exposed", 3, "at most loopback", "any")},
};

START_TEST(one_listener)
{
	const struct held *held = &cases[_i];

	listen_to(&held->heard);
	hold_to(held->policy);
	const struct pm_policy_rule *allowed = check.rules[0];
	if (!held->kind) {
		ck_assert_msg(!check.violation_count, "%s, expected %s, found %s",
			      pm_violation_name(check.violations[0].kind),
			      check.violations[0].expected, check.violations[0].found);
		ck_assert_uint_eq(allowed ? allowed->line : 0, held->line);
		return;
	}
	ck_assert_uint_eq(check.violation_count, 1);
	const struct pm_violation *violation = &check.violations[0];
	ck_assert_str_eq(pm_violation_name(violation->kind), held->kind);
	ck_assert_uint_eq(violation->listener, 0);
	ck_assert_uint_eq(violation->rule ? violation->rule->line : 0, held->line);
	expect_text(violation->expected, held->expected);
	expect_text(violation->found, held->found);
	ck_assert((allowed != NULL) ==
		  (violation->kind == PM_VIOLATION_VERDICT && policy.rule_count));
}
END_TEST

/* ---- several ----------------------------------------------------------------------- */

/* In the order of listeners, then of the file; what is missing is told once. */
START_TEST(all_at_once)
{
	static const struct heard heard[] = {
		HEARD(22, TCP, EVE, ANY, MATCH),
		HEARD(23, TCP, SSHD, ANY, MATCH),
		HEARD(25, TCP, SSHD, ANY, MATCH),
		HEARD(26, TCP, SSHD, ANY, PM_VERDICT_IMPOSTOR),
	};

	for (size_t i = 0; i < PM_COUNT(heard); i++)
		listen_to(&heard[i]);
	hold_to(DENY "- {port: 443/tcp, required: true, owner: {unit: nginx.service}}\n"
		     "- {port: 22/tcp, required: true, owner: {user: root}}\n"
		     "- {port: 25/tcp, required: true, exposure: loopback}\n"
		     "- {port: 26/tcp, required: true}\n"
		     "- {port: 80/tcp}\n"
		     "- {port: 81/tcp, required: true}\n"
		     "- {port: 21/tcp, exposure: none}\n"
		     "- {port: 82/tcp, required: true, expires: 2026-01-01}\n");
	static const struct {
		const char *kind;
		size_t listener, line;
		const char *expected;
	} wanted[] = {
		{"wrong-owner", 0, 5, "user root"},
		{"not-allowed", 1, 0, NULL},
		{"too-exposed", 2, 6, "at most loopback"},
		{"verdict", 3, 0, NULL},
		{"missing", PM_NO_LISTENER, 4, "unit nginx.service"},
		{"missing", PM_NO_LISTENER, 9, NULL},
		{"expired", PM_NO_LISTENER, 11, "no later than 2026-01-01"},
	};
	ck_assert_uint_eq(check.violation_count, PM_COUNT(wanted));
	for (size_t i = 0; i < PM_COUNT(wanted); i++) {
		const struct pm_violation *violation = &check.violations[i];

		ck_assert_str_eq(pm_violation_name(violation->kind), wanted[i].kind);
		ck_assert_uint_eq(violation->listener, wanted[i].listener);
		ck_assert_uint_eq(violation->rule ? violation->rule->line : 0, wanted[i].line);
		expect_text(violation->expected, wanted[i].expected);
	}
	ck_assert_uint_eq(check.unused_count, 1);
	ck_assert_uint_eq(check.unused[0]->line, 8);
	ck_assert_uint_eq(check.rules[3]->line, 7);
}
END_TEST

/* IPv4, IPv6, dual-stack and workers of one port: one rule. */
START_TEST(families)
{
	static const struct heard heard = HEARD(22, TCP, SSHD, ANY, MATCH);

	for (size_t i = 0; i < 3; i++)
		listen_to(&heard);
	listeners[1].family = listeners[2].family = PM_INET6;
	listeners[1].v6only = PM_NO;
	listeners[2].v6only = PM_YES;
	hold_to(DENY "- {port: 22/tcp, required: true, exposure: any}\n");
	ck_assert_uint_eq(check.violation_count, 0);
	for (size_t i = 0; i < 3; i++)
		ck_assert_ptr_eq(check.rules[i], &policy.rules[0]);
	hold_to(DENY "- {port: 22/tcp, exposure: loopback}\n");
	ck_assert_uint_eq(check.violation_count, 3);
}
END_TEST

/* The first second of the day after. */
START_TEST(rule_expires_at_midnight)
{
	static const struct heard heard = HEARD(22, TCP, SSHD, ANY, MATCH);

	listen_to(&heard);
	snapshot.time = noon + 12 * 3600 - 1;
	hold_to(DENY "- {port: 22/tcp, expires: 2027-01-31}\n");
	ck_assert_uint_eq(check.violation_count, 0);
	snapshot.time++;
	hold_to(DENY "- {port: 22/tcp, expires: 2027-01-31}\n");
	ck_assert_uint_eq(check.violation_count, 1);
	ck_assert_int_eq(check.violations[0].kind, PM_VIOLATION_EXPIRED);
	ck_assert_str_eq(check.violations[0].found, "2027-02-01");
	ck_assert_uint_eq(check.unused_count, 0);
}
END_TEST

/* A snapshot without the namespace of pid 1: the first, which is our own. */
START_TEST(without_host_our_own_netns_counts)
{
	static const struct heard heard[] = {HEARD(22, TCP, SSHD, ANY, MATCH),
					     HEARD(22, TCP, SSHD, ANY, MATCH, .netns = 1)};

	netns[0].label = NULL;
	listen_to(&heard[0]);
	snapshot.netns_count = 1;
	hold_to(DENY "- {port: 22/tcp}\n");
	ck_assert_uint_eq(check.violation_count, 0);
	snapshot.netns_count = 3;
	listen_to(&heard[1]);
	hold_to(DENY "- {port: 22/tcp}\n");
	ck_assert_uint_eq(check.violation_count, 1);
	ck_assert_uint_eq(check.violations[0].listener, 1);
	netns[1].label = "host";
	hold_to(DENY "- {port: 22/tcp}\n");
	ck_assert_uint_eq(check.violation_count, 1);
	ck_assert_uint_eq(check.violations[0].listener, 0);
}
END_TEST

/* Nothing listens, nothing is ruled; and globs that would keep a careless matcher busy. */
START_TEST(ends)
{
	static const struct heard heard = HEARD(22, TCP, SSHD, ANY, MATCH);
	struct pm_buf text = {0};

	hold_to("portmote: 1\n");
	ck_assert_uint_eq(check.violation_count + check.unused_count, 0);
	listen_to(&heard);
	static const char *const parts[] = {"*a", "?*", "[", "[!", "[[:", "*[", "\\"};
	for (size_t i = 0; i < PM_COUNT(parts); i++) {
		pm_buf_clear(&text);
		pm_buf_puts(&text, DENY "- {port: 22/tcp, owner: {exe: '");
		for (size_t k = 0; k < 4096 / strlen(parts[i]); k++)
			pm_buf_puts(&text, parts[i]);
		pm_buf_puts(&text, "'}}\n");
		hold_to(pm_buf_text(&text));
		ck_assert_uint_eq(check.violation_count, 1);
		ck_assert_int_eq(check.violations[0].kind, PM_VIOLATION_OWNER);
	}
	pm_buf_release(&text);
}
END_TEST

/* Missing is what was looked for: not what was narrowed out, or could not be entered. */
static const struct {
	const char *rule, *narrowed;
	bool closed[3];
	unsigned gaps; /* bits 1 << enum pm_gap_what */
	bool is_missing;
} sights[] = {
	{"{port: 53/udp, required: true}", NULL, {0}, 0, true},
	{"{port: 53/udp, required: true}", "--udp", {0}, 0, true},
	{"{port: 53/udp, required: true}", "--tcp", {0}, 0, false},
	{"{port: 53/tcp, required: true}", "--udp", {0}, 0, false},
	{"{port: [53/tcp, 53/udp], required: true}", "--udp", {0}, 0, false},
	{"{port: 53/udp, required: true}", "--ipv4", {0}, 0, false},
	{"{port: 53/udp, required: true}", "--ipv6 --udp", {0}, 0, false},
	{"{port: 53/udp, required: true}", "--port=22,50-60", {0}, 0, true},
	{"{port: 53/udp, required: true}", "--port=22,54-60 --udp", {0}, 0, false},
	{"{port: 59-61/udp, required: true}", "--port=50-60", {0}, 0, false},
	{"{port: 59-61/udp, required: true}", "--port=50-60,61", {0}, 0, true},
	{"{port: ephemeral/udp, required: true}", "--port=32768-60999", {0}, 0, false},
	{"{port: 53/udp, required: true}", "--netns=self", {0}, 0, true},
	{"{port: 53/udp, netns: any, required: true}", NULL, {0}, 0, true},
	{"{port: 53/udp, netns: any, required: true}", "--netns=self", {0}, 0, false},
	{"{port: 53/udp, netns: any, required: true}", NULL, {[1] = true}, 0, false},
	{"{port: 53/udp, netns: 'w*', required: true}", NULL, {[2] = true}, 0, false},
	{"{port: 53/udp, netns: 'w*', required: true}", "--netns=web", {0}, 0, false},
	{"{port: 53/udp, netns: web, required: true}", "--netns=web", {0}, 0, true},
	{"{port: 53/udp, netns: blue, required: true}", NULL, {0}, 0, true},
	{"{port: 53/udp, netns: blue, required: true}", "--netns=web", {0}, 0, false},
	{"{port: 53/udp, netns: blue, required: true}", NULL, {0}, 1 << PM_GAP_NAMESPACES, false},
	{"{port: 53/udp, netns: web, required: true}", NULL, {0}, 1 << PM_GAP_NAMESPACES, true},
	{"{port: 53/udp, required: true}", NULL, {0}, 1 << PM_GAP_NAMESPACES, true},
	{"{port: 53/udp, required: true}", NULL, {0}, 1 << PM_GAP_HOLDERS, true},
	{"{port: 53/udp, required: true}", NULL, {0}, 1 << PM_GAP_SOCKETS, false},
	{"{port: 53/udp, required: true}", NULL, {true}, 0, false},
};

START_TEST(what_was_sought)
{
	struct pm_gap gaps[PM_GAP_WHATS];
	char text[256];

	for (size_t i = 0; i < PM_COUNT(netns); i++)
		netns[i].is_closed = sights[_i].closed[i];
	snapshot.narrowed = sights[_i].narrowed;
	snapshot.coverage = (struct pm_coverage){.gaps = gaps};
	for (int what = 0; what < PM_GAP_WHATS; what++)
		if (sights[_i].gaps >> what & 1)
			gaps[snapshot.coverage.gap_count++] =
				(struct pm_gap){.what = (enum pm_gap_what)what, .count = 1};
	snprintf(text, sizeof(text), "%s- %s\n", JUDGE, sights[_i].rule);
	hold_to(text);
	ck_assert_uint_eq(check.violation_count, sights[_i].is_missing);
	ck_assert_uint_eq(check.unsought_count, !sights[_i].is_missing);
}
END_TEST

/* Another namespace alone was looked at, and not the host's. */
START_TEST(host_was_not_sought)
{
	netns[0].label = "web";
	snapshot.netns_count = 1;
	snapshot.narrowed = "--netns=web";
	hold_to(JUDGE "- {port: 22/tcp, required: true}\n");
	ck_assert_uint_eq(check.unsought_count, 1);
	snapshot.narrowed = "--netns=self";
	hold_to(JUDGE "- {port: 22/tcp, required: true}\n");
	ck_assert_uint_eq(check.unsought_count, 0);
}
END_TEST

Suite *suite_policy_check(void);

Suite *suite_policy_check(void)
{
	Suite *suite = suite_create("judge/policy_check");
	TCase *tcase = tcase_create("policy_check");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, one_listener, 0, PM_COUNT(cases));
	tcase_add_test(tcase, all_at_once);
	tcase_add_test(tcase, families);
	tcase_add_test(tcase, rule_expires_at_midnight);
	tcase_add_test(tcase, without_host_our_own_netns_counts);
	tcase_add_test(tcase, ends);
	tcase_add_loop_test(tcase, what_was_sought, 0, PM_COUNT(sights));
	tcase_add_test(tcase, host_was_not_sought);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* Who shares a port with whom: which protocols have their ports in common, which addresses overlap.
 */
#include <portmote/judge.h>

#include <arpa/inet.h>
#include <check.h>

enum { STRANGER, FRIEND };

static struct pm_process processes[] = {
	[STRANGER] = {.pid = 1, .comm = "foo", .exe = {.path = "/usr/bin/foo"}, .has_uid = true},
	[FRIEND] = {.pid = 2, .comm = "sshd", .exe = {.path = "/usr/sbin/sshd"}, .has_uid = true},
};

struct place {
	enum pm_protocol protocol;
	uint8_t last; /* of 127.0.0.x; 0: the wildcard */
	uint16_t port;
};

static const struct pair {
	struct place a, b;
	bool shared;
} pairs[] = {
	{{PM_PROTOCOL_TCP, 0, 22}, {PM_PROTOCOL_TCP, 1, 22}, true},
	{{PM_PROTOCOL_TCP, 0, 22}, {PM_PROTOCOL_TCP, 1, 23}, false},
	{{PM_PROTOCOL_TCP, 2, 22}, {PM_PROTOCOL_TCP, 1, 22}, false},
	{{PM_PROTOCOL_TCP, 1, 22}, {PM_PROTOCOL_TCP, 1, 22}, true},
	{{PM_PROTOCOL_TCP, 0, 22}, {PM_PROTOCOL_MPTCP, 1, 22}, true},
	{{PM_PROTOCOL_MPTCP, 1, 22}, {PM_PROTOCOL_TCP, 1, 22}, true},
	{{PM_PROTOCOL_MPTCP, 1, 22}, {PM_PROTOCOL_MPTCP, 0, 22}, true},
	{{PM_PROTOCOL_TCP, 0, 22}, {PM_PROTOCOL_UDP, 0, 22}, false},
	{{PM_PROTOCOL_UDP, 0, 22}, {PM_PROTOCOL_UDP, 1, 22}, true},
	{{PM_PROTOCOL_UDP, 0, 22}, {PM_PROTOCOL_UDPLITE, 1, 22}, false},
	{{PM_PROTOCOL_UDPLITE, 0, 22}, {PM_PROTOCOL_UDPLITE, 1, 22}, true},
	{{PM_PROTOCOL_RAW, 0, 0}, {PM_PROTOCOL_RAW, 0, 0}, false},
	{{PM_PROTOCOL_PACKET, 0, 0}, {PM_PROTOCOL_PACKET, 0, 0}, false},
};

static struct pm_listener listener_of(const struct place *place, size_t holder)
{
	struct pm_listener listener = {.protocol = place->protocol,
				       .port = place->port,
				       .owner = PM_OWNER_PROCESS,
				       .first_holder = holder,
				       .holders = 1};

	if (place->last)
		memcpy(listener.address, (const uint8_t[]){127, 0, 0, place->last}, 4);
	return listener;
}

/* Others stand between and beside them, on other ports. */
START_TEST(shared)
{
	static size_t holders[] = {STRANGER, FRIEND};
	static struct pm_netns netns;
	const struct place other = {PM_PROTOCOL_TCP, 0, 24}, more = {PM_PROTOCOL_UDP, 1, 21};
	struct pm_listener listeners[] = {
		listener_of(&more, STRANGER),
		listener_of(&pairs[_i].a, STRANGER),
		listener_of(&other, FRIEND),
		listener_of(&pairs[_i].b, FRIEND),
	};
	struct pm_snapshot snapshot = {.netns = &netns,
				       .netns_count = 1,
				       .listeners = listeners,
				       .listener_count = PM_COUNT(listeners),
				       .processes = processes,
				       .process_count = PM_COUNT(processes),
				       .holders = holders,
				       .holder_count = PM_COUNT(holders)};
	struct pm_label *labels = pm_label_all(&snapshot, pm_registry_builtin());
	struct pm_judgement judgement;
	struct pm_error err;

	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(), pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	for (size_t i = 0; i < PM_COUNT(listeners); i++)
		ck_assert_int_eq(judgement.verdicts[i].flags >> PM_FLAG_PORT_SHARED & 1,
				 i % 2 && pairs[_i].shared);
	pm_judgement_release(&judgement);
	free(labels);
}
END_TEST

/* ---- two that both belong there, and users that take each other's packets ----------------------
 */

struct bound {
	const char *address; /* as inet_pton(3) reads it */
	uint32_t uid;
	enum pm_known v6only;
	uint32_t ifindex;
};

static const struct taking {
	struct bound a, b;
	uint16_t port;
	bool shared;
} takings[] = {
	/* A user over root, by a narrower address, or by the same. */
	{{"0.0.0.0", 0, PM_UNKNOWN, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 53, true},
	{{"127.0.0.1", 1000, PM_UNKNOWN, 0}, {"127.0.0.1", 0, PM_UNKNOWN, 0}, 53, true},
	{{"0.0.0.0", 0, PM_UNKNOWN, 0}, {"0.0.0.0", 1000, PM_UNKNOWN, 0}, 53, true},
	{{"::", 0, PM_YES, 0}, {"::1", 1000, PM_NO, 0}, 53, true},
	{{"0.0.0.0", 0, PM_UNKNOWN, 0}, {"0.0.0.0", 1000, PM_UNKNOWN, 3}, 53, true},
	{{"10.0.0.1", 101, PM_UNKNOWN, 0}, {"10.0.0.1", 102, PM_UNKNOWN, 0}, 53, true},
	{{"0.0.0.0", 101, PM_UNKNOWN, 0}, {"10.0.0.1", 102, PM_UNKNOWN, 0}, 53, true},
	/* Through the other family. */
	{{"0.0.0.0", 0, PM_UNKNOWN, 0}, {"::ffff:127.0.0.1", 1000, PM_NO, 0}, 53, true},
	{{"127.0.0.1", 0, PM_UNKNOWN, 0}, {"::ffff:127.0.0.1", 1000, PM_NO, 0}, 53, true},
	{{"::ffff:127.0.0.2", 1000, PM_NO, 0}, {"127.0.0.1", 0, PM_UNKNOWN, 0}, 53, false},
	{{"::", 0, PM_NO, 0}, {"::ffff:127.0.0.1", 1000, PM_NO, 0}, 53, true},
	{{"::", 0, PM_YES, 0}, {"::ffff:127.0.0.1", 1000, PM_NO, 0}, 53, false},
	{{"::", 0, PM_NO, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 53, true},
	{{"::ffff:0.0.0.0", 0, PM_NO, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 53, true},
	{{"::ffff:0.0.0.0", 0, PM_NO, 0}, {"::1", 1000, PM_NO, 0}, 53, false},
	/* Whether it takes IPv4 is not known: nobody is accused of it. */
	{{"::", 0, PM_UNKNOWN, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 53, false},
	{{"::", 0, PM_YES, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 53, false},
	{{"0.0.0.0", 0, PM_UNKNOWN, 0}, {"::1", 1000, PM_NO, 0}, 53, false},
	/* Root over a user, one user, other devices. */
	{{"0.0.0.0", 1000, PM_UNKNOWN, 0}, {"127.0.0.1", 0, PM_UNKNOWN, 0}, 53, false},
	{{"0.0.0.0", 1000, PM_UNKNOWN, 0}, {"0.0.0.0", 0, PM_UNKNOWN, 3}, 53, false},
	{{"0.0.0.0", 1000, PM_UNKNOWN, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 53, false},
	{{"0.0.0.0", 0, PM_UNKNOWN, 2}, {"0.0.0.0", 1000, PM_UNKNOWN, 3}, 53, false},
	{{"127.0.0.1", 0, PM_UNKNOWN, 0}, {"127.0.0.2", 1000, PM_UNKNOWN, 0}, 53, false},
	/* What is sent to groups goes to all of them; what is sent to one address does not. */
	{{"0.0.0.0", 101, PM_UNKNOWN, 0}, {"0.0.0.0", 1000, PM_UNKNOWN, 0}, 5353, false},
	{{"0.0.0.0", 101, PM_UNKNOWN, 0}, {"224.0.0.251", 1000, PM_UNKNOWN, 0}, 5353, false},
	{{"::", 101, PM_NO, 0}, {"0.0.0.0", 1000, PM_UNKNOWN, 0}, 5353, false},
	{{"::", 0, PM_YES, 0}, {"ff02::fb", 1000, PM_NO, 0}, 53, false},
	{{"0.0.0.0", 101, PM_UNKNOWN, 0}, {"127.0.0.1", 1000, PM_UNKNOWN, 0}, 5353, true},
	{{"0.0.0.0", 101, PM_UNKNOWN, 0}, {"0.0.0.0", 1000, PM_UNKNOWN, 0}, 5354, true},
};

static struct pm_listener bound_listener(const struct bound *bound, uint16_t port, size_t holder)
{
	bool is_v6 = strchr(bound->address, ':') != NULL;
	struct pm_listener listener = {.protocol = PM_PROTOCOL_UDP,
				       .family = is_v6 ? PM_INET6 : PM_INET,
				       .port = port,
				       .uid = bound->uid,
				       .v6only = bound->v6only,
				       .has_device = true,
				       .ifindex = bound->ifindex,
				       .owner = PM_OWNER_PROCESS,
				       .first_holder = holder,
				       .holders = 1};

	ck_assert_int_eq(inet_pton(is_v6 ? AF_INET6 : AF_INET, bound->address, listener.address),
			 1);
	return listener;
}

/* Programs of root's that belong there, run by root: only whose socket it is differs. */
START_TEST(taken)
{
	static size_t holders[] = {0, 1};
	static struct pm_netns netns;
	const struct taking *t = &takings[_i];
	const char *path = t->port == 53 ? "/usr/sbin/named" : "/usr/sbin/avahi-daemon";
	struct pm_file exe = {.path = path, .writers = PM_WRITERS_ROOT, .on_host = PM_YES};
	struct pm_process both[] = {
		{.pid = 1, .comm = "a", .exe = exe, .has_uid = true, .own_userns = PM_NO},
		{.pid = 2, .comm = "a", .exe = exe, .has_uid = true, .own_userns = PM_NO}};
	struct pm_listener listeners[] = {bound_listener(&t->a, t->port, 0),
					  bound_listener(&t->b, t->port, 1)};
	struct pm_snapshot snapshot = {.netns = &netns,
				       .netns_count = 1,
				       .listeners = listeners,
				       .listener_count = PM_COUNT(listeners),
				       .processes = both,
				       .process_count = PM_COUNT(both),
				       .holders = holders,
				       .holder_count = PM_COUNT(holders)};
	struct pm_label *labels = pm_label_all(&snapshot, pm_registry_builtin());
	struct pm_judgement judgement;
	struct pm_error err;

	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(), pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	for (size_t i = 0; i < PM_COUNT(listeners); i++) {
		if (t->port != 5354)
			ck_assert_int_eq(judgement.verdicts[i].kind, PM_VERDICT_MATCH);
		ck_assert_int_eq(judgement.verdicts[i].flags >> PM_FLAG_PORT_SHARED & 1, t->shared);
	}
	pm_judgement_release(&judgement);
	free(labels);
}
END_TEST

Suite *suite_judge_shared(void);

Suite *suite_judge_shared(void)
{
	Suite *suite = suite_create("judge_shared");
	TCase *tests = tcase_create("pairs");

	tcase_add_loop_test(tests, shared, 0, PM_COUNT(pairs));
	tcase_add_loop_test(tests, taken, 0, PM_COUNT(takings));
	suite_add_tcase(suite, tests);
	return suite;
}

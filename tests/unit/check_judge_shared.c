/* Who shares a port with whom: which protocols have their ports in common, which addresses overlap. */
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

/* ---- two that both belong there, and users that take each other's packets ---------- */

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

/* ---- any number of them, held against each other one by one ------------------------ */

static uint64_t state;

static unsigned draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 16) % below);
}

/* A file that others can write, one that cannot be named, one of root's. */
static struct pm_process drawn[] = {
	{.pid = 1, .comm = "foo", .exe = {.path = "/usr/bin/foo", .writers = PM_WRITERS_OTHERS}},
	{.pid = 2, .comm = "bar"},
	{.pid = 3, .comm = "named", .exe = {.path = "/usr/sbin/named", .writers = PM_WRITERS_ROOT}},
	{.pid = 4, .comm = "bar", .exe = {.path = "/usr/bin/bar", .writers = PM_WRITERS_ROOT}},
};

static struct pm_listener draw_listener(void)
{
	static const char *const addresses[] = {"0.0.0.0",   "127.0.0.1",	 "127.0.0.2",
						"::",	     "::1",		 "::ffff:127.0.0.1",
						"224.0.0.251", "::ffff:0.0.0.0", "ff02::fb"};
	static const uint16_t ports[] = {53, 53, 5353};
	static const uint32_t uids[] = {0, 0, 101, 1000};
	const struct bound bound = {
		.address = addresses[draw(PM_COUNT(addresses))],
		.uid = uids[draw(PM_COUNT(uids))],
		.v6only = (enum pm_known)draw(3),
		.ifindex = draw(2) ? 0 : draw(3),
	};
	struct pm_listener listener =
		bound_listener(&bound, ports[draw(PM_COUNT(ports))], draw(PM_COUNT(drawn)));

	listener.has_device = draw(8);
	listener.state = draw(8) ? PM_STATE_LISTEN : PM_STATE_BOUND;
	if (!draw(6)) {
		listener.owner = PM_OWNER_DENIED;
		listener.holders = 0;
	}
	return listener;
}

static bool is_all_zero(const uint8_t *bytes, size_t len)
{
	while (len && !*bytes)
		bytes++, len--;
	return !len;
}

/* As 16 bytes, the families in common; all zero for the wildcards of both. */
static void write_address(const struct pm_listener *listener, uint8_t ret[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(ret, listener->address, 16);
	if (listener->family == PM_INET) {
		memcpy(ret, mapped, sizeof(mapped));
		memcpy(ret + sizeof(mapped), listener->address, 4);
	}
	if (!memcmp(ret, mapped, sizeof(mapped)) && is_all_zero(ret + sizeof(mapped), 4))
		memset(ret, 0, 16);
}

static bool is_v4_socket(const struct pm_listener *listener)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return listener->family == PM_INET || !memcmp(listener->address, mapped, sizeof(mapped));
}

static bool may_meet(const struct pm_listener *a, const struct pm_listener *b)
{
	uint8_t x[16], y[16];

	write_address(a, x);
	write_address(b, y);
	bool x_any = is_all_zero(x, 16), y_any = is_all_zero(y, 16);
	bool x_v4 = is_v4_socket(a), y_v4 = is_v4_socket(b);
	bool v4 = (x_v4 || (x_any && a->v6only == PM_NO)) && (y_v4 || (y_any && b->v6only == PM_NO));

	if (a->port != b->port || (!v4 && (x_v4 || y_v4)))
		return false;
	if (a->has_device && b->has_device && a->ifindex && b->ifindex && a->ifindex != b->ifindex)
		return false;
	/* Those of a group, and all of a protocol of groups. */
	for (size_t i = 0; i < 2; i++) {
		const uint8_t *at = i ? y : x;

		if (at[10] == 0xff && at[11] == 0xff && is_all_zero(at, 10) ? at[12] >= 224
									    : at[0] == 0xff)
			return false;
	}
	if (x_any && y_any)
		return a->port != 5353;
	return x_any || y_any || !memcmp(x, y, sizeof(x));
}

static bool takes_from(const struct pm_listener *a, const struct pm_listener *b)
{
	uint8_t x[16], y[16];

	write_address(a, x);
	write_address(b, y);
	return a->uid && a->uid != b->uid && a->state == PM_STATE_LISTEN &&
	       !is_all_zero(x, 16) + (a->has_device && a->ifindex) >=
		       !is_all_zero(y, 16) + (b->has_device && b->ifindex);
}

static bool belongs(const struct pm_verdict *verdict)
{
	return (verdict->kind == PM_VERDICT_MATCH || verdict->kind == PM_VERDICT_KNOWN) &&
	       !(verdict->flags & (1u << PM_FLAG_USER_WRITABLE | 1u << PM_FLAG_UNVERIFIED));
}

static bool collide(const struct pm_listener *a, const struct pm_verdict *v,
		    const struct pm_listener *b, const struct pm_verdict *w)
{
	if (!may_meet(a, b))
		return false;
	if (takes_from(a, b) || takes_from(b, a))
		return true;
	if (belongs(v) && belongs(w))
		return false;
	return a->uid != b->uid ||
	       (v->owner && w->owner &&
		(!v->program || !w->program || strcmp(v->program, w->program) != 0));
}

static void hold_one_by_one(void)
{
	enum { COUNT = 12 };
	static size_t holders[] = {0, 1, 2, 3};
	static struct pm_netns netns;
	struct pm_listener listeners[COUNT];
	struct pm_snapshot snapshot = {.netns = &netns,
				       .netns_count = 1,
				       .listeners = listeners,
				       .processes = drawn,
				       .process_count = PM_COUNT(drawn),
				       .holders = holders,
				       .holder_count = PM_COUNT(holders)};
	struct pm_judgement judgement;
	struct pm_error err;

	snapshot.listener_count = 2 + draw(COUNT - 1);
	for (size_t i = 0; i < snapshot.listener_count; i++)
		listeners[i] = draw_listener();
	struct pm_label *labels = pm_label_all(&snapshot, pm_registry_builtin());
	ck_assert_ptr_nonnull(labels);
	ck_assert_int_eq(pm_judge(&snapshot, pm_registry_builtin(), pm_knowledge_builtin(), labels,
				  &judgement, &err),
			 0);
	for (size_t i = 0; i < snapshot.listener_count; i++) {
		const struct pm_verdict *verdicts = judgement.verdicts;
		bool is_shared = false;

		for (size_t k = 0; k < snapshot.listener_count; k++)
			is_shared |= k != i && collide(&listeners[i], &verdicts[i], &listeners[k],
						       &verdicts[k]);
		ck_assert_int_eq(verdicts[i].flags >> PM_FLAG_PORT_SHARED & 1, is_shared);
	}
	pm_judgement_release(&judgement);
	free(labels);
}

START_TEST(one_by_one)
{
	enum { ROUNDS = 200 };

	state = ((uint64_t)_i + 1) * 0x9e3779b97f4a7c15u | 1;
	for (int round = 0; round < ROUNDS; round++)
		hold_one_by_one();
}
END_TEST

Suite *suite_judge_shared(void);

Suite *suite_judge_shared(void)
{
	Suite *suite = suite_create("judge_shared");
	TCase *tests = tcase_create("pairs");

	tcase_add_loop_test(tests, shared, 0, PM_COUNT(pairs));
	tcase_add_loop_test(tests, taken, 0, PM_COUNT(takings));
	tcase_add_loop_test(tests, one_by_one, 0, 20);
	suite_add_tcase(suite, tests);
	return suite;
}

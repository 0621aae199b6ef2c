/* Who shares a port with whom: which protocols have their ports in common, which addresses overlap.
 */
#include <portmote/judge.h>

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

Suite *suite_judge_shared(void);

Suite *suite_judge_shared(void)
{
	Suite *suite = suite_create("judge_shared");
	TCase *tests = tcase_create("pairs");

	tcase_add_loop_test(tests, shared, 0, PM_COUNT(pairs));
	suite_add_tcase(suite, tests);
	return suite;
}

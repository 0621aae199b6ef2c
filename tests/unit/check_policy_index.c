/* Of many rules, the one that decides is the one that would if each were held against the listener. */
#include "expect.h"
#include "sides.h"

#include <portmote/policy.h>

static uint64_t state;

static unsigned draw(size_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 16) % below);
}

#define DRAW_OF(words) ((words)[draw(PM_COUNT(words))])

enum { RULES = 12, LISTENERS = 10 };

static struct pm_policy_port ports[RULES][2];
static struct pm_policy_owner owners[RULES][2];
static struct pm_policy_rule rules[RULES];

static void draw_port(struct pm_policy_port *port)
{
	static const uint16_t numbers[] = {22, 22, 80, 40000};

	*port = (struct pm_policy_port){.first = DRAW_OF(numbers),
					.protocol = draw(4) ? PM_PROTOCOL_TCP : PM_PROTOCOL_UDP,
					.is_ephemeral = !draw(8)};
	port->last = (uint16_t)(port->first + (draw(6) ? 0 : 100));
}

static void draw_owner(struct pm_policy_owner *owner)
{
	static const char *const exes[] = {NULL, "/usr/sbin/sshd", "/usr/sbin/*", "/usr/sbin/foo"};
	static const char *const programs[] = {NULL, NULL, "sshd", "foo", "f?o", "[s]shd"};
	static const char *const units[] = {NULL, NULL, "sshd.service", "*.service"};
	static const char *const users[] = {NULL, NULL, "root", "0", "7", "*"};
	static const char *const kernels[] = {"*", "vxlan", "wireguard"};

	*owner = (struct pm_policy_owner){.exe = DRAW_OF(exes),
					  .program = DRAW_OF(programs),
					  .unit = DRAW_OF(units),
					  .user = DRAW_OF(users)};
	if (!draw(6))
		*owner = (struct pm_policy_owner){.kernel = DRAW_OF(kernels)};
}

static void draw_rule(size_t i)
{
	static const char *const netns[] = {NULL, NULL, NULL, "any", "a", "b", "?"};

	for (size_t k = 0; k < 2; k++) {
		draw_port(&ports[i][k]);
		draw_owner(&owners[i][k]);
	}
	rules[i] = (struct pm_policy_rule){.line = i + 1,
					   .ports = ports[i],
					   .port_count = 1 + draw(2),
					   .owners = owners[i],
					   .owner_count = draw(4) ? 1 : draw(3),
					   .exposure = (enum pm_exposure)draw(PM_EXPOSURES),
					   .is_denied = !draw(8),
					   .netns = DRAW_OF(netns),
					   .expires = draw(6) ? NULL : "1970-01-01",
					   .expired = 0};
}

static void draw_snapshot(struct made *made)
{
	static const char *const heads[] = {"", "", "", "netns a;", "netns b;", "netns -;"};
	static const char *const places[] = {"tcp 0.0.0.0:22",	 "tcp 127.0.0.1:22",
					     "tcp [::]:80",	 "udp 0.0.0.0:22",
					     "tcp 10.0.0.5:150", "tcp 0.0.0.0:40000"};
	static const char *const programs[] = {"sshd",
					       "foo",
					       "sshd uid=7",
					       "foo exe=/opt/foo",
					       "- owner=kernel service=vxlan",
					       "- owner=none"};

	*made = (struct made){0};
	for (size_t i = 0; i < LISTENERS; i++) {
		struct pm_buf text = {0};

		pm_buf_printf(&text, "%s %s %s", DRAW_OF(heads), DRAW_OF(places),
			      DRAW_OF(programs));
		made_add(made, pm_buf_text(&text));
		pm_buf_release(&text);
	}
	made_judge(made);
}

/* What became of each listener: the rule that decided, and how near it came (0: not at all). */
struct outcome {
	const struct pm_policy_rule *rule;
	int near;
};

static void check(const struct made *made, const struct pm_policy_rule *of, size_t count,
		  struct outcome ret[LISTENERS])
{
	struct pm_policy policy = {.rules = (struct pm_policy_rule *)of, .rule_count = count};
	struct pm_check check;

	ck_assert_int_eq(
		pm_policy_check(&policy, &made->snapshot, made->labels, &made->judgement, &check),
		0);
	for (size_t i = 0; i < LISTENERS; i++)
		ret[i] = (struct outcome){check.rules[i], check.rules[i] ? 4 : 0};
	for (size_t k = 0; k < check.violation_count; k++) {
		const struct pm_violation *violation = &check.violations[k];
		int near = violation->kind == PM_VIOLATION_OWNER     ? 1
			   : violation->kind == PM_VIOLATION_EXPIRED ? 3
								     : 2;

		if (violation->listener != PM_NO_LISTENER && violation->rule)
			ret[violation->listener] = (struct outcome){violation->rule, near};
	}
	pm_check_release(&check);
}

START_TEST(each_by_itself)
{
	enum { ROUNDS = 100 };

	state = ((uint64_t)_i + 1) * 0x9e3779b97f4a7c15u | 1;
	for (int round = 0; round < ROUNDS; round++) {
		struct outcome whole[LISTENERS], one[LISTENERS], best[LISTENERS] = {0};
		struct made made;

		draw_snapshot(&made);
		for (size_t k = 0; k < RULES; k++)
			draw_rule(k);
		check(&made, rules, RULES, whole);
		for (size_t k = 0; k < RULES; k++) {
			check(&made, &rules[k], 1, one);
			for (size_t i = 0; i < LISTENERS; i++)
				if (one[i].near > best[i].near)
					best[i] = one[i];
		}
		for (size_t i = 0; i < LISTENERS; i++)
			EXPECT(whole[i].rule == best[i].rule && whole[i].near == best[i].near);
		made_release(&made);
	}
}
END_TEST

Suite *suite_policy_index(void);

Suite *suite_policy_index(void)
{
	Suite *suite = suite_create("policy_index");
	TCase *tests = tcase_create("rules");

	tcase_add_loop_test(tests, each_by_itself, 0, 20);
	suite_add_tcase(suite, tests);
	return suite;
}

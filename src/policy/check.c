/* Where a snapshot breaks a policy. */
#include "day.h"
#include "index.h"
#include "owner.h"
#include "sight.h"

#include <errno.h>
#include <fnmatch.h>

/* How near a rule comes to a listener: each step includes the ones before. */
enum nearness {
	NEAR_NOT,      /* it speaks of another port or namespace */
	NEAR_PLACE,    /* it has the port, and another owner */
	NEAR_OWNER,    /* ... and the owner, who may not be reached from so far */
	NEAR_EXPOSURE, /* ... and is out of date */
	NEAR_ALL,
};

struct policy_check {
	const struct pm_policy *policy;
	const struct pm_snapshot *snapshot;
	const struct pm_label *labels;
	const struct pm_judgement *judgement;
	struct pm_check *ret;
	size_t home;   /* namespace that a rule means which names none */
	bool *is_used; /* for each rule: it allowed or decided something */
	struct policy_index index;
	bool failed; /* out of memory */
};

static const char *const kinds[PM_VIOLATIONS] = {
	[PM_VIOLATION_NOT_ALLOWED] = "not-allowed", [PM_VIOLATION_OWNER] = "wrong-owner",
	[PM_VIOLATION_EXPOSURE] = "too-exposed",    [PM_VIOLATION_MISSING] = "missing",
	[PM_VIOLATION_EXPIRED] = "expired",	    [PM_VIOLATION_VERDICT] = "verdict",
};

const char *pm_violation_name(enum pm_violation_kind kind)
{
	return kinds[kind];
}

/* ---- which rule -------------------------------------------------------------------- */

static bool policy_has_port(const struct policy_check *check, const struct pm_policy_rule *rule,
			    const struct pm_listener *listener)
{
	enum pm_protocol protocol = pm_protocol_base(listener->protocol);

	for (size_t i = 0; i < rule->port_count; i++) {
		const struct pm_policy_port *port = &rule->ports[i];

		if (port->protocol != protocol)
			continue;
		if (port->is_ephemeral
			    ? pm_is_ephemeral(check->snapshot, listener)
			    : port->first <= listener->port && listener->port <= port->last)
			return true;
	}
	return false;
}

static bool has_netns(const struct policy_check *check, const struct pm_policy_rule *rule,
		      const struct pm_listener *listener)
{
	const char *label = pm_listener_netns(check->snapshot, listener)->label;

	if (!rule->netns)
		return listener->netns == check->home;
	return !strcmp(rule->netns, "any") ||
	       (label && fnmatch(rule->netns, label, FNM_NOESCAPE) == 0);
}

static bool is_expired(const struct policy_check *check, const struct pm_policy_rule *rule)
{
	return rule->expires && check->snapshot->time >= rule->expired;
}

/* A rule that nobody may listen says nothing of those that it does not mean. */
static enum nearness nearness(const struct policy_check *check, const struct pm_policy_rule *rule,
			      size_t i, const struct facts *facts)
{
	const struct pm_listener *listener = &check->snapshot->listeners[i];

	if (!policy_has_port(check, rule, listener) || !has_netns(check, rule, listener))
		return NEAR_NOT;
	if (!owner_fits(rule, facts))
		return rule->is_denied ? NEAR_NOT : NEAR_PLACE;
	if (rule->is_denied || check->labels[i].exposure > rule->exposure)
		return NEAR_OWNER;
	return is_expired(check, rule) ? NEAR_EXPOSURE : NEAR_ALL;
}

/* A listener, and the rule that has come nearest to it so far: of several the first. */
struct policy_search {
	const struct policy_check *check;
	size_t listener;
	const struct facts *facts;
	enum nearness near;
	size_t rule;
};

static void try_rule(struct policy_search *search, size_t rule)
{
	enum nearness near = nearness(search->check, &search->check->policy->rules[rule],
				      search->listener, search->facts);

	if (near < search->near || near == NEAR_NOT ||
	    (near == search->near && rule > search->rule))
		return;
	search->near = near;
	search->rule = rule;
}

static void try_slots(struct policy_search *search, const struct slot *key)
{
	const struct policy_index *index = &search->check->index;

	for (const struct slot *slot = policy_index_find(index, key); slot;
	     slot = policy_index_next(index, slot))
		try_rule(search, slot->rule);
}

/* Rules of this port and namespace whose owner it can be. */
static void try_owners(struct policy_search *search, struct slot key)
{
	key.key = OWNER_KEYS;
	try_slots(search, &key);
	for (key.key = 0; key.key < OWNER_KEYS; key.key++)
		for (size_t i = 0; i < VALUES_MAX && search->facts->values[key.key][i]; i++) {
			key.text = search->facts->values[key.key][i];
			try_slots(search, &key);
		}
}

/* The first rule of this port and namespace that lets somebody else listen there. */
static void try_places(struct policy_search *search, struct slot key)
{
	const struct policy_index *index = &search->check->index;

	key.key = SLOT_PLACE;
	for (const struct slot *slot = policy_index_find(index, &key);
	     slot && (search->near < NEAR_PLACE || slot->rule < search->rule);
	     slot = policy_index_next(index, slot))
		try_rule(search, slot->rule);
}

/* The first of those that come nearest, or NULL. */
static const struct pm_policy_rule *nearest(const struct policy_check *check, size_t i,
					    const struct facts *facts, enum nearness *ret)
{
	const struct pm_listener *listener = &check->snapshot->listeners[i];
	const char *label = pm_listener_netns(check->snapshot, listener)->label;
	const char *const netns[] = {NULL, listener->netns == check->home ? "" : NULL, label};
	struct policy_search search = {.check = check, .listener = i, .facts = facts};
	struct slot key = {.protocol = pm_protocol_base(listener->protocol),
			   .port = listener->port};

	for (size_t k = 0; k < check->index.wide_count; k++)
		try_rule(&search, check->index.wide[k]);
	for (size_t k = 0; k < PM_COUNT(netns); k++) {
		key.netns = netns[k];
		if (!k || netns[k])
			try_owners(&search, key);
	}
	for (size_t k = 0; k < PM_COUNT(netns) && search.near <= NEAR_PLACE; k++) {
		key.netns = netns[k];
		if (!k || netns[k])
			try_places(&search, key);
	}
	*ret = search.near;
	return search.near == NEAR_NOT ? NULL : &check->policy->rules[search.rule];
}

/* ---- violations ---------------------------------------------------------------------- */

/* The content of `text`, NULL where it is empty; releases it. */
static const char *policy_keep(struct policy_check *check, struct pm_buf *text)
{
	const char *copy =
		text->len ? pm_arena_copy(&check->ret->arena, text->data, text->len) : NULL;

	check->failed |= text->failed || (text->len && !copy);
	pm_buf_release(text);
	return copy;
}

static struct pm_violation *policy_add_violation(struct policy_check *check,
						 enum pm_violation_kind kind, size_t listener,
						 const struct pm_policy_rule *rule)
{
	struct pm_violation *violation = &check->ret->violations[check->ret->violation_count++];

	*violation = (struct pm_violation){.kind = kind, .listener = listener, .rule = rule};
	return violation;
}

static void expect_owner(struct policy_check *check, struct pm_violation *violation,
			 const struct facts *facts)
{
	struct pm_buf expected = {0};

	owner_expected(violation->rule, facts, &expected);
	violation->expected = policy_keep(check, &expected);
}

static void break_owner(struct policy_check *check, size_t i, const struct pm_policy_rule *rule,
			const struct facts *facts)
{
	struct pm_violation *violation = policy_add_violation(check, PM_VIOLATION_OWNER, i, rule);
	struct pm_buf found = {0};

	expect_owner(check, violation, facts);
	owner_found(rule, facts, &found);
	violation->found = policy_keep(check, &found);
}

static void break_exposure(struct policy_check *check, size_t i, const struct pm_policy_rule *rule)
{
	struct pm_violation *violation =
		policy_add_violation(check, PM_VIOLATION_EXPOSURE, i, rule);
	struct pm_buf expected = {0};

	pm_buf_printf(&expected, "at most %s", pm_exposure_name(rule->exposure));
	violation->expected = policy_keep(check, &expected);
	violation->found = pm_exposure_name(check->labels[i].exposure);
}

static void break_date(struct policy_check *check, size_t i, const struct pm_policy_rule *rule)
{
	struct pm_violation *violation = policy_add_violation(check, PM_VIOLATION_EXPIRED, i, rule);
	struct pm_buf expected = {0}, found = {0};
	char day[POLICY_DAY_SIZE];

	pm_buf_printf(&expected, "no later than %s", rule->expires);
	pm_buf_puts(&found, policy_day(check->snapshot->time, day));
	violation->expected = policy_keep(check, &expected);
	violation->found = policy_keep(check, &found);
}

static void policy_add_word(struct pm_buf *ret, const char *word)
{
	pm_buf_printf(ret, "%s%s", ret->len ? ", " : "", word);
}

/* The verdict and the flags that are in fail-on, where there are any. */
static void break_verdict(struct policy_check *check, size_t i, const struct pm_policy_rule *rule)
{
	const struct pm_verdict *verdict = &check->judgement->verdicts[i];
	const struct pm_fail_on *fail_on = &check->policy->fail_on;
	bool is_answered = rule && rule->owner_count && verdict->kind != PM_VERDICT_IMPOSTOR;
	bool fails = !is_answered && (fail_on->verdicts >> verdict->kind & 1);
	unsigned flags = 0;
	struct pm_buf found = {0};

	if (fails)
		policy_add_word(&found, pm_verdict_name(verdict->kind));
	for (int i_flag = 0; i_flag < PM_FLAGS; i_flag++) {
		enum pm_flag flag = (enum pm_flag)i_flag;

		if ((verdict->flags >> flag & 1) && pm_flag_fails(flag, fail_on)) {
			policy_add_word(&found, pm_flag_name(flag));
			flags |= 1u << flag;
		}
	}
	if (!found.len && !found.failed)
		return;
	struct pm_violation *violation = policy_add_violation(check, PM_VIOLATION_VERDICT, i, NULL);
	violation->found = policy_keep(check, &found);
	violation->by_verdict = fails;
	violation->flags = flags;
}

/* ---- all of it --------------------------------------------------------------------- */

/* No rule speaks of it. */
static void check_stranger(struct policy_check *check, size_t i)
{
	const struct pm_process *owner = check->judgement->verdicts[i].owner;
	bool is_contained = owner && pm_process_is_contained(owner);

	if (is_contained && check->policy->containers == PM_CONTAINERS_IGNORE)
		return;
	if (is_contained ? check->policy->containers == PM_CONTAINERS_DENY
			 : check->policy->by_default == PM_DEFAULT_DENY)
		policy_add_violation(check, PM_VIOLATION_NOT_ALLOWED, i, NULL);
	else
		break_verdict(check, i, NULL);
}

static void check_listener(struct policy_check *check, size_t i)
{
	const struct pm_listener *listener = &check->snapshot->listeners[i];
	struct facts facts;
	enum nearness near;

	if (listener->state != PM_STATE_LISTEN || !pm_protocol_has_port(listener->protocol))
		return;
	if (owner_facts(listener, &check->judgement->verdicts[i], &check->ret->arena, &facts) < 0) {
		check->failed = true;
		return;
	}
	const struct pm_policy_rule *rule = nearest(check, i, &facts, &near);
	if (rule)
		check->is_used[rule - check->policy->rules] = true;
	if (near == NEAR_NOT)
		check_stranger(check, i);
	else if (near == NEAR_PLACE)
		break_owner(check, i, rule, &facts);
	else if (near == NEAR_OWNER && rule->is_denied)
		policy_add_violation(check, PM_VIOLATION_NOT_ALLOWED, i, rule);
	else if (near == NEAR_OWNER)
		break_exposure(check, i, rule);
	else if (near == NEAR_EXPOSURE)
		break_date(check, i, rule);
	else {
		check->ret->rules[i] = rule;
		break_verdict(check, i, rule);
	}
}

static const struct pm_netns *home_of(const struct policy_check *check)
{
	return check->home < check->snapshot->netns_count ? &check->snapshot->netns[check->home]
							  : NULL;
}

/*
 * A rule that met nothing: what it requires is missing, if it was looked for, or it has ended.
 * Where it decided what is wrong with a listener, that was told; a rule that nobody may listen is
 * as it ought to be.
 */
static void check_unused(struct policy_check *check, const struct pm_policy_rule *rule)
{
	if (rule->is_denied)
		return;
	if (!rule->required)
		check->ret->unused[check->ret->unused_count++] = rule;
	else if (is_expired(check, rule))
		break_date(check, PM_NO_LISTENER, rule);
	else if (!policy_was_sought(check->snapshot, home_of(check), rule))
		check->ret->unsought[check->ret->unsought_count++] = rule;
	else
		expect_owner(
			check,
			policy_add_violation(check, PM_VIOLATION_MISSING, PM_NO_LISTENER, rule),
			NULL);
}

/* The namespace of pid 1; where it is not known which that is, our own, which comes first then. */
static size_t find_home(const struct pm_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->netns_count; i++)
		if (snapshot->netns[i].label && !strcmp(snapshot->netns[i].label, "host"))
			return i;
	return 0;
}

static bool policy_make_room(struct policy_check *check)
{
	struct pm_check *ret = check->ret;
	size_t listeners = check->snapshot->listener_count, rules = check->policy->rule_count;

	ret->violations = pm_arena_alloc(&ret->arena, listeners + rules, sizeof(*ret->violations));
	ret->rules = pm_arena_alloc(&ret->arena, listeners, sizeof(*ret->rules));
	ret->unused = pm_arena_alloc(&ret->arena, rules, sizeof(*ret->unused));
	ret->unsought = pm_arena_alloc(&ret->arena, rules, sizeof(*ret->unsought));
	check->is_used = pm_arena_alloc(&ret->arena, rules, sizeof(*check->is_used));
	return ret->violations && ret->rules && ret->unused && ret->unsought && check->is_used;
}

int pm_policy_check(const struct pm_policy *policy, const struct pm_snapshot *snapshot,
		    const struct pm_label *labels, const struct pm_judgement *judgement,
		    struct pm_check *ret)
{
	struct policy_check check = {
		.policy = policy,
		.snapshot = snapshot,
		.labels = labels,
		.judgement = judgement,
		.ret = ret,
		.home = find_home(snapshot),
	};

	*ret = (struct pm_check){0};
	check.failed = !policy_make_room(&check) || policy_index_make(policy, &check.index) < 0;
	for (size_t i = 0; i < snapshot->listener_count && !check.failed; i++)
		check_listener(&check, i);
	for (size_t i = 0; i < policy->rule_count && !check.failed; i++)
		if (!check.is_used[i])
			check_unused(&check, &policy->rules[i]);
	policy_index_release(&check.index);
	return check.failed ? -ENOMEM : 0;
}

void pm_check_release(struct pm_check *check)
{
	pm_arena_release(&check->arena);
	*check = (struct pm_check){0};
}

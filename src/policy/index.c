/* Rules by what they ask for: of many, few have to be held against a listener. */
#include "index.h"

#include <errno.h>

static int compare_keys(const struct slot *a, const struct slot *b)
{
	int c = PM_CMP(a->protocol, b->protocol);

	if (!c)
		c = PM_CMP(a->port, b->port);
	if (!c)
		c = pm_compare_text(a->netns, b->netns);
	if (!c)
		c = PM_CMP(a->key, b->key);
	return c ? c : pm_compare_text(a->text, b->text);
}

static int compare_slots(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	int c = compare_keys(x, y);

	return c ? c : PM_CMP(x->rule, y->rule);
}

/* A glob that means one text, and that as it stands: a backslash is one, see key_fits(). */
static bool is_literal(const char *glob)
{
	return !strpbrk(glob, "*?[");
}

static const char *netns_of(const struct pm_policy_rule *rule)
{
	if (!rule->netns)
		return "";
	return strcmp(rule->netns, "any") != 0 && is_literal(rule->netns) ? rule->netns : NULL;
}

/* By what the owner is found, where there is one and it has to be just that. */
static void set_owner(const struct pm_policy_rule *rule, struct slot *slot)
{
	slot->key = OWNER_KEYS;
	for (size_t key = 0; key < OWNER_KEYS && rule->owner_count == 1 && !slot->text; key++) {
		const char *glob = policy_glob(&rule->owners[0], key);

		if (!glob || !is_literal(glob))
			continue;
		slot->key = key;
		slot->text = glob;
	}
}

static bool add_slot(struct policy_index *index, const struct slot *slot)
{
	struct slot *room = pm_array_add(&index->slots, &index->count, &index->room, sizeof(*room));

	if (room)
		*room = *slot;
	return room;
}

static bool add_port(struct policy_index *index, const struct pm_policy_rule *rule, size_t i,
		     const struct pm_policy_port *port)
{
	struct slot slot = {.protocol = port->protocol,
			    .port = port->first,
			    .netns = netns_of(rule),
			    .key = SLOT_PLACE,
			    .rule = i};

	if (!add_slot(index, &slot))
		return false;
	set_owner(rule, &slot);
	return add_slot(index, &slot);
}

static bool is_wide(const struct pm_policy_rule *rule)
{
	for (size_t i = 0; i < rule->port_count; i++)
		if (rule->ports[i].is_ephemeral || rule->ports[i].first != rule->ports[i].last)
			return true;
	return false;
}

static bool index_add_rule(struct policy_index *index, const struct pm_policy_rule *rule, size_t i)
{
	bool ok = true;

	if (is_wide(rule)) {
		size_t *room = pm_array_add(&index->wide, &index->wide_count, &index->wide_room,
					    sizeof(*room));

		if (room)
			*room = i;
		return room;
	}
	for (size_t k = 0; k < rule->port_count && ok; k++)
		ok = add_port(index, rule, i, &rule->ports[k]);
	return ok;
}

int policy_index_make(const struct pm_policy *policy, struct policy_index *ret)
{
	*ret = (struct policy_index){0};
	for (size_t i = 0; i < policy->rule_count; i++)
		if (!index_add_rule(ret, &policy->rules[i], i))
			return -ENOMEM;
	if (ret->count)
		qsort(ret->slots, ret->count, sizeof(*ret->slots), compare_slots);
	return 0;
}

void policy_index_release(struct policy_index *index)
{
	free(index->slots);
	free(index->wide);
	*index = (struct policy_index){0};
}

static const struct slot *at_or_null(const struct policy_index *index, size_t at,
				     const struct slot *key)
{
	return at < index->count && !compare_keys(&index->slots[at], key) ? &index->slots[at]
									  : NULL;
}

const struct slot *policy_index_find(const struct policy_index *index, const struct slot *key)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_keys(&index->slots[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return at_or_null(index, low, key);
}

const struct slot *policy_index_next(const struct policy_index *index, const struct slot *slot)
{
	return at_or_null(index, (size_t)(slot - index->slots) + 1, slot);
}

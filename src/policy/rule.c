#include "rule.h"
#include "day.h"
#include "port.h"

#include <errno.h>

const struct key policy_owner_keys[OWNER_KEYS] = {
	[KEY_EXE] = {"exe", policy_take_text, offsetof(struct pm_policy_owner, exe)},
	[KEY_PROGRAM] = {"program", policy_take_text, offsetof(struct pm_policy_owner, program)},
	[KEY_UNIT] = {"unit", policy_take_text, offsetof(struct pm_policy_owner, unit)},
	[KEY_USER] = {"user", policy_take_text, offsetof(struct pm_policy_owner, user)},
	[KEY_CONTAINER] = {"container", policy_take_text,
			   offsetof(struct pm_policy_owner, container)},
	[KEY_KERNEL] = {"kernel", policy_take_text, offsetof(struct pm_policy_owner, kernel)},
};

const char *policy_glob(const struct pm_policy_owner *owner, size_t key)
{
	const char *glob;

	memcpy(&glob, (const char *)owner + policy_owner_keys[key].offset, sizeof(glob));
	return glob;
}

static int take_owner(struct parse *parse, const struct yaml_node *value,
		      struct pm_policy_owner *owner)
{
	int r = policy_take_keys(parse, value, policy_owner_keys, OWNER_KEYS, owner);

	if (r < 0)
		return r;
	if (!value->count)
		return policy_fault(parse, value->place, "'owner': this mapping is empty");
	if (owner->kernel && value->count > 2)
		return policy_fault(parse, value->place,
				    "'owner': the kernel is no process: 'kernel' stands alone");
	return 0;
}

static int take_owners(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct pm_policy_rule *rule = place;
	size_t count = value->kind == NODE_LIST ? value->count : 1;
	int r = 0;

	if (value->kind == NODE_TEXT)
		return policy_want(parse, value, NODE_MAP, "a mapping, or a list of them,");
	if (!count)
		return policy_fault(parse, value->place, "'owner': this list is empty");
	rule->owners = pm_arena_alloc(&parse->policy->arena, count, sizeof(*rule->owners));
	if (!rule->owners)
		return -ENOMEM;
	for (const struct yaml_node *item = policy_first(value); item && r == 0;
	     item = policy_next(value, item))
		r = take_owner(parse, item, &rule->owners[rule->owner_count++]);
	return r;
}

static int take_exposure(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct pm_policy_rule *rule = place;
	const char *words[PM_EXPOSURES + 1];
	size_t which;

	for (int i = 0; i < PM_EXPOSURES; i++)
		words[i] = pm_exposure_name((enum pm_exposure)i);
	words[PM_EXPOSURES] = "none";
	int r = policy_word(parse, value, words, PM_COUNT(words), &which);
	if (r < 0)
		return r;
	rule->is_denied = which == PM_EXPOSURES;
	rule->exposure = rule->is_denied ? PM_EXPOSURE_LOOPBACK : (enum pm_exposure)which;
	return 0;
}

static int take_netns(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct pm_policy_rule *rule = place;
	int r = policy_take_text(parse, value, &rule->netns);

	if (r < 0)
		return r;
	if (!strcmp(rule->netns, "host"))
		rule->netns = NULL;
	return 0;
}

static int take_required(struct parse *parse, const struct yaml_node *value, void *place)
{
	static const char *const words[] = {"false", "true"};
	struct pm_policy_rule *rule = place;
	size_t which;

	int r = policy_word(parse, value, words, PM_COUNT(words), &which);
	if (r < 0)
		return r;
	if (!value->is_plain)
		return policy_fault(parse, value->place,
				    "'required': true or false is wanted here, not text");
	rule->required = which;
	return 0;
}

static const struct key rule_keys[] = {
	{"port", policy_take_ports, 0},
	{"owner", take_owners, 0},
	{"exposure", take_exposure, 0},
	{"netns", take_netns, 0},
	{"required", take_required, 0},
	{"why", policy_take_text, offsetof(struct pm_policy_rule, why)},
	{"expires", policy_take_expires, 0},
};

static int take_rule(struct parse *parse, const struct yaml_node *value,
		     struct pm_policy_rule *rule)
{
	*rule = (struct pm_policy_rule){
		.line = value->place.line,
		.column = value->place.column,
		.exposure = PM_EXPOSURE_ANY,
	};
	int r = policy_take_keys(parse, value, rule_keys, PM_COUNT(rule_keys), rule);
	if (r < 0)
		return r;
	if (!rule->port_count)
		return policy_fault(parse, value->place, "this rule has no key 'port'");
	if (rule->is_denied && (rule->required || rule->expires))
		return policy_fault(
			parse, value->place,
			"'%s' makes no sense with 'exposure: none': nobody may listen there",
			rule->required ? "required" : "expires");
	return 0;
}

int policy_take_rules(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct pm_policy *policy = place;
	int r = policy_want(parse, value, NODE_LIST, "a list");

	if (r < 0)
		return r;
	policy->rules = pm_arena_alloc(&policy->arena, value->count, sizeof(*policy->rules));
	if (!policy->rules)
		return -ENOMEM;
	for (const struct yaml_node *item = value->first; item && r == 0; item = item->next)
		r = take_rule(parse, item, &policy->rules[policy->rule_count++]);
	return r;
}

/* The whole of a policy: portmote-policy(5). */
#include "rule.h"

#include <errno.h>

static int take_version(struct parse *parse, const struct yaml_node *value, void *place)
{
	int r = policy_want(parse, value, NODE_TEXT, "the number 1");

	(void)place;
	if (r < 0)
		return r;
	if (!value->is_plain || strcmp(value->text, "1") != 0)
		return policy_fault(parse, value->place,
				    "'portmote': the form has version 1, and no '%.60s' is known",
				    value->text);
	parse->has_version = true;
	return 0;
}

static int take_default(struct parse *parse, const struct yaml_node *value, void *place)
{
	static const char *const words[] = {
		[PM_DEFAULT_DENY] = "deny",
		[PM_DEFAULT_JUDGE] = "judge",
	};
	struct pm_policy *policy = place;
	size_t which = 0;

	int r = policy_word(parse, value, words, PM_COUNT(words), &which);
	policy->by_default = (enum pm_default)which;
	return r;
}

static int take_containers(struct parse *parse, const struct yaml_node *value, void *place)
{
	static const char *const words[] = {
		[PM_CONTAINERS_JUDGE] = "judge",
		[PM_CONTAINERS_DENY] = "deny",
		[PM_CONTAINERS_IGNORE] = "ignore",
	};
	struct pm_policy *policy = place;
	size_t which = 0;

	int r = policy_word(parse, value, words, PM_COUNT(words), &which);
	policy->containers = (enum pm_containers)which;
	return r;
}

enum { FAIL_FLAGS = PM_VERDICTS, FAIL_SEVERITIES = FAIL_FLAGS + (int)PM_FLAGS };
enum { FAIL_WORDS = FAIL_SEVERITIES + (int)PM_SEVERITIES };

/* Verdicts, flags, severities: no word is in two of them. */
static void fail_words(const char *ret[FAIL_WORDS])
{
	for (int i = 0; i < PM_VERDICTS; i++)
		ret[i] = pm_verdict_name((enum pm_verdict_kind)i);
	for (int i = 0; i < PM_FLAGS; i++)
		ret[FAIL_FLAGS + i] = pm_flag_name((enum pm_flag)i);
	for (int i = 0; i < PM_SEVERITIES; i++)
		ret[FAIL_SEVERITIES + i] = pm_severity_name((enum pm_severity)i);
}

static int take_fail_word(const struct parse *parse, const struct yaml_node *value,
			  struct pm_fail_on *fail_on)
{
	const char *words[FAIL_WORDS];
	size_t which = 0;

	fail_words(words);
	int r = policy_word(parse, value, words, FAIL_WORDS, &which);
	if (r < 0)
		return r;
	if (which < FAIL_FLAGS)
		fail_on->verdicts |= 1u << which;
	else if (which < FAIL_SEVERITIES)
		fail_on->flags |= 1u << (which - FAIL_FLAGS);
	else
		fail_on->severities |= 1u << (which - FAIL_SEVERITIES);
	return 0;
}

static int take_fail_on(struct parse *parse, const struct yaml_node *value, void *place)
{
	struct pm_policy *policy = place;
	int r = policy_want(parse, value, NODE_LIST, "a list");

	policy->fail_on = (struct pm_fail_on){0};
	for (const struct yaml_node *item = r < 0 ? NULL : value->first; item && r == 0;
	     item = item->next)
		r = take_fail_word(parse, item, &policy->fail_on);
	return r;
}

static const struct key keys[] = {
	{"portmote", take_version, 0},	     {"default", take_default, 0},
	{"fail-on", take_fail_on, 0},	     {"containers", take_containers, 0},
	{"listeners", policy_take_rules, 0},
};

static int take_root(struct parse *parse, const struct yaml_node *root)
{
	int r = policy_take_keys(parse, root, keys, PM_COUNT(keys), parse->policy);

	if (r < 0)
		return r;
	if (!parse->has_version)
		return policy_fault(parse, root->place,
				    "the key 'portmote' is missing: portmote: 1");
	return 0;
}

static int policy_read_policy(struct parse *parse, const char *bytes, size_t len)
{
	struct yaml_node *root = NULL;

	if (len > PM_POLICY_MAX)
		return policy_fault(parse, (struct yaml_mark){1, 1}, "more than %zu bytes",
				    PM_POLICY_MAX);
	int r = policy_tree(parse, bytes, len, &root);
	return r < 0 ? r : take_root(parse, root);
}

int pm_policy_parse(const char *path, const char *bytes, size_t len,
		    const struct pm_registry *registry, struct pm_policy *ret, struct pm_error *err)
{
	struct parse parse = {.path = path, .registry = registry, .policy = ret, .err = err};

	*ret = (struct pm_policy){.fail_on = pm_fail_on_default};
	ret->path = pm_arena_escape(&ret->arena, path, strlen(path));
	int r = ret->path ? policy_read_policy(&parse, bytes, len) : -ENOMEM;
	return r == -ENOMEM ? pm_fail(err, r, "%s: out of memory", path) : r;
}

void pm_policy_release(struct pm_policy *policy)
{
	pm_arena_release(&policy->arena);
	*policy = (struct pm_policy){0};
}

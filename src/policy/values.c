#include "values.h"

#include <errno.h>

/* YAML's ways to write that there is nothing. */
static bool is_nothing(const struct yaml_node *node)
{
	return node->kind == NODE_TEXT && node->is_plain &&
	       (!*node->text || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}

static const char *kind_of(const struct yaml_node *node)
{
	static const char *const kinds[] = {"text", "a list", "a mapping"};

	return is_nothing(node) ? "nothing" : kinds[node->kind];
}

int policy_want(const struct parse *parse, const struct yaml_node *node, enum node_kind kind,
		const char *wanted)
{
	if (node->kind == kind && !is_nothing(node))
		return 0;
	return policy_fault(parse, node->place, "'%.60s': %s is wanted here, not %s", node->key,
			    wanted, kind_of(node));
}

static bool is_lower_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* "\xNN" as pm_escape() writes it: what a report says can be copied to a policy. */
static bool is_escape(const char *at)
{
	uint64_t byte;

	return at[0] == '\\' && at[1] == 'x' && is_lower_hex(at[2]) && is_lower_hex(at[3]) &&
	       pm_parse_hex(at + 2, 2, UINT8_MAX, &byte) == 0 &&
	       (byte < 0x20 || byte > 0x7e || strchr("\\#:", (int)byte));
}

/* As long as a path; so no glob is long to match. */
enum { TEXT_MAX = 4096 };

/* The bytes that are meant, of which pm_escape() then makes what a report has. */
static size_t take_bytes(const char *text, char *bytes)
{
	size_t len = 0;
	uint64_t byte;

	for (const char *at = text; *at; len++) {
		bytes[len] = *at;
		if (is_escape(at) && pm_parse_hex(at + 2, 2, UINT8_MAX, &byte) == 0) {
			bytes[len] = (char)byte;
			at += 3;
		}
		at++;
	}
	return len;
}

int policy_take_text(struct parse *parse, const struct yaml_node *value, void *place)
{
	const char **ret = place;
	char bytes[TEXT_MAX];

	int r = policy_want(parse, value, NODE_TEXT, "text");
	if (r < 0)
		return r;
	if (!*value->text)
		return policy_fault(parse, value->place, "'%.60s': this text is empty", value->key);
	if (strlen(value->text) > TEXT_MAX)
		return policy_fault(parse, value->place,
				    "'%.60s': this text has more than %d bytes", value->key,
				    TEXT_MAX);
	*ret = pm_arena_escape(&parse->policy->arena, bytes, take_bytes(value->text, bytes));
	return *ret ? 0 : -ENOMEM;
}

const char *policy_nearest(const char *word, const char *const *words, size_t count)
{
	const char *best = NULL;
	size_t least = 3; /* more than two slips is another word */

	for (size_t i = 0; i < count; i++) {
		size_t steps = pm_distance(word, words[i]);

		if (steps < least && steps < strlen(word)) {
			least = steps;
			best = words[i];
		}
	}
	return best;
}

/* "port, owner, exposure" */
static void list_words(const char *const *words, size_t count, struct pm_buf *ret)
{
	for (size_t i = 0; i < count; i++)
		pm_buf_printf(ret, "%s%s", i ? ", " : "", words[i]);
}

int policy_word(const struct parse *parse, const struct yaml_node *value, const char *const *words,
		size_t count, size_t *ret)
{
	struct pm_buf all = {0};

	int r = policy_want(parse, value, NODE_TEXT, "a word");
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(value->text, words[i])) {
			*ret = i;
			return 0;
		}
	list_words(words, count, &all);
	r = policy_fault(parse, value->place, "'%.60s': '%.60s' is none of %s", value->key,
			 value->text, pm_buf_text(&all));
	pm_buf_release(&all);
	return r;
}

/* ---- keys -------------------------------------------------------------------------- */

enum { KEYS_MAX = 16 };

static int unknown_key(const struct parse *parse, const struct yaml_node *at,
		       const struct key *keys, size_t count)
{
	const char *words[KEYS_MAX];
	struct pm_buf all = {0};

	for (size_t i = 0; i < count; i++)
		words[i] = keys[i].name;
	const char *near = policy_nearest(at->text, words, count);
	if (near)
		return policy_fault(parse, at->place, "there is no key '%.60s'; did you mean '%s'?",
				    at->text, near);
	list_words(words, count, &all);
	int r = policy_fault(parse, at->place, "there is no key '%.60s'; the keys here are %s",
			     at->text, pm_buf_text(&all));
	pm_buf_release(&all);
	return r;
}

static int find_key(const struct parse *parse, const struct yaml_node *at, const struct key *keys,
		    size_t count, size_t *ret)
{
	if (at->kind != NODE_TEXT)
		return policy_fault(parse, at->place, "a key is a word, not %s", kind_of(at));
	for (size_t i = 0; i < count; i++)
		if (!strcmp(at->text, keys[i].name)) {
			*ret = i;
			return 0;
		}
	return unknown_key(parse, at, keys, count);
}

int policy_take_keys(struct parse *parse, const struct yaml_node *map, const struct key *keys,
		     size_t count, void *data)
{
	size_t lines[KEYS_MAX] = {0}, which = 0;
	int r = policy_want(parse, map, NODE_MAP, "a mapping");

	for (const struct yaml_node *at = r < 0 ? NULL : map->first; at && r == 0;
	     at = at->next->next) {
		r = find_key(parse, at, keys, count, &which);
		if (r < 0)
			return r;
		if (lines[which])
			return policy_fault(parse, at->place,
					    "the key '%s' is there twice, first on line %zu",
					    at->text, lines[which]);
		lines[which] = at->place.line;
		r = keys[which].take(parse, at->next, (char *)data + keys[which].offset);
	}
	return r;
}

const struct yaml_node *policy_first(const struct yaml_node *value)
{
	return value->kind == NODE_LIST ? value->first : value;
}

const struct yaml_node *policy_next(const struct yaml_node *value, const struct yaml_node *item)
{
	return value->kind == NODE_LIST ? item->next : NULL;
}

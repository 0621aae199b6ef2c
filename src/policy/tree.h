/*
 * tree: a policy's YAML as a tree: one document, not deep, without what makes one text stand for
 * another.
 */
#ifndef POLICY_TREE_H
#define POLICY_TREE_H

#include <portmote/policy.h>

struct yaml_mark {
	size_t line, column; /* from 1 */
};

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct yaml_node {
	enum node_kind kind;
	struct yaml_mark place;
	const char *key;  /* under which it stands, alone or in a list; as YAML gives it */
	const char *text; /* NODE_TEXT: as YAML gives it, without a NUL within */
	bool is_plain;	  /* NODE_TEXT: without quotes */
	struct yaml_node *first, *last; /* NODE_MAP: a key, its value, the next key, its value */
	struct yaml_node *next;
	size_t count;
};

/* A policy that is being read. */
struct parse {
	const char *path;
	const struct pm_registry *registry;
	struct pm_policy *policy;
	struct pm_error *err;
	size_t services; /* ports that went by a name, so far */
	bool has_version;
};

/* "PATH:LINE:COLUMN: " and the sentence; returns -EINVAL. */
int policy_fault(const struct parse *parse, struct yaml_mark place, const char *format, ...)
	PM_PRINTF(3, 4);

/* All bytes as a tree from the policy's arena. 0, -EINVAL with the sentence, -ENOMEM. */
int policy_tree(const struct parse *parse, const char *bytes, size_t len, struct yaml_node **ret);

#endif

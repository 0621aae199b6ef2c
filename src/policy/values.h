/* values: keys and values of a policy. */
#ifndef POLICY_VALUES_H
#define POLICY_VALUES_H

#include "tree.h"

/* A key that a mapping may have; `place` of its taker is `offset` bytes into what is filled. */
struct key {
	const char *name;
	int (*take)(struct parse *parse, const struct yaml_node *value, void *place);
	size_t offset;
};

/* Take each key of a mapping once, into `data`; a key that is not in the table is a fault. */
int policy_take_keys(struct parse *parse, const struct yaml_node *map, const struct key *keys,
		     size_t count, void *data);

/* `wanted`: "a list". */
int policy_want(const struct parse *parse, const struct yaml_node *node, enum node_kind kind,
		const char *wanted);

/* Text that is not empty, in the alphabet of pm_escape(); a taker, into const char *. */
int policy_take_text(struct parse *parse, const struct yaml_node *value, void *place);

/* Which of the words it is, into `*ret`. */
int policy_word(const struct parse *parse, const struct yaml_node *value, const char *const *words,
		size_t count, size_t *ret);

/* The word that was meant, or NULL. */
const char *policy_nearest(const char *word, const char *const *words, size_t count);

/* What stands alone or in a list: the first, and the one after `item`; NULL at the end. */
const struct yaml_node *policy_first(const struct yaml_node *value);
const struct yaml_node *policy_next(const struct yaml_node *value, const struct yaml_node *item);

#endif

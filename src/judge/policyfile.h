/* policyfile: a policy's YAML as a tree of nodes, and how keys and values are taken from it. */
#ifndef JUDGE_POLICYFILE_H
#define JUDGE_POLICYFILE_H

#include <portmote/policy.h>

struct place {
	size_t line, column; /* from 1 */
};

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct place place;
	const char *key;	   /* under which it stands, alone or in a list; as YAML gives it */
	const char *text;	   /* NODE_TEXT: as YAML gives it, without a NUL within */
	bool is_plain;		   /* NODE_TEXT: without quotes */
	struct node *first, *last; /* NODE_MAP: a key, its value, the next key, its value */
	struct node *next;
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
int policy_fault(const struct parse *parse, struct place place, const char *format, ...)
	PM_PRINTF(3, 4);

/* All bytes as a tree from the policy's arena. 0, -EINVAL with the sentence, -ENOMEM. */
int policy_tree(const struct parse *parse, const char *bytes, size_t len, struct node **ret);

/* Does the byte order mark of UTF-8 begin these? Its length, or 0. */
size_t policy_mark(const char *bytes, size_t len);

/* Refuse what is not UTF-8, and what an editor would not show as it is read. */
int policy_characters(const struct parse *parse, const char *bytes, size_t len);

/* ---- values: each is a fault where the node is something else ---------------------------------
 */

/* A key that a mapping may have; `place` of its taker is `offset` bytes into what is filled. */
struct key {
	const char *name;
	int (*take)(struct parse *parse, const struct node *value, void *place);
	size_t offset;
};

/* Take each key of a mapping once, into `data`; a key that is not in the table is a fault. */
int policy_take_keys(struct parse *parse, const struct node *map, const struct key *keys,
		     size_t count, void *data);

/* `wanted`: "a list". */
int policy_want(const struct parse *parse, const struct node *node, enum node_kind kind,
		const char *wanted);

/* Text that is not empty, in the alphabet of pm_escape(); a taker, into const char *. */
int policy_take_text(struct parse *parse, const struct node *value, void *place);

/* Which of the words it is, into `*ret`. */
int policy_word(const struct parse *parse, const struct node *value, const char *const *words,
		size_t count, size_t *ret);

/* The word that was meant, or NULL. */
const char *policy_nearest(const char *word, const char *const *words, size_t count);

/* What stands alone or in a list: the first, and the one after `item`; NULL at the end. */
const struct node *policy_first(const struct node *value);
const struct node *policy_next(const struct node *value, const struct node *item);

/* ---- rules -------------------------------------------------------------------------------------
 */

/* Takers of a rule's keys and of `listeners`. */
int policy_take_ports(struct parse *parse, const struct node *value, void *rule);
int policy_take_expires(struct parse *parse, const struct node *value, void *rule);
int policy_take_rules(struct parse *parse, const struct node *value, void *policy);

/* The day that an instant lies in, "2027-01-31", into `buf`; returns `buf`. */
#define POLICY_DAY_SIZE 40
const char *policy_day(int64_t time, char *buf);

/* The keys of an owner; each is a glob in struct pm_policy_owner. */
enum { KEY_EXE, KEY_PROGRAM, KEY_UNIT, KEY_USER, KEY_CONTAINER, KEY_KERNEL, OWNER_KEYS };
extern const struct key policy_owner_keys[OWNER_KEYS];

/* The glob that an owner has for a key, or NULL. */
const char *policy_glob(const struct pm_policy_owner *owner, size_t key);

#endif

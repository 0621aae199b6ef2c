/*
 * snapshot_node: the values of a snapshot's file, each with its place in it. The first that is not
 * as it should be ends all: what is asked for after that is empty, and no later fault counts, so
 * that who reads need ask only once, at the end of each loop.
 */
#ifndef REPORT_SNAPSHOT_NODE_H
#define REPORT_SNAPSHOT_NODE_H

#include "json/read/snapshot_digest.h"
#include <portmote/report.h>

#include <jansson.h>

/* A process that was read: two with all facts equal are one. */
struct seen_process {
	struct digest digest;
	size_t next; /* in its chain, from 1; 0: none */
};

struct json_reading {
	const char *path; /* of the file, for sentences */
	struct pm_snapshot *snapshot;
	struct pm_error *err;
	int code; /* 0, or of the first fault */
	struct digest_key key;
	size_t *netns; /* the namespaces in order, to be found by what they are called */
	struct seen_process *seen; /* of each of snapshot->processes */
	size_t *chains;
	size_t seen_count, seen_room, chain_count, holder_room;
	json_t *suspects; /* of the first listener that has nobody */
	bool wants_registered;
	const char **registered; /* of each of snapshot->listeners */
	size_t registered_count, registered_room;
};

/* A value, and the way to it. */
struct node {
	const struct node *up;
	const char *key; /* NULL: number `index` of an array */
	size_t index;
	json_t *value;
};

/* "FILE: listeners[3].port: WHAT". */
void node_fail(struct json_reading *reading, const struct node *node, const char *what);
void reading_out_of_memory(struct json_reading *reading);

/* As pm_array_add(); NULL after a fault, and where there is no memory, which is one. */
void *reading_add(struct json_reading *reading, void *items, size_t *count, size_t *room,
		  size_t size);

/* The value at `key` of an object; missing is a fault. */
struct node node_at(struct json_reading *reading, const struct node *up, const char *key);

/* The same of what earlier versions did not write yet: missing is null. */
struct node node_later(const struct node *up, const char *key);
bool node_is_null(const struct node *node);
void node_null(struct json_reading *reading, const struct node *up, const char *key);

/* Elements of an array, and one of them. */
size_t node_count(struct json_reading *reading, const struct node *array);
struct node node_item(const struct node *array, size_t i);

/* Text of the alphabet of pm_escape(), a copy in the arena; NULL for null, and for none. */
const char *node_text(struct json_reading *reading, const struct node *up, const char *key);
const char *node_text_of(struct json_reading *reading, const struct node *node);

/* The same, of which there can be none; null is a fault: what comes back is text in any case. */
const char *node_needed(struct json_reading *reading, const struct node *up, const char *key);

/* A whole number of at most `max`; the other: or null, then false. */
uint64_t node_number(struct json_reading *reading, const struct node *up, const char *key,
		     uint64_t max);
bool node_has_number(struct json_reading *reading, const struct node *up, const char *key,
		     uint64_t max, uint64_t *ret);

/* A number of 64 bits as text, or null, then false. */
bool node_has_long(struct json_reading *reading, const struct node *up, const char *key,
		   uint64_t *ret);

/* The number of a file system, of 64 bits: what is above half of them stands there as negative. */
uint64_t node_file_number(struct json_reading *reading, const struct node *up, const char *key);

bool node_bool(struct json_reading *reading, const struct node *up, const char *key);

/* Is there such a key at all? Those of older snapshots lack some. */
bool node_has(const struct node *up, const char *key);
enum pm_known node_known(struct json_reading *reading, const struct node *up, const char *key);
enum pm_known node_known_later(struct json_reading *reading, const struct node *up,
			       const char *key);

/* A number of a process, 0 where it is null. */
uint64_t node_small_of(struct json_reading *reading, const struct node *node);

/* RFC 3339 in the form of pm_report_time(), or null, then false. */
bool node_has_time(struct json_reading *reading, const struct node *up, const char *key,
		   int64_t *ret);

/* One of the words that `name` has for 0 to `count` - 1. */
int node_word(struct json_reading *reading, const struct node *up, const char *key,
	      const char *(*name)(int i), int count);

/* name_of_KIND() for node_word(), of a function for an enum. */
#define NODE_WORDS(kind, function)                                                                 \
	static const char *name_of_##kind(int i)                                                   \
	{                                                                                          \
		return function((enum pm_##kind)i);                                                \
	}

#endif

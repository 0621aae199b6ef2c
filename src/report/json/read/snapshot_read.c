/* A report as JSON, read back in place of the kernel: portmote-snapshot(5). */
#include "json/read/snapshot_head.h"
#include "json/read/snapshot_listener.h"
#include "json/read/snapshot_process.h"
#include "json/read/snapshot_split.h"

#include <errno.h>
#include <limits.h>
#include <sys/random.h>

/* The parts of a document; what else stands in it is checked to be JSON, and left. */
enum part {
	VERSION,
	HOST,
	TIME,
	NAMESPACES,
	COVERAGE,
	WITH_BOUND,
	WITH_PORTLESS,
	NARROWED,
	CONFIGS,
	SUMMARY,
	LISTENERS,
	PARTS,
};
static const char *const part_name[PARTS] = {
	"portmote",	 "host",     "time",	"namespaces", "coverage",  "with_bound",
	"with_portless", "narrowed", "configs", "summary",    "listeners",
};

struct document {
	const char *bytes;
	struct span parts[PARTS];
	bool has_topics, has_checksum;
};

static void fail_at(struct json_reading *reading, const struct document *document, const char *at,
		    const char *what)
{
	size_t line = 1;

	if (reading->code)
		return;
	for (const char *c = document->bytes; c < at; c++)
		line += *c == '\n';
	reading->code =
		pm_fail(reading->err, -EINVAL, "%s: line %zu: %s", reading->path, line, what);
}

/* A value of the document, a new reference; NULL where it is none. */
static json_t *document_parse(struct json_reading *reading, const struct document *document,
			      const struct span *span)
{
	json_error_t error = {0};

	if (!split_is_readable(span)) {
		fail_at(reading, document, span->at,
			"more than 32 MiB, or than a million values, in one value");
		return NULL;
	}
	json_t *value =
		json_loadb(span->at, span->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (value)
		return value;
	/* Where it has no memory for a token, it does not even say so. */
	if (json_error_code(&error) == json_error_out_of_memory || !error.text[0])
		reading_out_of_memory(reading);
	size_t offset = error.position > 0 ? (size_t)error.position : 0;
	fail_at(reading, document, span->at + (offset < span->len ? offset : span->len),
		error.text);
	return NULL;
}

static void fail_split(struct json_reading *reading, const struct document *document,
		       const struct split *split, const char *what)
{
	fail_at(reading, document, split->at,
		split->at == split->end ? "the file is cut short" : what);
}

static void take_part(struct json_reading *reading, struct document *document, const char *key,
		      const struct span *value)
{
	for (int i = 0; i < PARTS; i++) {
		if (strcmp(key, part_name[i]) != 0)
			continue;
		if (document->parts[i].at)
			fail_at(reading, document, value->at, "a key for the second time");
		document->parts[i] = *value;
		return;
	}
	document->has_topics |= !strcmp(key, "topics");
	document->has_checksum |= !strcmp(key, "checksum");
	json_decref(document_parse(reading, document, value));
}

/* "key": value */
static void take_member(struct json_reading *reading, struct document *document,
			struct split *split)
{
	struct span key, value;
	bool whole = split_value(split, &key);

	if (whole && *key.at != '"') {
		fail_at(reading, document, key.at, "not a key");
		return;
	}
	if (!whole || !split_take(split, ':') || !split_value(split, &value)) {
		fail_split(reading, document, split, "not a key with a value");
		return;
	}
	json_t *name = document_parse(reading, document, &key);
	if (name)
		take_part(reading, document, json_string_value(name), &value);
	json_decref(name);
}

static void find_parts(struct json_reading *reading, struct document *document, struct split split)
{
	bool more = split_take(&split, '{');

	if (!more)
		fail_split(reading, document, &split, "not a report of portmote");
	else if (split_take(&split, '}'))
		fail_at(reading, document, document->bytes, "not a report of portmote");
	while (more && !reading->code) {
		take_member(reading, document, &split);
		more = split_take(&split, ',');
	}
	if (!split_take(&split, '}') || !split_is_done(&split))
		fail_split(reading, document, &split, "neither a comma nor the end");
}

/* A value of the document's own; the caller releases it. */
static struct node part_node(struct json_reading *reading, const struct document *document,
			     const struct node *top, enum part part)
{
	struct node node = {.up = top, .key = part_name[part]};
	const struct span *span = &document->parts[part];

	if (!span->at)
		node_fail(reading, &node, "missing");
	else if (!reading->code)
		node.value = document_parse(reading, document, span);
	return node;
}

static void check_version(struct json_reading *reading, const struct document *document)
{
	struct node top = {.key = ""};
	struct node node = part_node(reading, document, &top, VERSION);
	json_int_t version = json_integer_value(node.value);

	if (node.value && (!json_is_integer(node.value) || version < 1))
		node_fail(reading, &node, "not a version");
	else if (node.value && version > 1)
		node_fail(reading, &node,
			  "a newer version than 1, which is all that is known here");
	json_decref(node.value);
}

static void read_scalars(struct json_reading *reading, const struct node *top)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	struct node time = node_at(reading, top, part_name[TIME]);

	snapshot->host = node_text(reading, top, part_name[HOST]);
	if (!node_has_time(reading, top, part_name[TIME], &snapshot->time))
		node_fail(reading, &time, "not a time");
	snapshot->with_bound = node_bool(reading, top, part_name[WITH_BOUND]);
	snapshot->with_portless = node_bool(reading, top, part_name[WITH_PORTLESS]);
	snapshot->narrowed = node_text(reading, top, part_name[NARROWED]);
	struct node coverage = node_at(reading, top, part_name[COVERAGE]);
	struct node namespaces = node_at(reading, top, part_name[NAMESPACES]);
	struct node configs = node_at(reading, top, part_name[CONFIGS]);
	read_coverage(reading, &coverage);
	read_namespaces(reading, &namespaces);
	read_configs(reading, &configs);
}

/* All but the listeners, as one object. */
static void read_head(struct json_reading *reading, const struct document *document)
{
	struct node top = {.key = "", .value = json_object()};

	for (int i = HOST; i < SUMMARY && !reading->code; i++) {
		struct node node = part_node(reading, document, &top, (enum part)i);

		if (node.value && json_object_set_new(top.value, part_name[i], node.value) < 0)
			reading_out_of_memory(reading);
	}
	read_scalars(reading, &top);
	json_decref(top.value);
}

/* One after the other, as they were written. */
static void read_listeners(struct json_reading *reading, const struct document *document)
{
	struct node top = {.key = ""}, array = {.up = &top, .key = part_name[LISTENERS]};
	const struct span *span = &document->parts[LISTENERS];
	struct span value;

	if (!span->at) {
		node_fail(reading, &array, "missing");
		return;
	}
	struct split split = {span->at, span->at + span->len};
	bool more = split_take(&split, '[');

	if (!more)
		node_fail(reading, &array, "not an array");
	more = more && !split_take(&split, ']');
	for (size_t i = 0; more && !reading->code; i++) {
		struct node item = {.up = &array, .index = i};

		if (!split_value(&split, &value) || !value.len)
			node_fail(reading, &item, "not a value");
		item.value = document_parse(reading, document, &value);
		if (item.value)
			read_listener(reading, &item);
		json_decref(item.value);
		more = split_take(&split, ',');
		if (!more && !split_take(&split, ']'))
			fail_at(reading, document, split.at, "neither a comma nor the end");
	}
	if (!split_is_done(&split))
		fail_at(reading, document, split.at, "neither a comma nor the end");
}

/* The summary is of all that was judged: with --only, not all of it was written. */
static void check_summary(struct json_reading *reading, const struct document *document)
{
	struct node top = {.key = ""}, listeners = {.up = &top, .key = part_name[LISTENERS]};
	struct node summary = part_node(reading, document, &top, SUMMARY);
	uint64_t sum = 0;

	for (int i = 0; i < PM_VERDICTS && summary.value; i++)
		sum += node_number(reading, &summary, pm_verdict_name((enum pm_verdict_kind)i),
				   UINT32_MAX);
	if (sum != reading->snapshot->listener_count)
		node_fail(reading, &listeners,
			  "not as many as the summary counts: a part of a report (--only)");
	json_decref(summary.value);
}

/* A checksum that is not where it was written was not left there by us either. */
static void check_seal(struct json_reading *reading, const struct document *document, size_t len)
{
	if (reading->code)
		return;
	if (pm_snapshot_seal(document->bytes, len) != document->has_checksum)
		reading->code = pm_fail(reading->err, -EINVAL,
					"%s: it is not what was written: its checksum is wrong",
					reading->path);
}

static void check_kind(struct json_reading *reading, const struct document *document)
{
	struct node top = {.key = ""};

	if (document->has_topics && !document->parts[LISTENERS].at)
		node_fail(reading, &top, "what 'portmote explain' wrote is no snapshot");
}

static void document_read_all(struct json_reading *reading, struct document *document, size_t len)
{
	find_parts(reading, document, (struct split){document->bytes, document->bytes + len});
	check_seal(reading, document, len);
	check_version(reading, document);
	check_kind(reading, document);
	read_head(reading, document);
	read_listeners(reading, document);
	check_summary(reading, document);
}

/* Who wrote the file must not know how its keys, and its processes, will be spread. */
static void seed_tables(struct json_reading *reading)
{
	size_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed) || !seed)
		seed = 1;
	if (getrandom(&reading->key, sizeof(reading->key), GRND_NONBLOCK) < 0)
		reading->key.of_half[0][0] = seed;
	json_object_seed(seed);
}

int pm_snapshot_read_registered(const char *path, const char *bytes, size_t len,
				struct pm_snapshot *ret, const char ***ret_registered,
				struct pm_error *err)
{
	struct pm_snapshot snapshot = {0};
	struct json_reading reading = {.path = path,
				       .snapshot = &snapshot,
				       .err = err,
				       .wants_registered = ret_registered};
	struct document document = {.bytes = bytes};

	seed_tables(&reading);
	document_read_all(&reading, &document, len);
	forget_processes(&reading);
	free(reading.netns);
	if (reading.code) {
		pm_snapshot_release(&snapshot);
		free(reading.registered);
		reading.registered = NULL;
	}
	*ret = snapshot;
	if (ret_registered)
		*ret_registered = reading.registered;
	return reading.code;
}

int pm_snapshot_read(const char *path, const char *bytes, size_t len, struct pm_snapshot *ret,
		     struct pm_error *err)
{
	return pm_snapshot_read_registered(path, bytes, len, ret, NULL, err);
}

/* Every value is asked for by what it has to be. */
#include "json/read/snapshot_node.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

/* From the top: "listeners[3].port". */
static void write_place(const struct node *node, struct pm_buf *ret)
{
	if (node->up)
		write_place(node->up, ret);
	if (node->key && *node->key)
		pm_buf_printf(ret, "%s%s", ret->len ? "." : "", node->key);
	else if (!node->key)
		pm_buf_printf(ret, "[%zu]", node->index);
}

void node_fail(struct json_reading *reading, const struct node *node, const char *what)
{
	struct pm_buf place = {0};

	if (reading->code)
		return;
	write_place(node, &place);
	reading->code = pm_fail(reading->err, -EINVAL, "%s: %s%s%s", reading->path,
				pm_buf_text(&place), place.len ? ": " : "", what);
	pm_buf_release(&place);
}

void reading_out_of_memory(struct json_reading *reading)
{
	if (!reading->code)
		reading->code = pm_fail(reading->err, -ENOMEM, "cannot read %s: out of memory",
					reading->path);
}

void *reading_add(struct json_reading *reading, void *items, size_t *count, size_t *room,
		  size_t size)
{
	if (reading->code)
		return NULL;
	void *item = pm_array_add(items, count, room, size);
	if (!item)
		reading_out_of_memory(reading);
	return item;
}

struct node node_at(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = {up, key, 0, json_object_get(up->value, key)};

	if (!json_is_object(up->value))
		node_fail(reading, up, "not an object");
	else if (!node.value)
		node_fail(reading, &node, "missing");
	return node;
}

struct node node_later(const struct node *up, const char *key)
{
	return (struct node){up, key, 0, json_object_get(up->value, key)};
}

bool node_is_null(const struct node *node)
{
	return !node->value || json_is_null(node->value);
}

void node_null(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_at(reading, up, key);

	if (!node_is_null(&node))
		node_fail(reading, &node, "not null, where there can be none");
}

size_t node_count(struct json_reading *reading, const struct node *array)
{
	if (!json_is_array(array->value))
		node_fail(reading, array, "not an array");
	return reading->code ? 0 : json_array_size(array->value);
}

struct node node_item(const struct node *array, size_t i)
{
	return (struct node){array, NULL, i, json_array_get(array->value, i)};
}

/* As pm_escape() writes it now: what is old, or made by hand, can have orders to a log in it. */
static const char *escape_anew(struct pm_arena *arena, const char *text, size_t len)
{
	if (!strstr(text, "##") && !strstr(text, "::"))
		return pm_arena_copy(arena, text, len);
	char *bytes = pm_arena_alloc(arena, len + 1, 1);
	ssize_t count = bytes ? pm_unescape(bytes, text, len) : -1;
	return count < 0 ? NULL : pm_arena_escape(arena, bytes, (size_t)count);
}

static const char *node_any_text(struct json_reading *reading, const struct node *node)
{
	const char *text = json_string_value(node->value);
	size_t len = json_string_length(node->value);

	if (node_is_null(node))
		return NULL;
	if (!text)
		node_fail(reading, node, "not text");
	else if (pm_unescape(NULL, text, len) < 0)
		node_fail(reading, node, "text that is not escaped as portmote does it");
	if (reading->code)
		return NULL;
	text = escape_anew(&reading->snapshot->arena, text, len);
	if (!text)
		reading_out_of_memory(reading);
	return text;
}

const char *node_text_of(struct json_reading *reading, const struct node *node)
{
	const char *text = node_any_text(reading, node);

	return text && *text ? text : NULL;
}

const char *node_text(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_at(reading, up, key);

	return node_text_of(reading, &node);
}

const char *node_needed(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_at(reading, up, key);
	const char *text = node_any_text(reading, &node);

	if (!text)
		node_fail(reading, &node, "not text");
	return text ? text : "";
}

bool node_has_number(struct json_reading *reading, const struct node *up, const char *key,
		     uint64_t max, uint64_t *ret)
{
	struct node node = node_at(reading, up, key);
	json_int_t value = json_integer_value(node.value);

	*ret = 0;
	if (node_is_null(&node))
		return false;
	if (!json_is_integer(node.value))
		node_fail(reading, &node, "not a whole number");
	else if (value < 0 || (uint64_t)value > max)
		node_fail(reading, &node,
			  max == UINT16_MAX ? "not within 0 to 65535" : "out of range");
	if (reading->code)
		return false;
	*ret = (uint64_t)value;
	return true;
}

uint64_t node_number(struct json_reading *reading, const struct node *up, const char *key,
		     uint64_t max)
{
	struct node node = node_at(reading, up, key);
	uint64_t value;

	if (!node_has_number(reading, up, key, max, &value))
		node_fail(reading, &node, "not a whole number");
	return value;
}

uint64_t node_file_number(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_at(reading, up, key);

	if (!json_is_integer(node.value))
		node_fail(reading, &node, "not a whole number");
	return (uint64_t)json_integer_value(node.value);
}

bool node_has_long(struct json_reading *reading, const struct node *up, const char *key,
		   uint64_t *ret)
{
	struct node node = node_at(reading, up, key);

	*ret = 0;
	if (node_is_null(&node))
		return false;
	if (!json_is_string(node.value) ||
	    pm_parse_u64(json_string_value(node.value), json_string_length(node.value), UINT64_MAX,
			 ret) < 0)
		node_fail(reading, &node, "not a number of 64 bits, as text");
	return !reading->code;
}

static enum pm_known known_of(struct json_reading *reading, const struct node *node)
{
	if (node_is_null(node))
		return PM_UNKNOWN;
	if (!json_is_boolean(node->value))
		node_fail(reading, node, "neither true nor false nor null");
	return json_is_true(node->value) ? PM_YES : PM_NO;
}

enum pm_known node_known(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_at(reading, up, key);

	return known_of(reading, &node);
}

enum pm_known node_known_later(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_later(up, key);

	return known_of(reading, &node);
}

bool node_has(const struct node *up, const char *key)
{
	return json_object_get(up->value, key) != NULL;
}

uint64_t node_small_of(struct json_reading *reading, const struct node *node)
{
	json_int_t value = json_integer_value(node->value);

	if (!node_is_null(node) && (!json_is_integer(node->value) || value < 0 || value > INT_MAX))
		node_fail(reading, node, "no number of a process");
	return (uint64_t)value;
}

bool node_bool(struct json_reading *reading, const struct node *up, const char *key)
{
	struct node node = node_at(reading, up, key);

	if (!json_is_boolean(node.value))
		node_fail(reading, &node, "neither true nor false");
	return json_is_true(node.value);
}

/* At most `max` digits; zeros may lead. */
static bool take_number(const char **at, size_t max, int64_t *ret)
{
	size_t len = strspn(*at, "0123456789");

	*ret = 0;
	for (size_t i = 0; i < len && len <= max; i++)
		*ret = *ret * 10 + ((*at)[i] - '0');
	*at += len;
	return len && len <= max;
}

/*
 * Roughly what pm_report_time() writes: whether it is that is seen by writing it again. The clock of
 * a file system knows years of ten digits, and before the first, which strptime(3) does not read.
 */
static bool parse_time(const char *text, int64_t *ret)
{
	static const char between[] = "--T::Z";
	int64_t part[6];
	bool is_before = *text == '-';

	text += is_before;
	for (size_t i = 0; i < PM_COUNT(part); i++)
		if (!take_number(&text, i ? 2 : 10, &part[i]) || *text++ != between[i])
			return false;
	int64_t year = (is_before ? -part[0] : part[0]) - 1900;
	if (year < INT_MIN || year > INT_MAX)
		return false;
	struct tm tm = {.tm_year = (int)year,
			.tm_mon = (int)part[1] - 1,
			.tm_mday = (int)part[2],
			.tm_hour = (int)part[3],
			.tm_min = (int)part[4],
			.tm_sec = (int)part[5]};
	*ret = timegm(&tm);
	return !*text;
}

bool node_has_time(struct json_reading *reading, const struct node *up, const char *key,
		   int64_t *ret)
{
	struct node node = node_at(reading, up, key);
	const char *text = json_string_value(node.value);
	struct pm_buf again = {0};

	*ret = 0;
	if (node_is_null(&node))
		return false;
	if (text && parse_time(text, ret))
		pm_report_time(*ret, &again);
	if (again.failed)
		reading_out_of_memory(reading);
	else if (!again.len || strcmp(pm_buf_text(&again), text) != 0)
		node_fail(reading, &node, "not a time such as 2026-09-14T03:10:00Z");
	pm_buf_release(&again);
	return !reading->code;
}

int node_word(struct json_reading *reading, const struct node *up, const char *key,
	      const char *(*name)(int i), int count)
{
	struct node node = node_at(reading, up, key);
	const char *text = json_string_value(node.value);

	for (int i = 0; text && i < count; i++)
		if (!strcmp(name(i), text))
			return i;
	node_fail(reading, &node, text ? "a word that is not known here" : "not text");
	return 0;
}

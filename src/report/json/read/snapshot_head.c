#include "json/read/snapshot_head.h"

#include <errno.h>

NODE_WORDS(gap_what, pm_gap_what_name)
NODE_WORDS(gap_why, pm_gap_why_name)

/* [first, last], or null. */
static void read_range(struct json_reading *reading, const struct node *up, struct pm_netns *ret)
{
	struct node range = node_at(reading, up, "ephemeral_range");
	uint16_t ports[2] = {0, 0};

	if (node_is_null(&range))
		return;
	if (node_count(reading, &range) != PM_COUNT(ports))
		node_fail(reading, &range, "not two ports");
	for (size_t i = 0; i < PM_COUNT(ports) && !reading->code; i++) {
		struct node port = node_item(&range, i);
		json_int_t value = json_integer_value(port.value);

		if (!json_is_integer(port.value) || value < 0 || value > UINT16_MAX)
			node_fail(reading, &port, "not a port");
		ports[i] = (uint16_t)value;
	}
	if (ports[0] > ports[1])
		node_fail(reading, &range, "its first port is above its last");
	ret->has_ephemeral = !reading->code;
	ret->ephemeral_first = ports[0];
	ret->ephemeral_last = ports[1];
}

static void read_namespace(struct json_reading *reading, const struct node *object)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	struct pm_netns netns = {.label = node_text(reading, object, "label"),
				 .is_closed = node_bool(reading, object, "closed")};

	node_has_number(reading, object, "inode", INT64_MAX, &netns.inode);
	read_range(reading, object, &netns);
	struct pm_netns *room = reading_add(reading, &snapshot->netns, &snapshot->netns_count,
					    &snapshot->netns_room, sizeof(*room));
	if (room)
		*room = netns;
}

/* By number and label, then as they stand in the file. */
static int head_compare_names(const struct pm_netns *a, uint64_t inode, const char *label)
{
	int c = PM_CMP(a->inode, inode);

	if (c)
		return c;
	if (a->label && label)
		return strcmp(a->label, label);
	return PM_CMP(!!a->label, !!label);
}

static int compare_namespaces(const void *a, const void *b, void *data)
{
	const struct pm_netns *netns = data;
	const size_t *x = a, *y = b;
	int c = head_compare_names(&netns[*x], netns[*y].inode, netns[*y].label);

	return c ? c : PM_CMP(*x, *y);
}

static void sort_namespaces(struct json_reading *reading)
{
	size_t count = reading->snapshot->netns_count;

	reading->netns = calloc(count + 1, sizeof(*reading->netns));
	if (!reading->netns) {
		reading_out_of_memory(reading);
		return;
	}
	for (size_t i = 0; i < count; i++)
		reading->netns[i] = i;
	qsort_r(reading->netns, count, sizeof(*reading->netns), compare_namespaces,
		reading->snapshot->netns);
}

bool find_namespace(const struct json_reading *reading, uint64_t inode, const char *label,
		    size_t *ret)
{
	const struct pm_netns *netns = reading->snapshot->netns;
	size_t low = 0, count = reading->netns ? reading->snapshot->netns_count : 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (head_compare_names(&netns[reading->netns[middle]], inode, label) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count || head_compare_names(&netns[reading->netns[low]], inode, label) != 0)
		return false;
	*ret = reading->netns[low];
	return true;
}

void read_namespaces(struct json_reading *reading, const struct node *array)
{
	size_t count = node_count(reading, array);

	for (size_t i = 0; i < count && !reading->code; i++) {
		struct node item = node_item(array, i);

		read_namespace(reading, &item);
	}
	if (!count)
		node_fail(reading, array, "empty");
	sort_namespaces(reading);
}

static void read_gap(struct json_reading *reading, const struct node *object)
{
	struct pm_coverage *coverage = &reading->snapshot->coverage;
	struct pm_gap gap = {
		.what = (enum pm_gap_what)node_word(reading, object, "what", name_of_gap_what,
						    PM_GAP_WHATS),
		.why = (enum pm_gap_why)node_word(reading, object, "why", name_of_gap_why,
						  PM_GAP_WHYS),
		.count = node_number(reading, object, "count", INT64_MAX),
		.detail = node_needed(reading, object, "detail"),
	};
	struct pm_gap *room = reading_add(reading, &coverage->gaps, &coverage->gap_count,
					  &coverage->gap_room, sizeof(*room));
	if (room)
		*room = gap;
}

static void read_gaps(struct json_reading *reading, const struct node *up)
{
	struct node array = node_at(reading, up, "incomplete");
	size_t count = node_count(reading, &array);

	for (size_t i = 0; i < count && !reading->code; i++) {
		struct node item = node_item(&array, i);

		read_gap(reading, &item);
	}
}

static void read_notes(struct json_reading *reading, const struct node *up, const char *key,
		       struct pm_notes *ret)
{
	struct node array = node_at(reading, up, key);
	size_t count = node_count(reading, &array);

	for (size_t i = 0; i < count && !reading->code; i++) {
		struct node item = node_item(&array, i);
		const char *text = node_text_of(reading, &item);

		if (!text)
			node_fail(reading, &item, "not text");
		const char **room =
			reading_add(reading, &ret->text, &ret->count, &ret->room, sizeof(*room));
		if (room)
			*room = text;
	}
}

void read_coverage(struct json_reading *reading, const struct node *object)
{
	struct pm_coverage *coverage = &reading->snapshot->coverage;
	struct node sources = node_at(reading, object, "sources");
	struct node complete = node_at(reading, object, "complete");

	coverage->sockets = node_needed(reading, &sources, "sockets");
	coverage->holders = node_needed(reading, &sources, "holders");
	coverage->bpf_refused = node_text(reading, &sources, "bpf_refused");
	coverage->transient = node_number(reading, object, "transient", INT64_MAX);
	coverage->unreadable = node_number(reading, object, "unreadable", INT64_MAX);
	read_gaps(reading, object);
	read_notes(reading, object, "redirections", &coverage->redirections);
	read_notes(reading, object, "not_checked", &coverage->not_checked);
	if (node_bool(reading, object, "complete") != !coverage->gap_count)
		node_fail(reading, &complete, "not as 'incomplete' beside it has it");
}

/* The bytes that the text stands for. */
static void unescape_config(struct json_reading *reading, struct pm_config *config)
{
	size_t len = strlen(config->text);
	char *bytes = pm_arena_alloc(&reading->snapshot->arena, len + 1, 1);

	if (bytes)
		config->len = (size_t)pm_unescape(bytes, config->text, len);
	else
		reading_out_of_memory(reading);
	config->text = bytes;
}

static void read_config(struct json_reading *reading, const struct node *object)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	struct pm_config config = {.name = node_needed(reading, object, "name"),
				   .path = node_needed(reading, object, "path"),
				   .text = node_needed(reading, object, "text")};
	struct node pid = node_later(object, "pid");

	config.is_enabled = node_known_later(reading, object, "enabled");
	config.is_unread = node_known_later(reading, object, "unread") == PM_YES;
	config.pid = (int)node_small_of(reading, &pid);

	unescape_config(reading, &config);
	struct pm_config *room = reading_add(reading, &snapshot->configs, &snapshot->config_count,
					     &snapshot->config_room, sizeof(*room));
	if (room)
		*room = config;
}

void read_configs(struct json_reading *reading, const struct node *array)
{
	size_t count = node_count(reading, array);

	for (size_t i = 0; i < count && !reading->code; i++) {
		struct node item = node_item(array, i);

		read_config(reading, &item);
	}
}

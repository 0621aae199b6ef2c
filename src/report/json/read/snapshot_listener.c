#include "json/read/snapshot_listener.h"
#include "json/read/snapshot_head.h"
#include "json/read/snapshot_process.h"

#include <arpa/inet.h>

NODE_WORDS(protocol, pm_protocol_name)
NODE_WORDS(family, pm_family_name)
NODE_WORDS(state, pm_state_name)
NODE_WORDS(owner_kind, pm_owner_kind_name)
NODE_WORDS(suspicion, pm_suspicion_name)

/* A listener names its namespace: which of the document's is that? */
static size_t read_netns(struct json_reading *reading, const struct node *up)
{
	struct node object = node_at(reading, up, "netns");
	struct node node = node_at(reading, &object, "label");
	const char *label = json_string_value(node.value);
	uint64_t inode;
	size_t i = 0;

	node_has_number(reading, &object, "inode", INT64_MAX, &inode);
	if (!label && !node_is_null(&node))
		node_fail(reading, &node, "not text");
	if (!find_namespace(reading, inode, label, &i))
		node_fail(reading, &object, "not among the namespaces");
	return i;
}

/* A packet socket has no address. */
static void listener_read_address(struct json_reading *reading, const struct node *up,
				  struct pm_listener *ret)
{
	struct node node = node_at(reading, up, "address");
	const char *text = json_string_value(node.value);

	if (ret->protocol == PM_PROTOCOL_PACKET) {
		node_null(reading, up, "family");
		node_null(reading, up, "address");
		return;
	}
	ret->family = (enum pm_family)node_word(reading, up, "family", name_of_family, PM_FAMILIES);
	int family = ret->family == PM_INET ? AF_INET : AF_INET6;
	if (!text || inet_pton(family, text, ret->address) != 1)
		node_fail(reading, &node,
			  family == AF_INET ? "not an IPv4 address" : "not an IPv6 address");
}

/* A port, or in its place what a protocol without ports has. */
static void read_port(struct json_reading *reading, const struct node *up, struct pm_listener *ret)
{
	bool has_port = pm_protocol_has_port(ret->protocol);
	const struct {
		const char *key;
		bool has;
		uint16_t *number;
	} numbers[] = {
		{"port", has_port, &ret->port},
		{"ip_protocol", ret->protocol == PM_PROTOCOL_RAW, &ret->number},
		{"ethertype", ret->protocol == PM_PROTOCOL_PACKET, &ret->number},
	};

	for (size_t i = 0; i < PM_COUNT(numbers); i++) {
		if (numbers[i].has)
			*numbers[i].number =
				(uint16_t)node_number(reading, up, numbers[i].key, UINT16_MAX);
		else
			node_null(reading, up, numbers[i].key);
	}
}

static void listener_read_socket(struct json_reading *reading, const struct node *object,
				 struct pm_listener *ret)
{
	uint64_t number;

	ret->protocol = (enum pm_protocol)node_word(reading, object, "protocol", name_of_protocol,
						    PM_PROTOCOLS);
	ret->state = (enum pm_state)node_word(reading, object, "state", name_of_state, PM_STATES);
	listener_read_address(reading, object, ret);
	read_port(reading, object, ret);
	ret->v6only = node_known(reading, object, "v6only");
	ret->device = node_text(reading, object, "device");
	ret->has_device = node_has_number(reading, object, "ifindex", UINT32_MAX, &number);
	ret->ifindex = (uint32_t)number;
	ret->is_device_gone = node_known_later(reading, object, "device_gone");
	ret->has_cookie = node_has_long(reading, object, "cookie", &ret->cookie);
	ret->has_cgroup = node_has_long(reading, object, "cgroup_id", &ret->cgroup_id);
	ret->cgroup = node_text(reading, object, "cgroup");
	ret->unit = node_text(reading, object, "unit");
	node_has_number(reading, object, "inode", UINT32_MAX, &number);
	ret->inode = (uint32_t)number;
	ret->uid = (uint32_t)node_number(reading, object, "uid", UINT32_MAX);
	ret->hidden_from = node_text(reading, object, "hidden_from");
}

static void add_holder(struct json_reading *reading, size_t process)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	size_t *room = reading_add(reading, &snapshot->holders, &snapshot->holder_count,
				   &reading->holder_room, sizeof(*room));

	if (room)
		*room = process;
}

static void read_holders(struct json_reading *reading, const struct node *object,
			 struct pm_listener *ret)
{
	struct node array = node_at(reading, object, "holders");
	size_t count = node_count(reading, &array);

	ret->first_holder = reading->snapshot->holder_count;
	for (size_t i = 0; i < count && !reading->code; i++) {
		struct node item = node_item(&array, i);

		add_holder(reading, snapshot_process(reading, &item));
	}
	ret->holders = count;
	if ((ret->owner == PM_OWNER_PROCESS) != (count > 0))
		node_fail(reading, &array,
			  count ? "there are some, though its owner is no process"
				: "none, though its owner is a process");
}

/* A holder, and why it is suspected. */
static void read_suspect(struct json_reading *reading, const struct node *object)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	struct node process = {object->up, object->key, object->index, json_copy(object->value)};
	struct pm_suspect suspect = {.why = (enum pm_suspicion)node_word(reading, object, "why",
									 name_of_suspicion,
									 PM_SUSPICIONS)};

	if (!process.value)
		reading_out_of_memory(reading);
	json_object_del(process.value, "why");
	suspect.process = snapshot_process(reading, &process);
	struct pm_suspect *room =
		reading_add(reading, &snapshot->suspects, &snapshot->suspect_count,
			    &snapshot->suspect_room, sizeof(*room));
	if (room)
		*room = suspect;
	json_decref(process.value);
}

/* Of which listener they keep what cannot be known: the file has the same ones at each. */
static void read_suspects(struct json_reading *reading, const struct node *object, bool is_owned)
{
	struct node array = node_at(reading, object, "suspects");
	size_t count = node_count(reading, &array);

	if (is_owned && !count)
		return;
	if (is_owned) {
		node_fail(reading, &array, "there are some, though its owner is known");
	} else if (reading->suspects) {
		if (!json_equal(reading->suspects, array.value))
			node_fail(reading, &array, "not those of the listeners before");
	} else {
		reading->suspects = json_incref(array.value);
		for (size_t i = 0; i < count && !reading->code; i++) {
			struct node item = node_item(&array, i);

			read_suspect(reading, &item);
		}
	}
}

/* The remarks of IANA's editors, which earlier reports had, are none of the title. */
static struct pm_title listener_read_title(struct json_reading *reading, const struct node *row)
{
	const char *status = node_needed(reading, row, "status");
	const char *description = node_text(reading, row, "description");
	const char *name = node_text(reading, row, "name");
	const char *alias_of = node_text(reading, row, "alias_of");
	struct pm_title title = {.name = name ? name : "", .alias_of = alias_of ? alias_of : ""};

	if (reading->code || strcmp(status, pm_status_name(PM_ASSIGNED)) != 0)
		return title;
	char *text = description ? pm_arena_copy(&reading->snapshot->arena, description,
						 strlen(description))
				 : NULL;
	if (description && !text)
		reading_out_of_memory(reading);
	if (text)
		text[pm_remarks_cut(text, strlen(text))] = '\0';
	title.text = text && *text ? text : title.name;
	return title;
}

/* Each once, apart by " / ": as pm_label_registered_to() has them. */
static void add_titles(struct json_reading *reading, const struct node *array, size_t count,
		       struct pm_buf *ret)
{
	struct pm_title *titles =
		pm_arena_alloc(&reading->snapshot->arena, count + 1, sizeof(*titles));

	ret->failed |= !titles;
	for (size_t i = 0; i < count && titles && !reading->code; i++) {
		struct node row = node_item(array, i);

		titles[i] = listener_read_title(reading, &row);
	}
	if (!titles || reading->code)
		return;
	count = pm_titles_once(titles, count);
	for (size_t i = 0; i < count; i++) {
		pm_buf_puts(ret, ret->len ? " / " : "");
		pm_buf_puts(ret, titles[i].text);
	}
}

/* What the report said of the registry: no fact, but what a later registry is held against. */
static void read_registered(struct json_reading *reading, const struct node *object)
{
	struct node array = node_at(reading, object, "registrations");
	struct pm_buf text = {0};

	add_titles(reading, &array, node_count(reading, &array), &text);
	const char *kept = text.failed ? NULL
				       : pm_arena_copy(&reading->snapshot->arena,
						       pm_buf_text(&text), text.len);
	const char **room = kept ? pm_array_add(&reading->registered, &reading->registered_count,
						&reading->registered_room, sizeof(*room))
				 : NULL;
	pm_buf_release(&text);
	if (room)
		*room = kept;
	else
		reading_out_of_memory(reading);
}

void read_listener(struct json_reading *reading, const struct node *object)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	struct pm_listener listener = {.netns = read_netns(reading, object)};
	struct node owner = node_at(reading, object, "owner");

	listener_read_socket(reading, object, &listener);
	listener.owner = (enum pm_owner_kind)node_word(reading, &owner, "kind", name_of_owner_kind,
						       PM_OWNER_KINDS);
	listener.service = node_text(reading, &owner, "service");
	read_holders(reading, object, &listener);
	read_suspects(reading, object, pm_is_owned(&listener));
	struct pm_listener *room =
		reading_add(reading, &snapshot->listeners, &snapshot->listener_count,
			    &snapshot->listener_room, sizeof(*room));
	if (room)
		*room = listener;
	if (reading->wants_registered && !reading->code)
		read_registered(reading, object);
}

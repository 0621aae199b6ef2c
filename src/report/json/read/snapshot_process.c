#include "json/read/snapshot_process.h"

#include <limits.h>

NODE_WORDS(runs, pm_runs_name)

static enum pm_writers read_writers(struct json_reading *reading, const struct node *node)
{
	const char *text = json_string_value(node->value);

	if (node_is_null(node))
		return PM_WRITERS_UNKNOWN;
	if (text && !strcmp(text, "root"))
		return PM_WRITERS_ROOT;
	if (!text || strcmp(text, "others") != 0)
		node_fail(reading, node, "neither root nor others nor null");
	return PM_WRITERS_OTHERS;
}

static void process_read_file(struct json_reading *reading, const struct node *object,
			      struct pm_file *ret)
{
	struct node device = node_at(reading, object, "device");
	struct node writers = node_at(reading, object, "writers");

	ret->writers = read_writers(reading, &writers);
	ret->writable = node_text(reading, object, "writable");
	ret->deleted = node_known(reading, object, "deleted");
	ret->on_host = node_known(reading, object, "on_host");
	if (node_has(object, "at_path"))
		ret->at_path = node_known(reading, object, "at_path");
	if (node_has(object, "open_folder"))
		ret->is_open = node_known(reading, object, "open_folder");
	ret->has_stat = !node_is_null(&device);
	if (!ret->has_stat)
		return;
	ret->device = node_file_number(reading, object, "device");
	ret->inode = node_file_number(reading, object, "inode");
	ret->size = node_file_number(reading, object, "size");
	/* No calendar has a name for the latest. */
	if (!node_has_time(reading, object, "modified", &ret->modified))
		ret->modified = INT64_MAX;
}

static void read_running(struct json_reading *reading, const struct node *up,
			 struct pm_running *ret)
{
	struct node object = node_at(reading, up, "running");

	if (node_is_null(&object))
		return;
	ret->runtime = node_needed(reading, &object, "runtime");
	ret->kind = (enum pm_runs)node_word(reading, &object, "kind", name_of_runs, PM_RUNS);
	ret->name = node_text(reading, &object, "name");
	ret->package = node_text(reading, &object, "package");
	ret->title = node_text(reading, &object, "title");
	ret->file.path = node_text(reading, &object, "file");
	struct node file = node_at(reading, &object, "file_evidence");
	if (ret->file.path)
		process_read_file(reading, &file, &ret->file);
}

static void read_container(struct json_reading *reading, const struct node *up,
			   struct pm_container *ret)
{
	struct node object = node_at(reading, up, "container");

	if (node_is_null(&object))
		return;
	ret->runtime = node_needed(reading, &object, "runtime");
	ret->id = node_needed(reading, &object, "id");
	ret->name = node_text(reading, &object, "name");
	ret->is_claim = node_bool(reading, &object, "claimed_by_user");
}

static void read_facts(struct json_reading *reading, const struct node *object,
		       struct pm_process *ret)
{
	struct node exe = node_at(reading, object, "exe_evidence");
	struct node alias = node_later(object, "alias");
	struct node parent = node_later(object, "parent_exe");
	struct node writers = node_later(object, "parent_writers");
	uint64_t uid;

	ret->pid = (int)node_number(reading, object, "pid", INT_MAX);
	ret->ppid = (int)node_number(reading, object, "ppid", INT_MAX);
	ret->comm = node_needed(reading, object, "comm");
	ret->exe.path = node_text(reading, object, "exe");
	process_read_file(reading, &exe, &ret->exe);
	ret->behind = node_text(reading, object, "behind");
	ret->is_units_user = node_known_later(reading, object, "is_units_user");
	ret->parent_exe = node_text_of(reading, &parent);
	ret->parent_writers = read_writers(reading, &writers);
	ret->is_alias = node_known(reading, object, "is_alias");
	ret->alias = node_text_of(reading, &alias);
	/* Version 0.1 did not write the name, which was that of the process. */
	if (ret->is_alias == PM_YES && !ret->alias)
		ret->alias = ret->comm;
	read_running(reading, object, &ret->running);
	read_container(reading, object, &ret->container);
	ret->cgroup = node_text(reading, object, "cgroup");
	ret->unit = node_text(reading, object, "unit");
	ret->user = node_text(reading, object, "user");
	ret->start = node_number(reading, object, "start", INT64_MAX);
	ret->has_started = node_has_time(reading, object, "started", &ret->started);
	ret->has_uid = node_has_number(reading, object, "uid", UINT32_MAX, &uid);
	ret->uid = (uint32_t)uid;
	ret->pidns_depth = (unsigned)node_number(reading, object, "pidns_depth", UINT_MAX);
	if (node_has(object, "loaded"))
		ret->loaded.path = node_text(reading, object, "loaded");
	struct node loaded = {0};
	if (ret->loaded.path) {
		loaded = node_at(reading, object, "loaded_evidence");
		process_read_file(reading, &loaded, &ret->loaded);
	}
	ret->own_userns = node_known(reading, object, "own_userns");
	uint64_t owner;
	ret->has_userns_owner =
		node_has(object, "userns_owner") &&
		node_has_number(reading, object, "userns_owner", UINT32_MAX, &owner);
	ret->userns_owner = ret->has_userns_owner ? (uint32_t)owner : 0;
	ret->is_overmounted = node_bool(reading, object, "overmounted");
	ret->is_unread = node_has(object, "unread") && node_bool(reading, object, "unread");
}

static size_t *chain_of(const struct json_reading *reading, const struct digest *digest)
{
	return &reading->chains[digest->half[0] & (reading->chain_count - 1)];
}

static void link_seen(struct json_reading *reading, size_t i)
{
	size_t *chain = chain_of(reading, &reading->seen[i].digest);

	reading->seen[i].next = *chain;
	*chain = i + 1;
}

/* Twice as many chains, before they get long. */
static bool grow_chains(struct json_reading *reading)
{
	size_t count = reading->chain_count ? 2 * reading->chain_count : 64;
	size_t *chains = calloc(count, sizeof(*chains));

	if (!chains)
		return false;
	free(reading->chains);
	reading->chains = chains;
	reading->chain_count = count;
	for (size_t i = 0; i < reading->seen_count; i++)
		link_seen(reading, i);
	return true;
}

/* Two that bear one pid, but differ otherwise, were looked at twice: they stay two. */
static bool process_find_seen(const struct json_reading *reading, const struct digest *digest,
			      size_t *ret)
{
	size_t i = reading->chain_count ? *chain_of(reading, digest) : 0;

	for (; i; i = reading->seen[i - 1].next)
		if (!digest_compare(&reading->seen[i - 1].digest, digest)) {
			*ret = i - 1;
			return true;
		}
	return false;
}

static size_t process_add(struct json_reading *reading, const struct pm_process *process,
			  const struct digest *digest)
{
	struct pm_snapshot *snapshot = reading->snapshot;
	bool has_room = reading->seen_count < reading->chain_count || grow_chains(reading);
	struct pm_process *room =
		has_room ? pm_array_add(&snapshot->processes, &snapshot->process_count,
					&snapshot->process_room, sizeof(*room))
			 : NULL;
	struct seen_process *seen = room ? pm_array_add(&reading->seen, &reading->seen_count,
							&reading->seen_room, sizeof(*seen))
					 : NULL;

	if (!seen) {
		reading_out_of_memory(reading);
		return 0;
	}
	*room = *process;
	seen->digest = *digest;
	link_seen(reading, reading->seen_count - 1);
	return reading->seen_count - 1;
}

size_t snapshot_process(struct json_reading *reading, const struct node *object)
{
	struct pm_process process = {.pid = (int)node_number(reading, object, "pid", INT_MAX)};
	struct node pid = node_at(reading, object, "pid");
	size_t i;

	if (!process.pid)
		node_fail(reading, &pid, "not a pid");
	if (reading->code)
		return 0;
	const struct digest digest = digest_of(&reading->key, object->value);
	if (process_find_seen(reading, &digest, &i))
		return i;
	read_facts(reading, object, &process);
	return reading->code ? 0 : process_add(reading, &process, &digest);
}

void forget_processes(struct json_reading *reading)
{
	free(reading->seen);
	free(reading->chains);
	json_decref(reading->suspects);
}

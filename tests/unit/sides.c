#include "sides.h"

#include <arpa/inet.h>
#include <check.h>

/* What a word says of a listener or its owner: the last of equal keys counts. */
static const char *value_of(char *const *words, size_t count, const char *key)
{
	size_t len = strlen(key);
	const char *value = NULL;

	for (size_t i = 0; i < count; i++)
		if (!strncmp(words[i], key, len) && words[i][len] == '=')
			value = words[i] + len + 1;
	return value;
}

struct clause {
	struct made *made;
	struct pm_arena *arena;
	char *words[32];
	size_t count;
};

static const char *word_or(const struct clause *clause, const char *key, const char *otherwise)
{
	const char *value = value_of(clause->words, clause->count, key);

	if (!value)
		return otherwise;
	return strcmp(value, "-") != 0 ? value : NULL;
}

static uint64_t number_or(const struct clause *clause, const char *key, uint64_t otherwise)
{
	const char *value = word_or(clause, key, NULL);
	uint64_t number = otherwise;

	if (value)
		ck_assert_int_eq(pm_parse_u64(value, strlen(value), UINT64_MAX, &number), 0);
	return number;
}

/* Which of the words of a table is it? */
static int index_of(const char *word, int count, const char *(*name)(int i))
{
	for (int i = 0; i < count; i++)
		if (!strcmp(word, name(i)))
			return i;
	ck_abort_msg("no such word: %s", word);
}

#define NAMES(what, type, function)                                                                \
	static const char *name_of_##what(int i)                                                   \
	{                                                                                          \
		return function((enum type)i);                                                     \
	}
NAMES(protocol, pm_protocol, pm_protocol_name)
NAMES(state, pm_state, pm_state_name)
NAMES(owner, pm_owner_kind, pm_owner_kind_name)
NAMES(gap, pm_gap_what, pm_gap_what_name)

/* ---- the parts of a snapshot ------------------------------------------------------- */

static void add_netns(struct made *made, const char *label, bool is_closed)
{
	struct pm_snapshot *snapshot = &made->snapshot;
	struct pm_netns *netns = pm_array_add(&snapshot->netns, &snapshot->netns_count,
					      &snapshot->netns_room, sizeof(*netns));

	ck_assert_ptr_nonnull(netns);
	*netns = (struct pm_netns){.inode = 4026531840 + snapshot->netns_count,
				   .label = label,
				   .ephemeral_first = 32768,
				   .ephemeral_last = 60999,
				   .has_ephemeral = true,
				   .is_closed = is_closed};
}

static void add_gap(struct made *made, enum pm_gap_what what)
{
	struct pm_coverage *coverage = &made->snapshot.coverage;
	struct pm_gap *gap = pm_array_add(&coverage->gaps, &coverage->gap_count,
					  &coverage->gap_room, sizeof(*gap));

	ck_assert_ptr_nonnull(gap);
	*gap = (struct pm_gap){.what = what, .count = 1, .detail = "for a test"};
}

static const char *spaced(struct pm_arena *arena, const char *text)
{
	char *copy = pm_arena_copy(arena, text, strlen(text));

	for (char *c = copy; *c; c++)
		*c = (char)(*c == '|' ? '\n' : *c == '_' ? ' ' : *c);
	return copy;
}

static void add_config(const struct clause *clause)
{
	struct pm_snapshot *snapshot = &clause->made->snapshot;
	struct pm_config *config = pm_array_add(&snapshot->configs, &snapshot->config_count,
						&snapshot->config_room, sizeof(*config));

	ck_assert_ptr_nonnull(config);
	config->name = clause->words[1];
	config->path = pm_arena_printf(clause->arena, "/etc/systemd/system/%s", config->name);
	config->text = spaced(clause->arena, clause->words[2]);
	config->len = strlen(config->text);
}

static void set_file(const struct clause *clause, struct pm_file *file)
{
	bool is_others = !strcmp(word_or(clause, "writers", "root"), "others");

	file->writers = is_others ? PM_WRITERS_OTHERS : PM_WRITERS_ROOT;
	file->writable = is_others ? file->path : NULL;
	file->deleted = PM_NO;
	file->on_host = PM_YES;
	file->has_stat = word_or(clause, "device", "1");
	file->device = number_or(clause, "device", 1);
	file->inode = number_or(clause, "inode", 10);
	file->size = number_or(clause, "size", 1000);
	file->modified = (int64_t)number_or(clause, "mtime", 1000000000);
}

/* "docker:0123456789ab:web" */
static void set_container(const struct clause *clause, struct pm_container *container)
{
	const char *word = word_or(clause, "container", NULL);
	char *parts = word ? pm_arena_copy(clause->arena, word, strlen(word)) : NULL;

	if (!parts)
		return;
	container->runtime = strsep(&parts, ":");
	container->id = strsep(&parts, ":");
	container->name = parts;
}

static void set_running(const struct clause *clause, struct pm_running *running)
{
	const char *path = word_or(clause, "runs", NULL);

	if (!path)
		return;
	running->runtime = "python3";
	running->kind = PM_RUNS_SCRIPT;
	running->name = strrchr(path, '/') + 1;
	running->file.path = path;
	set_file(clause, &running->file);
}

static size_t add_process(const struct clause *clause, const char *program)
{
	struct pm_snapshot *snapshot = &clause->made->snapshot;
	const char *behind = word_or(clause, "behind", NULL);
	struct pm_process *process = pm_array_add(&snapshot->processes, &snapshot->process_count,
						  &snapshot->process_room, sizeof(*process));

	ck_assert_ptr_nonnull(process);
	const char *exe = pm_arena_printf(clause->arena, "/usr/sbin/%s", program);
	const char *unit = pm_arena_printf(clause->arena, "%s.service", program);
	const char *cgroup = pm_arena_printf(clause->arena, "/system.slice/%s", unit);
	process->pid = (int)number_or(clause, "pid", 100 + snapshot->process_count);
	process->ppid = (int)number_or(clause, "ppid", 1);
	process->start = snapshot->process_count;
	process->comm = program;
	process->exe.path = word_or(clause, "exe", exe);
	set_file(clause, &process->exe);
	process->unit = word_or(clause, "unit", unit);
	process->cgroup = word_or(clause, "cgroup", cgroup);
	process->has_uid = word_or(clause, "uid", "0");
	process->uid = process->has_uid ? (uint32_t)number_or(clause, "uid", 0) : 0;
	process->user = word_or(clause, "user", process->uid ? NULL : "root");
	process->behind = behind ? spaced(clause->arena, behind) : NULL;
	set_container(clause, &process->container);
	set_running(clause, &process->running);
	return snapshot->process_count - 1;
}

/* "[::]v6only%eth0:80" */
static void set_place(const struct clause *clause, struct pm_listener *listener)
{
	char *text = pm_arena_copy(clause->arena, clause->words[1], strlen(clause->words[1]));
	char *port = strrchr(text, ':'), *device = strchr(text, '%');
	uint64_t number;

	*port++ = '\0';
	ck_assert_int_eq(pm_parse_u64(port, strlen(port), UINT16_MAX, &number), 0);
	listener->port = (uint16_t)number;
	if (device)
		*device++ = '\0';
	listener->device = device;
	listener->has_device = true;
	listener->ifindex = (uint32_t)number_or(clause, "ifindex", device ? 2 : 0);
	listener->family = *text == '[' ? PM_INET6 : PM_INET;
	char *way = strchr(text, ']');
	if (way) {
		*way++ = '\0';
		text++;
		listener->v6only = !strcmp(way, "v6only")   ? PM_YES
				   : !strcmp(way, "unsaid") ? PM_UNKNOWN
							    : PM_NO;
	}
	ck_assert_int_eq(inet_pton(way ? AF_INET6 : AF_INET, text, listener->address), 1);
}

static void add_holder(struct made *made, size_t process)
{
	size_t *holder = pm_array_add(&made->snapshot.holders, &made->snapshot.holder_count,
				      &made->holder_room, sizeof(*holder));

	ck_assert_ptr_nonnull(holder);
	*holder = process;
}

/* Another program that has the listener too. */
static void add_company(const struct clause *clause, struct pm_listener *listener, size_t first)
{
	const char *path = word_or(clause, "with", NULL);

	if (!path)
		return;
	size_t i = add_process(clause, "company");
	struct pm_process *process = &clause->made->snapshot.processes[i];
	process->exe.path = path;
	process->ppid = !strcmp(word_or(clause, "of", "-1"), "child")
				? clause->made->snapshot.processes[first].pid
				: 1;
	process->unit = !strcmp(word_or(clause, "of", "-1"), "unit")
				? clause->made->snapshot.processes[first].unit
				: NULL;
	listener->holders++;
	add_holder(clause->made, i);
}

static void add_listener(const struct clause *clause)
{
	struct pm_snapshot *snapshot = &clause->made->snapshot;
	struct pm_listener *listener = pm_array_add(&snapshot->listeners, &snapshot->listener_count,
						    &snapshot->listener_room, sizeof(*listener));
	const char **registered =
		pm_array_add(&clause->made->registered, &clause->made->registered_count,
			     &clause->made->registered_room, sizeof(*registered));
	const char *title = word_or(clause, "reg", NULL);

	ck_assert(listener && registered && clause->count > 2);
	*registered = title ? spaced(clause->arena, title) : NULL;
	listener->netns = snapshot->netns_count - 1;
	listener->protocol =
		(enum pm_protocol)index_of(clause->words[0], PM_PROTOCOLS, name_of_protocol);
	listener->state = (enum pm_state)index_of(word_or(clause, "state", "listen"), PM_STATES,
						  name_of_state);
	listener->owner = (enum pm_owner_kind)index_of(word_or(clause, "owner", "process"),
						       PM_OWNER_KINDS, name_of_owner);
	listener->service = word_or(clause, "service", NULL);
	listener->hidden_from = word_or(clause, "hidden", NULL);
	listener->inode = (uint32_t)snapshot->listener_count;
	set_place(clause, listener);
	if (listener->owner != PM_OWNER_PROCESS)
		return;
	listener->first_holder = snapshot->holder_count;
	listener->holders = 1;
	size_t process = add_process(clause, clause->words[2]);
	add_holder(clause->made, process);
	add_company(clause, listener, process);
}

/* ---- all of it --------------------------------------------------------------------- */

static void add_clause(struct made *made, char *text)
{
	struct clause clause = {.made = made, .arena = &made->snapshot.arena};
	const char *label;

	for (char *word; (word = strsep(&text, " "));)
		if (*word && clause.count < PM_COUNT(clause.words))
			clause.words[clause.count++] = word;
	if (!clause.count)
		return;
	if (!strcmp(clause.words[0], "netns")) {
		label = strcmp(clause.words[1], "-") != 0 ? clause.words[1] : NULL;
		add_netns(made, label, clause.count > 2);
	} else if (!strcmp(clause.words[0], "gap")) {
		add_gap(made,
			(enum pm_gap_what)index_of(clause.words[1], PM_GAP_WHATS, name_of_gap));
	} else if (!strcmp(clause.words[0], "host")) {
		made->snapshot.host = clause.words[1];
	} else if (!strcmp(clause.words[0], "config")) {
		add_config(&clause);
	} else {
		for (uint64_t i = number_or(&clause, "x", 1); i; i--)
			add_listener(&clause);
	}
}

void made_add(struct made *made, const char *text)
{
	char *copy = pm_arena_copy(&made->snapshot.arena, text, strlen(text));

	ck_assert_ptr_nonnull(copy);
	if (!made->snapshot.netns_count)
		add_netns(made, "host", false);
	if (!made->snapshot.host)
		made->snapshot.host = "web";
	for (char *clause; (clause = strsep(&copy, ";"));)
		add_clause(made, clause);
}

void made_judge(struct made *made)
{
	struct pm_error err;

	made->labels = pm_label_all(&made->snapshot, pm_registry_builtin());
	ck_assert_ptr_nonnull(made->labels);
	ck_assert_int_eq(pm_judge(&made->snapshot, pm_registry_builtin(), pm_knowledge_builtin(),
				  made->labels, &made->judgement, &err),
			 0);
}

void made_release(struct made *made)
{
	pm_judgement_release(&made->judgement);
	free(made->labels);
	free(made->registered);
	pm_snapshot_release(&made->snapshot);
	*made = (struct made){0};
}

struct pm_diff_side made_side(const struct made *made)
{
	return (struct pm_diff_side){.snapshot = &made->snapshot,
				     .labels = made->labels,
				     .judgement = &made->judgement,
				     .registered = made->registered};
}

static void put_place(const struct pm_listener *listener, struct pm_buf *ret)
{
	char address[PM_ADDRESS_SIZE];

	pm_buf_printf(ret, listener->family == PM_INET6 ? "[%s]" : "%s",
		      pm_listener_address(listener, address));
	if (listener->device)
		pm_buf_printf(ret, "%%%s", listener->device);
	pm_buf_printf(ret, ":%u", listener->port);
}

static void put_difference(const struct made *before, const struct made *after,
			   const struct pm_difference *difference, struct pm_buf *ret)
{
	const struct pm_listener *x = difference->before == PM_NO_LISTENER
					      ? NULL
					      : &before->snapshot.listeners[difference->before];
	const struct pm_listener *y = difference->after == PM_NO_LISTENER
					      ? NULL
					      : &after->snapshot.listeners[difference->after];
	bool is_moved = difference->kind == PM_DIFF_WIDENED || difference->kind == PM_DIFF_NARROWED;

	pm_buf_printf(ret, "%s%s %s ", ret->len ? "\n" : "", pm_diff_name(difference->kind),
		      pm_protocol_name(x ? x->protocol : y->protocol));
	put_place(x ? x : y, ret);
	if (is_moved) {
		pm_buf_puts(ret, ">");
		put_place(y, ret);
	}
	for (size_t i = 0; i < difference->fact_count; i++) {
		const struct pm_fact_change *fact = &difference->facts[i];

		pm_buf_printf(ret, "%s %s", i ? "," : ":", fact->what);
		if (!fact->from_file)
			pm_buf_printf(ret, " %s>%s", fact->from ? fact->from : "none",
				      fact->to ? fact->to : "none");
	}
}

void made_differences(const struct made *before, const struct made *after, struct pm_buf *ret)
{
	struct pm_diff_side x = made_side(before), y = made_side(after);
	struct pm_diff diff;

	ck_assert_int_eq(pm_diff(&x, &y, &diff), 0);
	for (size_t i = 0; i < diff.count; i++)
		put_difference(before, after, &diff.items[i], ret);
	if (diff.unseen)
		pm_buf_printf(ret, "%sunseen %zu", ret->len ? "\n" : "", diff.unseen);
	pm_diff_release(&diff);
}

const char *differences(const char *before, const char *after)
{
	static struct pm_buf text;
	struct made x = {0}, y = {0};

	made_add(&x, before);
	made_add(&y, after);
	made_judge(&x);
	made_judge(&y);
	pm_buf_clear(&text);
	made_differences(&x, &y, &text);
	made_release(&x);
	made_release(&y);
	return pm_buf_text(&text);
}

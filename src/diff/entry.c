#include "entry.h"
#include "reach.h"

#include <errno.h>

const char *const fact_name[FACTS] = {
	[FACT_OWNER] = "owner",	    [FACT_PROGRAM] = "program",	    [FACT_EXE] = "exe",
	[FACT_RUNS] = "runs",	    [FACT_USER] = "user",	    [FACT_UNIT] = "unit",
	[FACT_SERVICE] = "service", [FACT_CONTAINER] = "container",
};

const struct pm_listener *entry_listener(const struct side *side, const struct entry *entry)
{
	return &side->of->snapshot->listeners[entry->listener];
}

const struct pm_verdict *entry_verdict(const struct side *side, const struct entry *entry)
{
	return &side->of->judgement->verdicts[entry->listener];
}

/* ---- facts ------------------------------------------------------------------------- */

static void entry_set(struct entry *entry, enum fact fact, bool is_seen, const char *text)
{
	entry->facts[fact].is_seen = is_seen;
	entry->facts[fact].text = text;
	entry->facts[fact].whole = text;
}

/* What lasts of a name, which can be NULL. */
static const char *entry_lasting(struct side *side, enum pm_naming naming, const char *name)
{
	const char *text = name ? pm_lasting_name(naming, name, side->arena) : NULL;

	side->failed |= name && !text;
	return text;
}

static void set_path(struct side *side, struct entry *entry, enum fact fact, const char *path)
{
	entry_set(entry, fact, true, entry_lasting(side, PM_NAMING_PATH, path));
	entry->facts[fact].whole = path;
}

static const char *program_text(struct side *side, const struct pm_verdict *verdict)
{
	return entry_lasting(
		side, verdict->kind_of_program == PM_KIND_UNIT ? PM_NAMING_UNIT : PM_NAMING_PATH,
		verdict->program);
}

/*
 * Of a user that systemd makes for the time of a run, the number tells nothing: systemd.exec(5).
 * Nor does it of one in a user namespace, where its range was drawn: user_namespaces(7).
 */
static const char *user_text(struct side *side, const struct pm_process *owner)
{
	enum { DYNAMIC_FIRST = 61184, DYNAMIC_LAST = 65519, RANGES_FIRST = 65536 };

	if (owner->user || !owner->has_uid)
		return owner->user;
	if (owner->uid >= DYNAMIC_FIRST && owner->uid <= DYNAMIC_LAST)
		return "a dynamic user";
	if (owner->own_userns == PM_YES && owner->uid >= RANGES_FIRST)
		return "a user of its own namespace";
	return pm_arena_printf(side->arena, "uid %u", owner->uid);
}

static bool has_reason(const struct pm_verdict *verdict, enum pm_rule rule)
{
	for (size_t i = 0; i < verdict->reason_count; i++)
		if (verdict->reasons[i].rule == rule)
			return true;
	return false;
}

static bool stands_for_others(const struct pm_verdict *verdict)
{
	return verdict->behind || has_reason(verdict, PM_RULE_STANDS_FOR_OTHERS);
}

bool entry_stands_for_others(const struct side *side, const struct entry *entry)
{
	return stands_for_others(entry_verdict(side, entry));
}

/*
 * Whoever stands for others is told by those: their unit, and the program that would be run. A
 * socket unit's listener is systemd's until the service runs, and then both have it.
 */
static void set_behind(struct side *side, struct entry *entry, const struct pm_verdict *verdict)
{
	bool is_unit = verdict->behind && pm_ends_with(verdict->behind, ".service");

	entry_set(entry, FACT_PROGRAM, has_reason(verdict, PM_RULE_BEHIND),
		  program_text(side, verdict));
	entry_set(entry, FACT_UNIT, is_unit,
		  entry_lasting(side, PM_NAMING_UNIT, is_unit ? verdict->behind : NULL));
}

static void set_process(struct side *side, struct entry *entry, const struct pm_verdict *verdict)
{
	const struct pm_process *owner = verdict->owner;

	entry_set(entry, FACT_PROGRAM, true, program_text(side, verdict));
	set_path(side, entry, FACT_EXE, owner->exe.path);
	set_path(side, entry, FACT_RUNS,
		 owner->running.file.path ? owner->running.file.path : owner->running.name);
	entry_set(entry, FACT_USER, owner->has_uid, user_text(side, owner));
	entry_set(entry, FACT_UNIT, owner->cgroup,
		  entry_lasting(side, PM_NAMING_UNIT, owner->unit));
	entry_set(entry, FACT_CONTAINER, owner->cgroup, owner->container.runtime);
	side->failed |= owner->has_uid && !entry->facts[FACT_USER].text;
}

static void set_facts(struct side *side, struct entry *entry)
{
	const struct pm_listener *listener = entry_listener(side, entry);
	const struct pm_verdict *verdict = entry_verdict(side, entry);

	entry_set(entry, FACT_OWNER, pm_is_owned(listener) || listener->owner == PM_OWNER_NONE,
		  pm_owner_kind_name(listener->owner));
	entry_set(entry, FACT_SERVICE, listener->owner == PM_OWNER_KERNEL, listener->service);
	if (verdict->owner && stands_for_others(verdict))
		set_behind(side, entry, verdict);
	else if (verdict->owner)
		set_process(side, entry, verdict);
}

bool are_of_one_host(const struct side *a, const struct side *b)
{
	const char *before = a->of->snapshot->host, *after = b->of->snapshot->host;

	return before && after && !strcmp(before, after);
}

/* One who is called otherwise in /etc/passwd is the same; on another host a number is another's. */
static bool is_same_user(const struct side *a, const struct entry *x, const struct side *b,
			 const struct entry *y)
{
	const struct pm_process *p = entry_verdict(a, x)->owner, *q = entry_verdict(b, y)->owner;

	return p && q && p->has_uid && q->has_uid && p->uid == q->uid && are_of_one_host(a, b);
}

bool fact_differs(const struct side *a, const struct entry *x, const struct side *b,
		  const struct entry *y, enum fact fact)
{
	const char *from = x->facts[fact].text, *to = y->facts[fact].text;

	if (!x->facts[fact].is_seen || !y->facts[fact].is_seen)
		return false;
	if (fact == FACT_USER && is_same_user(a, x, b, y))
		return false;
	return from && to ? strcmp(from, to) != 0 : from != to;
}

bool owner_differs(const struct side *a, const struct entry *x, const struct side *b,
		   const struct entry *y)
{
	for (int fact = 0; fact < FACTS; fact++)
		if (fact_differs(a, x, b, y, (enum fact)fact))
			return true;
	return false;
}

bool v4_differs(const struct side *a, const struct entry *x, const struct side *b,
		const struct entry *y)
{
	enum pm_known from = reach_takes_v4(entry_listener(a, x));
	enum pm_known to = reach_takes_v4(entry_listener(b, y));

	return from != to && from != PM_UNKNOWN && to != PM_UNKNOWN;
}

bool side_has_gap(const struct side *side, enum pm_gap_what what)
{
	return side->gaps >> what & 1;
}

/* ---- keys -------------------------------------------------------------------------- */

/* Drawn at each start: it ends in 32 digits and more, as a hash or a UUID does, and no name. */
static bool is_drawn(const char *id)
{
	enum { DIGITS = 32 };
	size_t len = strlen(id);

	return len >= DIGITS && strspn(id + len - DIGITS, "0123456789abcdef-_") == DIGITS;
}

/* A container that has no name is told by its runtime. */
static bool is_labelled_by_id(const struct pm_netns *netns, const struct pm_container *container)
{
	size_t len = container->runtime ? strlen(container->runtime) : 0;

	return len && netns->label && !container->name && !container->is_claim &&
	       is_drawn(container->id) && !strncmp(netns->label, container->runtime, len) &&
	       netns->label[len] == ':' &&
	       !strncmp(netns->label + len + 1, container->id, strlen(netns->label + len + 1));
}

static int name_namespaces(struct side *side)
{
	const struct pm_snapshot *snapshot = side->of->snapshot;

	side->netns = calloc(snapshot->netns_count + 1, sizeof(*side->netns));
	if (!side->netns)
		return -ENOMEM;
	for (size_t i = 0; i < snapshot->netns_count; i++) {
		const char *label = snapshot->netns[i].label;

		side->netns[i] = label ? entry_lasting(side, PM_NAMING_NETNS, label) : "";
		if (!side->netns[i])
			return -ENOMEM;
	}
	for (size_t i = 0; i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];

		for (size_t k = 0; k < listener->holders; k++) {
			const struct pm_container *container =
				&pm_holder(snapshot, listener, k)->container;

			if (is_labelled_by_id(&snapshot->netns[listener->netns], container))
				side->netns[listener->netns] = container->runtime;
		}
	}
	return 0;
}

static enum netns_sight sight_of(const struct side *side, size_t i)
{
	const struct pm_netns *netns = &side->of->snapshot->netns[i];

	if (netns->is_closed)
		return NETNS_CLOSED;
	return side->netns[i] == netns->label ? NETNS_NAMED : NETNS_UNKNOWN;
}

/* By name; of one name, what says most first. */
static int entry_compare_sights(const void *a, const void *b)
{
	const struct sight *x = a, *y = b;
	int c = strcmp(x->netns, y->netns);

	return c ? c : PM_CMP(y->sight, x->sight);
}

static int note_sights(struct side *side)
{
	size_t count = side->of->snapshot->netns_count, kept = 0;
	struct sight *sights = calloc(count + 1, sizeof(*sights));

	side->sights = sights;
	if (!sights)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sights[i] = (struct sight){side->netns[i], sight_of(side, i)};
	qsort(sights, count, sizeof(*sights), entry_compare_sights);
	for (size_t i = 0; i < count; i++)
		if (!kept || strcmp(sights[kept - 1].netns, sights[i].netns) != 0)
			sights[kept++] = sights[i];
	side->sight_count = kept;
	return 0;
}

static int compare_to_name(const void *key, const void *item)
{
	return strcmp(key, ((const struct sight *)item)->netns);
}

enum netns_sight side_sight(const struct side *side, const char *netns)
{
	const struct sight *sight =
		bsearch(netns, side->sights, side->sight_count, sizeof(*sight), compare_to_name);

	return sight ? sight->sight : NETNS_UNKNOWN;
}

int entry_compare(const struct side *a, const struct entry *x, const struct side *b,
		  const struct entry *y, bool whole)
{
	const struct pm_listener *p = entry_listener(a, x), *q = entry_listener(b, y);
	int c = strcmp(x->netns, y->netns);

	if (!c)
		c = PM_CMP(p->protocol, q->protocol);
	if (!c)
		c = PM_CMP(p->port, q->port);
	if (c || !whole)
		return c;
	c = PM_CMP(p->family, q->family);
	if (!c)
		c = memcmp(p->address, q->address, sizeof(p->address));
	return c ? (c > 0) - (c < 0) : strcmp(x->device, y->device);
}

/* Of whom more was seen first, then by all of it; 0: nothing tells them apart. */
static int compare_owners(const struct entry *x, const struct entry *y)
{
	int seen = 0, c = 0;

	for (int fact = 0; fact < FACTS; fact++)
		seen += y->facts[fact].is_seen - x->facts[fact].is_seen;
	for (int fact = 0; fact < FACTS && !c; fact++) {
		const char *a = x->facts[fact].text, *b = y->facts[fact].text;

		c = strcmp(a ? a : "", b ? b : "");
		if (!c)
			c = y->facts[fact].is_seen - x->facts[fact].is_seen;
	}
	return seen ? seen : c;
}

static int entry_compare_files(const struct pm_file *a, const struct pm_file *b)
{
	int c = PM_CMP(a->has_stat, b->has_stat);

	if (!c)
		c = PM_CMP(a->device, b->device);
	if (!c)
		c = PM_CMP(a->inode, b->inode);
	if (!c)
		c = PM_CMP(a->size, b->size);
	return c ? c : PM_CMP(a->modified, b->modified);
}

static int compare_worth(const struct pm_verdict *v, const struct pm_verdict *w)
{
	int c = PM_CMP(pm_verdict_rank(v->kind), pm_verdict_rank(w->kind));

	if (!c)
		c = PM_CMP(w->flags, v->flags);
	if (!c && v->owner && w->owner)
		c = entry_compare_files(&v->owner->exe, &w->owner->exe);
	if (!c && v->owner && w->owner)
		c = entry_compare_files(&v->owner->running.file, &w->owner->running.file);
	return c;
}

/* Of one key the worst of equals comes first, and stands for them. */
static int entry_compare_entries(const void *x, const void *y, void *data)
{
	const struct entry *p = x, *q = y;
	int c = entry_compare(data, p, data, q, true);

	if (!c)
		c = compare_owners(p, q);
	if (!c)
		c = PM_CMP(reach_takes_v4(entry_listener(data, p)),
			   reach_takes_v4(entry_listener(data, q)));
	if (!c)
		c = compare_worth(entry_verdict(data, p), entry_verdict(data, q));
	return c ? c : PM_CMP(p->listener, q->listener);
}

static bool are_workers(const struct side *side, const struct entry *x, const struct entry *y)
{
	return !entry_compare(side, x, side, y, true) && !compare_owners(x, y) &&
	       reach_takes_v4(entry_listener(side, x)) == reach_takes_v4(entry_listener(side, y));
}

/* ---- the list ---------------------------------------------------------------------- */

/* Of the kernel's choice, a port tells nothing. */
static bool is_compared(const struct pm_diff_side *of, size_t i)
{
	const struct pm_listener *listener = &of->snapshot->listeners[i];

	return listener->state == PM_STATE_LISTEN && pm_protocol_has_port(listener->protocol) &&
	       of->judgement->verdicts[i].kind != PM_VERDICT_EPHEMERAL;
}

bool entry_may_be_ephemeral(const struct side *side, const struct entry *entry)
{
	const struct pm_listener *listener = entry_listener(side, entry);
	bool is_udp = pm_protocol_base(listener->protocol) == PM_PROTOCOL_UDP;

	return pm_is_ephemeral(side->of->snapshot, listener) &&
	       (listener->owner == PM_OWNER_VANISHED ||
		(is_udp && !entry->facts[FACT_OWNER].is_seen));
}

static void entry_add_entry(struct side *side, size_t i)
{
	const struct pm_listener *listener = &side->of->snapshot->listeners[i];
	struct entry *entry = &side->entries[side->count++];

	*entry = (struct entry){
		.listener = i,
		.netns = side->netns[listener->netns],
		.device = listener->ifindex ? "?" : "",
	};
	if (listener->device)
		entry->device = listener->device;
	set_facts(side, entry);
}

static void fold_workers(struct side *side)
{
	size_t kept = 0;

	for (size_t i = 0; i < side->count; i++)
		if (!kept || !are_workers(side, &side->entries[kept - 1], &side->entries[i]))
			side->entries[kept++] = side->entries[i];
	side->count = kept;
}

static unsigned gaps_of(const struct pm_coverage *coverage)
{
	unsigned gaps = 0;

	for (size_t i = 0; i < coverage->gap_count; i++)
		gaps |= 1u << coverage->gaps[i].what;
	return gaps;
}

int side_init(struct side *side, const struct pm_diff_side *of, struct pm_arena *arena)
{
	*side = (struct side){.of = of, .arena = arena};
	if (name_namespaces(side) < 0 || note_sights(side) < 0)
		return -ENOMEM;
	side->gaps = gaps_of(&of->snapshot->coverage);
	side->entries = calloc(of->snapshot->listener_count + 1, sizeof(*side->entries));
	if (!side->entries)
		return -ENOMEM;
	for (size_t i = 0; i < of->snapshot->listener_count; i++)
		if (is_compared(of, i))
			entry_add_entry(side, i);
	if (side->failed)
		return -ENOMEM;
	if (side->count)
		qsort_r(side->entries, side->count, sizeof(*side->entries), entry_compare_entries,
			side);
	fold_workers(side);
	return 0;
}

void side_release(struct side *side)
{
	free(side->netns);
	free(side->sights);
	free(side->entries);
}

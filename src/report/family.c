#include "family.h"

/* ---- what two owners have to have in common ---------------------------------------- */

static int compare_containers(const struct pm_container *a, const struct pm_container *b)
{
	int c = pm_compare_text(a->runtime, b->runtime);

	return c ? c : pm_compare_text(a->id, b->id);
}

/* What it is, not which. */
static int family_compare_programs(const struct pm_process *a, const struct pm_process *b)
{
	int c = pm_compare_text(a->exe.path, b->exe.path);

	if (!c)
		c = pm_compare_text(a->running.file.path, b->running.file.path);
	if (!c)
		c = pm_compare_text(a->running.name, b->running.name);
	if (!c)
		c = pm_compare_text(a->running.title, b->running.title);
	if (!c)
		c = PM_CMP(a->running.kind, b->running.kind);
	if (!c)
		c = PM_CMP(a->has_uid, b->has_uid);
	return c ? c : PM_CMP(a->uid, b->uid);
}

static int compare_processes(const struct pm_process *a, const struct pm_process *b)
{
	int c = compare_containers(&a->container, &b->container);

	if (!c)
		c = family_compare_programs(a, b);
	return c ? c : pm_compare_text(a->unit, b->unit);
}

/* Of the other holders text has the number alone: who they are counts too. */
static int compare_holders(const struct pm_report *report, const struct pm_listener *a,
			   const struct pm_listener *b)
{
	int c = PM_CMP(a->holders, b->holders);

	for (size_t k = 0; k < a->holders && !c; k++) {
		const struct pm_process *x = pm_holder(report->snapshot, a, k);
		const struct pm_process *y = pm_holder(report->snapshot, b, k);

		c = x == y ? 0 : family_compare_programs(x, y);
	}
	return c;
}

/* Of nobody that could be seen, the maker of the socket is all that is known. */
static int compare_unowned(const struct pm_listener *a, const struct pm_listener *b)
{
	int c = PM_CMP(a->uid, b->uid);

	if (!c)
		c = pm_compare_text(a->unit, b->unit);
	return c ? c : pm_compare_text(a->cgroup, b->cgroup);
}

int family_compare(const struct pm_report *report, size_t i, size_t k)
{
	const struct pm_listener *a = &report->snapshot->listeners[i];
	const struct pm_listener *b = &report->snapshot->listeners[k];
	const struct pm_verdict *x = &report->judgement->verdicts[i];
	const struct pm_verdict *y = &report->judgement->verdicts[k];
	int c = PM_CMP(a->owner, b->owner);

	if (!c)
		c = pm_compare_text(x->program, y->program);
	if (!c)
		c = pm_compare_text(x->behind, y->behind);
	if (!c)
		c = PM_CMP(x->flags, y->flags);
	if (!c && x->owner != y->owner)
		c = x->owner && y->owner ? compare_processes(x->owner, y->owner)
					 : PM_CMP(!!x->owner, !!y->owner);
	if (!c)
		c = compare_holders(report, a, b);
	return c || pm_is_owned(a) ? c : compare_unowned(a, b);
}

/* ---- whose child is it ------------------------------------------------------------- */

/* The owner of a row, and by what its family is known: see family_of(). */
struct member {
	size_t row;
	const struct pm_process *owner; /* or NULL */
	const char *unit;
	int parent;
};

struct families {
	const struct pm_report *report;
	struct member *members;
	size_t count;
};

static int family_pid_of(const struct member *member)
{
	return member->owner ? member->owner->pid : 0;
}

static int compare_pids(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int c = PM_CMP(family_pid_of(x), family_pid_of(y));

	return c ? c : PM_CMP(x->row, y->row);
}

/* The first of the members, which are in order of their pids, that has this one. */
static struct member *find_pid(const struct families *families, int pid)
{
	size_t low = 0, high = families->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (family_pid_of(&families->members[middle]) < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < families->count && family_pid_of(&families->members[low]) == pid
		       ? &families->members[low]
		       : NULL;
}

/* What systemd started as one service is one; a session or a scope can be anything. */
static const char *service_of(const struct pm_process *process)
{
	const char *dot = process->unit ? strrchr(process->unit, '.') : NULL;

	return dot && !strcmp(dot, ".service") ? process->unit : NULL;
}

/* By its service; else by its parent, by whose own pid also that one is known. */
static void name_families(struct families *families)
{
	for (size_t i = 0; i < families->count; i++) {
		struct member *member = &families->members[i];
		const struct pm_process *owner = member->owner;

		if (!owner)
			continue;
		member->unit = service_of(owner);
		member->parent = owner->ppid > 1 ? owner->ppid : owner->pid;
	}
	for (size_t i = 0; i < families->count; i++) {
		const struct pm_process *owner = families->members[i].owner;
		struct member *parent = owner ? find_pid(families, owner->ppid) : NULL;

		if (parent && parent->owner && parent->parent != owner->ppid &&
		    !compare_processes(parent->owner, owner))
			parent->parent = owner->ppid;
	}
	for (size_t i = 1; i < families->count; i++)
		if (family_pid_of(&families->members[i]) ==
		    family_pid_of(&families->members[i - 1]))
			families->members[i].parent = families->members[i - 1].parent;
}

/* ---- who listens at one place ------------------------------------------------------ */

static int family_compare_places(const struct pm_listener *a, const struct pm_listener *b)
{
	int c = PM_CMP(a->netns, b->netns);

	if (!c)
		c = PM_CMP(a->protocol, b->protocol);
	if (!c)
		c = PM_CMP(a->port, b->port);
	if (!c)
		c = PM_CMP(a->number, b->number);
	if (!c)
		c = PM_CMP(a->family, b->family);
	if (!c)
		c = memcmp(a->address, b->address, sizeof(a->address));
	return c ? c : PM_CMP(a->ifindex, b->ifindex);
}

static int compare_groups(const struct families *families, const struct member *x,
			  const struct member *y)
{
	const struct pm_listener *listeners = families->report->snapshot->listeners;
	int c = family_compare_places(&listeners[x->row], &listeners[y->row]);

	if (!c)
		c = pm_compare_text(x->unit, y->unit);
	if (!c && !x->unit)
		c = PM_CMP(x->parent, y->parent);
	return c ? c : family_compare(families->report, x->row, y->row);
}

static int compare_members(const void *a, const void *b, void *data)
{
	int c = compare_groups(data, a, b);

	return c ? c : compare_pids(a, b);
}

int *family_leads(const struct pm_report *report, const size_t *rows, size_t count)
{
	struct families families = {.report = report, .count = count};
	int *leads = calloc(report->snapshot->listener_count + 1, sizeof(*leads));

	families.members = calloc(count + 1, sizeof(*families.members));
	for (size_t i = 0; i < count && families.members; i++)
		families.members[i] = (struct member){
			.row = rows[i], .owner = report->judgement->verdicts[rows[i]].owner};
	if (!leads || !families.members) {
		free(leads);
		free(families.members);
		return NULL;
	}
	qsort(families.members, count, sizeof(*families.members), compare_pids);
	name_families(&families);
	qsort_r(families.members, count, sizeof(*families.members), compare_members, &families);
	for (size_t i = 0, first = 0; i < count; i++) {
		if (compare_groups(&families, &families.members[first], &families.members[i]) != 0)
			first = i;
		leads[families.members[i].row] = family_pid_of(&families.members[first]);
	}
	free(families.members);
	return leads;
}

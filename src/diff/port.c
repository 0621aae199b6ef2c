#include "port.h"
#include "diff.h"
#include "pair.h"
#include "reach.h"

/* What could not be seen is not called closed: is a listener of this namespace seen if it is there? */
static bool would_be_seen(const struct side *side, const char *netns)
{
	enum netns_sight sight = side_sight(side, netns);

	return sight != NETNS_CLOSED && !side_has_gap(side, PM_GAP_SOCKETS) &&
	       (sight == NETNS_NAMED || !side_has_gap(side, PM_GAP_NAMESPACES));
}

static void port_tell_closed(struct comparing *comparing, const struct entry *entry)
{
	if (entry_may_be_ephemeral(&comparing->before, entry))
		return;
	if (would_be_seen(&comparing->after, entry->netns))
		add_difference(comparing, PM_DIFF_CLOSED, entry->listener, PM_NO_LISTENER);
	else
		comparing->ret->unseen++;
}

static void tell_opened(struct comparing *comparing, const struct entry *entry)
{
	if (entry_may_be_ephemeral(&comparing->after, entry))
		return;
	if (!would_be_seen(&comparing->before, entry->netns))
		add_fact(comparing, "seen before", "unknown", "no");
	add_difference(comparing, PM_DIFF_OPENED, PM_NO_LISTENER, entry->listener);
}

/* By what a program is known again on another address; NULL: by nothing. */
static const char *port_program_of(const struct entry *entry)
{
	static const enum fact facts[] = {FACT_PROGRAM, FACT_EXE, FACT_SERVICE, FACT_UNIT};

	for (size_t i = 0; i < PM_COUNT(facts); i++)
		if (entry->facts[facts[i]].text)
			return entry->facts[facts[i]].text;
	return NULL;
}

/* Entries of one program, in their order. */
struct port_group {
	struct entry **entries;
	size_t count;
};

static int port_compare_programs(const void *a, const void *b)
{
	struct entry *const *x = a, *const *y = b;
	int c = strcmp(port_program_of(*x), port_program_of(*y));

	return c ? c : PM_CMP(*x, *y);
}

/* All that are left of any program, those of one side by side. `entries` NULL: no memory. */
static struct port_group take_left(struct entry *entries, size_t count)
{
	struct port_group group = {.entries = calloc(count + 1, sizeof(*group.entries))};

	for (size_t i = 0; i < count && group.entries; i++)
		if (!entries[i].is_matched && port_program_of(&entries[i]))
			group.entries[group.count++] = &entries[i];
	if (group.count)
		qsort(group.entries, group.count, sizeof(*group.entries), port_compare_programs);
	return group;
}

/* Those from `at` on that are of the program of its first. */
static struct port_group same_program(const struct port_group *all, size_t at)
{
	struct port_group group = {all->entries + at, 0};

	while (at + group.count < all->count &&
	       !strcmp(port_program_of(group.entries[0]),
		       port_program_of(group.entries[group.count])))
		group.count++;
	return group;
}

static struct reach reach_of(const struct side *side, const struct port_group *group)
{
	struct reach reach = {0};

	for (size_t i = 0; i < group->count; i++)
		reach_add(&reach, entry_listener(side, group->entries[i]),
			  group->entries[i]->device);
	return reach;
}

static void tell_pair(struct comparing *comparing, enum reach_change change, const struct entry *x,
		      const struct entry *y)
{
	if (change == REACH_SAME) {
		compare_pair(comparing, x, y, false);
		return;
	}
	add_exposure_facts(comparing, x, y);
	add_owner_facts(comparing, x, y);
	add_difference(comparing, change == REACH_WIDER ? PM_DIFF_WIDENED : PM_DIFF_NARROWED,
		       x->listener, y->listener);
}

static const struct entry *one_of(const struct port_group *group, size_t i)
{
	return group->entries[i < group->count ? i : group->count - 1];
}

static void port_mark_matched(const struct port_group *group)
{
	for (size_t i = 0; i < group->count; i++)
		group->entries[i]->is_matched = true;
}

/*
 * What a program has left on both sides of one port is one change of its exposure: each with its
 * like on the other side; where one side has more, the last there stands against the rest.
 */
static void settle_program(struct comparing *comparing, const struct port_group *x,
			   const struct port_group *y)
{
	struct reach before = reach_of(&comparing->before, x);
	struct reach after = reach_of(&comparing->after, y);
	enum reach_change change = reach_compare(&before, &after);

	if (change == REACH_OTHER)
		return;
	for (size_t i = 0; i < x->count || i < y->count; i++)
		tell_pair(comparing, change, one_of(x, i), one_of(y, i));
	port_mark_matched(x);
	port_mark_matched(y);
}

/* Walk both sides, program by program. */
static void settle_programs(struct comparing *comparing, const struct port_group *x,
			    const struct port_group *y)
{
	for (size_t i = 0, k = 0; i < x->count && k < y->count;) {
		struct port_group p = same_program(x, i), q = same_program(y, k);
		int c = strcmp(port_program_of(p.entries[0]), port_program_of(q.entries[0]));

		if (!c)
			settle_program(comparing, &p, &q);
		i += c <= 0 ? p.count : 0;
		k += c >= 0 ? q.count : 0;
	}
}

void settle_port(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		 size_t y_count)
{
	struct port_group before = take_left(x, x_count), after = take_left(y, y_count);

	if (before.entries && after.entries)
		settle_programs(comparing, &before, &after);
	else
		comparing->failed = true;
	free(before.entries);
	free(after.entries);
	for (size_t i = 0; i < x_count; i++)
		if (!x[i].is_matched)
			port_tell_closed(comparing, &x[i]);
	for (size_t k = 0; k < y_count; k++)
		if (!y[k].is_matched)
			tell_opened(comparing, &y[k]);
}

/* What is left of one port, when each key has found its own: gone, new, or moved. */
#include "comparing.h"
#include "reach.h"

/* What could not be seen is not called closed: is a listener of this namespace seen if it is there?
 */
static bool would_be_seen(const struct side *side, const char *netns)
{
	const struct pm_coverage *coverage = &side->of->snapshot->coverage;
	bool all_namespaces = true;

	for (size_t i = 0; i < coverage->gap_count; i++) {
		if (coverage->gaps[i].what == PM_GAP_SOCKETS)
			return false;
		all_namespaces &= coverage->gaps[i].what != PM_GAP_NAMESPACES;
	}
	for (size_t i = 0; i < side->of->snapshot->netns_count; i++)
		if (!strcmp(side->netns[i], netns))
			return !side->of->snapshot->netns[i].is_closed;
	return all_namespaces;
}

static void tell_closed(struct comparing *comparing, const struct entry *entry)
{
	if (would_be_seen(&comparing->after, entry->netns))
		add_difference(comparing, PM_DIFF_CLOSED, entry->listener, PM_NO_LISTENER);
	else
		comparing->ret->unseen++;
}

static void tell_opened(struct comparing *comparing, const struct entry *entry)
{
	if (!would_be_seen(&comparing->before, entry->netns))
		add_fact(comparing, "before", "not to be seen", NULL);
	add_difference(comparing, PM_DIFF_OPENED, PM_NO_LISTENER, entry->listener);
}

/* By what a program is known again on another address; NULL: by nothing. */
static const char *program_of(const struct entry *entry)
{
	static const enum fact facts[] = {FACT_PROGRAM, FACT_EXE, FACT_SERVICE, FACT_UNIT};

	for (size_t i = 0; i < PM_COUNT(facts); i++)
		if (entry->facts[facts[i]].text)
			return entry->facts[facts[i]].text;
	return NULL;
}

static bool is_left(const struct entry *entry, const char *program)
{
	const char *own = program_of(entry);

	return !entry->is_matched && own && program && !strcmp(own, program);
}

/* The next of `entries`, from `*at` on, that is left of the program; NULL: none. */
static struct entry *next_left(struct entry *entries, size_t count, size_t *at, const char *program)
{
	while (*at < count)
		if (is_left(&entries[(*at)++], program))
			return &entries[*at - 1];
	return NULL;
}

static struct reach reach_of(const struct side *side, struct entry *entries, size_t count,
			     const char *program)
{
	struct reach reach = reach_none;

	for (size_t at = 0; at < count;) {
		const struct entry *entry = next_left(entries, count, &at, program);

		if (entry)
			reach_add(&reach, entry_listener(side, entry));
	}
	return reach;
}

/*
 * Each with its like on the other side; where one side has more, the last there stands against the
 * rest.
 */
static void tell_reach(struct comparing *comparing, struct entry *x, size_t x_count,
		       struct entry *y, size_t y_count, const char *program, enum pm_diff_kind kind)
{
	struct entry *before = NULL, *after = NULL;
	size_t i = 0, k = 0;

	for (;;) {
		struct entry *p = next_left(x, x_count, &i, program);
		struct entry *q = next_left(y, y_count, &k, program);

		if (!p && !q)
			break;
		before = p ? p : before;
		after = q ? q : after;
		if (kind != PM_DIFFS) {
			add_exposure_facts(comparing, before, after);
			add_owner_facts(comparing, before, after);
			add_difference(comparing, kind, before->listener, after->listener);
		}
	}
}

static void mark(struct entry *entries, size_t count, const char *program)
{
	for (size_t at = 0; at < count;) {
		struct entry *entry = next_left(entries, count, &at, program);

		if (entry)
			entry->is_matched = true;
	}
}

/* What a program has left on both sides of one port is one change of its exposure. */
static void settle_program(struct comparing *comparing, struct entry *x, size_t x_count,
			   struct entry *y, size_t y_count, const char *program)
{
	static const enum pm_diff_kind kinds[] = {
		[REACH_SAME] = PM_DIFFS,
		[REACH_WIDER] = PM_DIFF_WIDENED,
		[REACH_NARROWER] = PM_DIFF_NARROWED,
	};
	struct reach before = reach_of(&comparing->before, x, x_count, program);
	struct reach after = reach_of(&comparing->after, y, y_count, program);
	enum reach_change change = reach_compare(&before, &after);

	if (!before.farthest || !after.farthest || change == REACH_OTHER)
		return;
	tell_reach(comparing, x, x_count, y, y_count, program, kinds[change]);
	mark(x, x_count, program);
	mark(y, y_count, program);
}

void settle_port(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		 size_t y_count)
{
	for (size_t i = 0; i < x_count; i++)
		if (!x[i].is_matched)
			settle_program(comparing, x, x_count, y, y_count, program_of(&x[i]));
	for (size_t i = 0; i < x_count; i++)
		if (!x[i].is_matched)
			tell_closed(comparing, &x[i]);
	for (size_t k = 0; k < y_count; k++)
		if (!y[k].is_matched)
			tell_opened(comparing, &y[k]);
}

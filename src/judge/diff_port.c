/* What is left of one port, when each key has found its own: gone, new, or moved. */
#include "comparing.h"
#include "reach.h"

/* What could not be seen is not called closed: is a listener of this namespace seen if it is there?
 */
static bool would_be_seen(const struct side *side, const char *netns)
{
	bool is_there = false;

	for (size_t i = 0; i < side->of->snapshot->netns_count; i++) {
		if (strcmp(side->netns[i], netns) != 0)
			continue;
		if (side->of->snapshot->netns[i].is_closed)
			return false;
		is_there |= netns_is_named(side, i);
	}
	return !side_has_gap(side, PM_GAP_SOCKETS) &&
	       (is_there || !side_has_gap(side, PM_GAP_NAMESPACES));
}

static void tell_closed(struct comparing *comparing, const struct entry *entry)
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
	struct reach reach = {0};

	for (size_t at = 0; at < count;) {
		const struct entry *entry = next_left(entries, count, &at, program);

		if (entry)
			reach_add(&reach, entry_listener(side, entry), entry->device);
	}
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

/*
 * Each with its like on the other side; where one side has more, the last there stands against the
 * rest.
 */
static void tell_reach(struct comparing *comparing, struct entry *x, size_t x_count,
		       struct entry *y, size_t y_count, const char *program,
		       enum reach_change change)
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
		tell_pair(comparing, change, before, after);
	}
}

static void mark(struct entry *entries, size_t count, const char *program, bool is_matched)
{
	for (size_t at = 0; at < count;) {
		struct entry *entry = next_left(entries, count, &at, program);

		if (entry) {
			entry->is_matched = is_matched;
			entry->is_settled = true;
		}
	}
}

/* What a program has left on both sides of one port is one change of its exposure. */
static void settle_program(struct comparing *comparing, struct entry *x, size_t x_count,
			   struct entry *y, size_t y_count, const char *program)
{
	struct reach before = reach_of(&comparing->before, x, x_count, program);
	struct reach after = reach_of(&comparing->after, y, y_count, program);
	enum reach_change change = reach_compare(&before, &after);

	if (change != REACH_OTHER)
		tell_reach(comparing, x, x_count, y, y_count, program, change);
	mark(x, x_count, program, change != REACH_OTHER);
	mark(y, y_count, program, change != REACH_OTHER);
}

void settle_port(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		 size_t y_count)
{
	for (size_t i = 0; i < x_count; i++) {
		const char *program = program_of(&x[i]);

		if (program && !x[i].is_matched && !x[i].is_settled)
			settle_program(comparing, x, x_count, y, y_count, program);
	}
	for (size_t i = 0; i < x_count; i++)
		if (!x[i].is_matched)
			tell_closed(comparing, &x[i]);
	for (size_t k = 0; k < y_count; k++)
		if (!y[k].is_matched)
			tell_opened(comparing, &y[k]);
}

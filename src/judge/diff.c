/* Two lists in one order, walked side by side: first key by key, then port by port. */
#include "comparing.h"

#include <errno.h>

static const char *const names[PM_DIFFS] = {
	[PM_DIFF_OWNER] = "owner changed",
	[PM_DIFF_OPENED] = "opened",
	[PM_DIFF_WIDENED] = "exposure widened",
	[PM_DIFF_VERDICT] = "verdict changed",
	[PM_DIFF_CLOSED] = "closed",
	[PM_DIFF_NARROWED] = "exposure narrowed",
	[PM_DIFF_REGISTRY] = "registry changed",
	[PM_DIFF_EXE] = "exe replaced",
};

const char *pm_diff_name(enum pm_diff_kind kind)
{
	return names[kind];
}

void add_fact(struct comparing *comparing, const char *what, const char *from, const char *to)
{
	comparing->facts[comparing->fact_count++] =
		(struct pm_fact_change){.what = what, .from = from, .to = to};
}

void add_difference(struct comparing *comparing, enum pm_diff_kind kind, size_t before,
		    size_t after)
{
	struct pm_diff *diff = comparing->ret;
	size_t count = comparing->fact_count;
	struct pm_fact_change *facts = pm_arena_alloc(&diff->arena, count + 1, sizeof(*facts));
	struct pm_difference *difference =
		facts ? pm_array_add(&diff->items, &diff->count, &diff->room, sizeof(*difference))
		      : NULL;

	comparing->fact_count = 0;
	if (!difference) {
		comparing->failed = true;
		return;
	}
	memcpy(facts, comparing->facts, count * sizeof(*facts));
	*difference = (struct pm_difference){kind, before, after, facts, count};
}

/* How many entries from the first on are equal to it, by their key or only by their port. */
static size_t run_of(const struct side *side, size_t first, bool whole)
{
	size_t count = 1;

	while (first + count < side->count && !entry_compare(side, &side->entries[first], side,
							     &side->entries[first + count], whole))
		count++;
	return count;
}

/* Walk both lists, which are in one order; `visit` gets what is equal in both, or in one alone. */
static void walk(struct comparing *comparing, bool whole,
		 void (*visit)(struct comparing *, struct entry *, size_t, struct entry *, size_t))
{
	struct side *a = &comparing->before, *b = &comparing->after;

	for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
		int c = i == a->count ? 1
			: k == b->count
				? -1
				: entry_compare(a, &a->entries[i], b, &b->entries[k], whole);
		size_t x_count = c > 0 ? 0 : run_of(a, i, whole);
		size_t y_count = c < 0 ? 0 : run_of(b, k, whole);

		visit(comparing, a->entries + i, x_count, b->entries + k, y_count);
		i += x_count;
		k += y_count;
	}
}

/* New or wider; gone, less wide, or called otherwise; upgrades. */
static int gravity(enum pm_diff_kind kind)
{
	return kind <= PM_DIFF_VERDICT ? 0 : kind < PM_DIFF_EXE ? 1 : 2;
}

static int rank_of(const struct comparing *comparing, const struct pm_difference *change)
{
	const struct pm_diff_side *side =
		change->after == PM_NO_LISTENER ? comparing->before.of : comparing->after.of;
	size_t i = change->after == PM_NO_LISTENER ? change->before : change->after;

	return pm_verdict_rank(side->judgement->verdicts[i].kind);
}

static int compare_changes(const void *a, const void *b, void *data)
{
	const struct pm_difference *x = a, *y = b;
	int c = PM_CMP(gravity(x->kind), gravity(y->kind));

	if (!c)
		c = PM_CMP(rank_of(data, x), rank_of(data, y));
	if (!c)
		c = PM_CMP(x->kind, y->kind);
	if (!c)
		c = PM_CMP(x->after, y->after);
	return c ? c : PM_CMP(x->before, y->before);
}

int pm_diff(const struct pm_diff_side *before, const struct pm_diff_side *after,
	    struct pm_diff *ret)
{
	struct comparing comparing = {.ret = ret};

	*ret = (struct pm_diff){0};
	comparing.failed = side_init(&comparing.before, before, &ret->arena) < 0 ||
			   side_init(&comparing.after, after, &ret->arena) < 0;
	if (!comparing.failed) {
		walk(&comparing, true, match_key);
		walk(&comparing, false, settle_port);
	}
	if (ret->count)
		qsort_r(ret->items, ret->count, sizeof(*ret->items), compare_changes, &comparing);
	side_release(&comparing.before);
	side_release(&comparing.after);
	return comparing.failed ? -ENOMEM : 0;
}

void pm_diff_release(struct pm_diff *diff)
{
	free(diff->items);
	pm_arena_release(&diff->arena);
	*diff = (struct pm_diff){0};
}

bool pm_diff_differs(const struct pm_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++)
		if (diff->items[i].kind != PM_DIFF_EXE)
			return true;
	return false;
}

#include "diff.h"
#include "pair.h"
#include "port.h"

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
static void diff_walk(struct comparing *comparing, bool whole,
		      void (*visit)(struct comparing *, struct entry *, size_t, struct entry *,
				    size_t))
{
	struct side *a = &comparing->before, *b = &comparing->after;

	for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
		int c = i == a->count ? 1 : -1;

		if (i < a->count && k < b->count)
			c = entry_compare(a, &a->entries[i], b, &b->entries[k], whole);
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
	return (kind > PM_DIFF_VERDICT) + (kind >= PM_DIFF_EXE);
}

static int diff_rank_of(const struct comparing *comparing, const struct pm_difference *change)
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
		c = PM_CMP(diff_rank_of(data, x), diff_rank_of(data, y));
	if (!c)
		c = PM_CMP(x->kind, y->kind);
	if (!c)
		c = PM_CMP(x->after, y->after);
	return c ? c : PM_CMP(x->before, y->before);
}

/* ---- what was replaced, once ------------------------------------------------------- */

static int diff_compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int diff_compare_files(const struct pm_file *a, const struct pm_file *b)
{
	int c = PM_CMP(!a, !b);

	if (c || !a)
		return c;
	c = strcmp(a->path, b->path);
	if (!c)
		c = PM_CMP(a->inode, b->inode);
	if (!c)
		c = PM_CMP(a->size, b->size);
	return c ? c : PM_CMP(a->modified, b->modified);
}

/* By what changed: 0 where both tell of the same files. */
static int compare_facts(const struct pm_difference *x, const struct pm_difference *y)
{
	int c = PM_CMP(x->fact_count, y->fact_count);

	for (size_t i = 0; i < x->fact_count && !c; i++) {
		const struct pm_fact_change *a = &x->facts[i], *b = &y->facts[i];

		c = strcmp(a->what, b->what);
		if (!c)
			c = diff_compare_texts(a->from, b->from);
		if (!c)
			c = diff_compare_texts(a->to, b->to);
		if (!c)
			c = diff_compare_files(a->from_file, b->from_file);
		if (!c)
			c = diff_compare_files(a->to_file, b->to_file);
	}
	return c;
}

static int compare_replaced(const void *a, const void *b, void *data)
{
	const size_t *i = a, *k = b;
	const struct pm_difference *items = data;
	int c = compare_facts(&items[*i], &items[*k]);

	return c ? c : PM_CMP(*i, *k);
}

/* A program that was replaced is told once, by the first of its listeners: the others are taken
 * out. */
static int fold_replaced(struct pm_diff *diff)
{
	size_t first = diff->count, kept, count;

	while (first && diff->items[first - 1].kind == PM_DIFF_EXE)
		first--;
	count = diff->count - first;
	size_t *order = calloc(count + 1, sizeof(*order));
	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		order[i] = first + i;
	if (count)
		qsort_r(order, count, sizeof(*order), compare_replaced, diff->items);
	for (size_t i = count; i > 1; i--)
		if (!compare_facts(&diff->items[order[i - 1]], &diff->items[order[i - 2]]))
			diff->items[order[i - 1]].kind = PM_DIFFS;
	for (size_t i = kept = first; i < diff->count; i++)
		if (diff->items[i].kind != PM_DIFFS)
			diff->items[kept++] = diff->items[i];
	diff->count = kept;
	free(order);
	return 0;
}

int pm_diff(const struct pm_diff_side *before, const struct pm_diff_side *after,
	    struct pm_diff *ret)
{
	struct comparing comparing = {.ret = ret};

	*ret = (struct pm_diff){0};
	comparing.failed = side_init(&comparing.before, before, &ret->arena) < 0 ||
			   side_init(&comparing.after, after, &ret->arena) < 0;
	if (!comparing.failed) {
		diff_walk(&comparing, true, match_key);
		diff_walk(&comparing, false, settle_port);
	}
	if (ret->count)
		qsort_r(ret->items, ret->count, sizeof(*ret->items), compare_changes, &comparing);
	comparing.failed |= fold_replaced(ret) < 0;
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

size_t pm_diff_replaced(const struct pm_diff *diff)
{
	size_t count = 0;

	for (size_t i = 0; i < diff->count; i++)
		count += diff->items[i].kind == PM_DIFF_EXE;
	return count;
}

bool pm_diff_differs(const struct pm_diff *diff)
{
	return diff->count > pm_diff_replaced(diff);
}

#include "like.h"
#include "reach.h"

/* ---- what is seen, and its order --------------------------------------------------- */

static unsigned seen_of(const struct likes *likes, const struct side *side,
			const struct entry *entry)
{
	unsigned seen = 0;

	for (int fact = 0; fact < FACTS; fact++)
		seen |= (unsigned)entry->facts[fact].is_seen << fact;
	if (reach_takes_v4(entry_listener(side, entry)) != PM_UNKNOWN)
		seen |= LIKE_V4;
	return seen & likes->facts;
}

static int like_compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : PM_CMP(!!a, !!b);
}

static int like_compare(const struct likes *likes, const struct side *a, const struct entry *x,
			const struct side *b, const struct entry *y, unsigned compared)
{
	bool by_uid = likes->by_uid && (compared >> FACT_USER & 1);
	int c = 0;

	if (by_uid)
		c = PM_CMP(entry_verdict(a, x)->owner->uid, entry_verdict(b, y)->owner->uid);
	for (int fact = 0; fact < FACTS && !c; fact++)
		if ((compared >> fact & 1) && !(by_uid && fact == FACT_USER))
			c = like_compare_texts(x->facts[fact].text, y->facts[fact].text);
	if (!c && (compared & LIKE_V4))
		c = PM_CMP(reach_takes_v4(entry_listener(a, x)),
			   reach_takes_v4(entry_listener(b, y)));
	return c;
}

/* ---- views ------------------------------------------------------------------------- */

struct sorting {
	const struct likes *likes;
	unsigned compared;
};

static int like_compare_places(const void *a, const void *b, void *data)
{
	const struct sorting *sorting = data;
	const struct likes *likes = sorting->likes;
	const size_t *i = a, *k = b;
	int c = like_compare(likes, likes->side, &likes->entries[*i], likes->side,
			     &likes->entries[*k], sorting->compared);

	return c ? c : PM_CMP(*i, *k);
}

static void free_view(struct like_view *view)
{
	free(view->order);
	free(view->passed);
	free(view);
}

static void fill_view(const struct likes *likes, struct like_view *view)
{
	struct sorting sorting = {likes, view->compared};

	for (size_t i = 0, at = 0; i < likes->count; i++)
		if (seen_of(likes, likes->side, &likes->entries[i]) == view->seen)
			view->order[at++] = i;
	qsort_r(view->order, view->count, sizeof(*view->order), like_compare_places, &sorting);
}

static struct like_view *make_view(struct likes *likes, unsigned seen, unsigned compared)
{
	struct like_view *view = calloc(1, sizeof(*view));

	if (!view)
		return NULL;
	*view = (struct like_view){.seen = seen, .compared = compared, .up = likes->views};
	for (size_t i = 0; i < likes->count; i++)
		view->count += seen_of(likes, likes->side, &likes->entries[i]) == seen;
	view->order = calloc(view->count, sizeof(*view->order));
	view->passed = calloc(view->count, sizeof(*view->passed));
	if (!view->order || !view->passed) {
		free_view(view);
		return NULL;
	}
	fill_view(likes, view);
	return likes->views = view;
}

static struct like_view *find_view(struct likes *likes, unsigned seen, unsigned compared)
{
	for (struct like_view *view = likes->views; view; view = view->up)
		if (view->seen == seen && view->compared == compared)
			return view;
	return make_view(likes, seen, compared);
}

/* ---- finding ----------------------------------------------------------------------- */

static int compare_to(const struct likes *likes, const struct like_view *view, size_t at,
		      const struct entry *entry)
{
	return like_compare(likes, likes->side, &likes->entries[view->order[at]], likes->other,
			    entry, view->compared);
}

/* The first of a view that counts, as its place among the entries; `count`: none. */
static size_t find_in(const struct likes *likes, struct like_view *view, const struct entry *entry)
{
	size_t low = 0, high = view->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_to(likes, view, middle, entry) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	size_t at = low < view->count ? low + view->passed[low] : low;
	for (; at < view->count && !compare_to(likes, view, at, entry); at++) {
		if (likes->counts(&likes->entries[view->order[at]]))
			return view->order[at];
		view->passed[low] = at + 1 - low;
	}
	return likes->count;
}

struct entry *likes_find(struct likes *likes, const struct entry *entry, bool *failed)
{
	unsigned seen = seen_of(likes, likes->other, entry);
	size_t best = likes->count;

	for (size_t i = 0; i < likes->set_count; i++) {
		struct like_view *view = find_view(likes, likes->sets[i], seen & likes->sets[i]);

		if (!view) {
			*failed = true;
			return NULL;
		}
		size_t found = find_in(likes, view, entry);
		best = found < best ? found : best;
	}
	return best < likes->count ? &likes->entries[best] : NULL;
}

static void add_set(struct likes *likes, unsigned seen)
{
	for (size_t i = 0; i < likes->set_count; i++)
		if (likes->sets[i] == seen)
			return;
	likes->sets[likes->set_count++] = seen;
}

void likes_init(struct likes *likes)
{
	for (size_t i = 0; i < likes->count; i++)
		add_set(likes, seen_of(likes, likes->side, &likes->entries[i]));
}

void likes_release(struct likes *likes)
{
	for (struct like_view *view = likes->views, *up; view; view = up) {
		up = view->up;
		free_view(view);
	}
	likes->views = NULL;
}

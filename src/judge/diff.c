#include "entry.h"
#include "reach.h"

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

enum { FACTS_MAX = FACTS + 6 };

struct comparing {
	struct side before, after;
	struct pm_diff *ret;
	struct pm_fact_change facts[FACTS_MAX]; /* of the change to be told next */
	size_t fact_count;
	bool failed; /* out of memory */
};

static void add_fact(struct comparing *comparing, const char *what, const char *from,
		     const char *to)
{
	comparing->facts[comparing->fact_count++] = (struct pm_fact_change){what, from, to};
}

/* Tell one change, with the facts that were added. */
static void add_change(struct comparing *comparing, enum pm_diff_kind kind, size_t before,
		       size_t after)
{
	struct pm_diff *diff = comparing->ret;
	size_t count = comparing->fact_count;
	struct pm_fact_change *facts = pm_arena_alloc(&diff->arena, count + 1, sizeof(*facts));
	struct pm_difference *change =
		facts ? pm_array_add(&diff->items, &diff->count, &diff->room, sizeof(*change))
		      : NULL;

	comparing->fact_count = 0;
	if (!change) {
		comparing->failed = true;
		return;
	}
	memcpy(facts, comparing->facts, count * sizeof(*facts));
	*change = (struct pm_difference){kind, before, after, facts, count};
}

/* ---- one listener, before and after -------------------------------------------------------------
 */

static const struct pm_verdict *verdict_before(const struct comparing *comparing,
					       const struct entry *entry)
{
	return entry_verdict(&comparing->before, entry);
}

static const struct pm_verdict *verdict_after(const struct comparing *comparing,
					      const struct entry *entry)
{
	return entry_verdict(&comparing->after, entry);
}

static void add_owner_facts(struct comparing *comparing, const struct entry *x,
			    const struct entry *y)
{
	for (int fact = 0; fact < FACTS; fact++)
		if (fact_differs(&comparing->before, x, &comparing->after, y, (enum fact)fact))
			add_fact(comparing, fact_name[fact], x->facts[fact].text,
				 y->facts[fact].text);
}

/*
 * Flags that make a difference. That one could be told only by a check that is not always made says
 * nothing when it is gone.
 */
static unsigned flags_of(const struct pm_verdict *verdict, const struct pm_verdict *other)
{
	unsigned watched = 0;

	for (int flag = 0; flag < PM_FLAGS; flag++)
		if (pm_flag_severity((enum pm_flag)flag) > PM_SEVERITY_INFO)
			watched |= 1u << flag;
	return (verdict->flags | (other->flags & 1u << PM_FLAG_HIDDEN)) & watched;
}

static const char *flag_text(struct comparing *comparing, unsigned flags)
{
	struct pm_buf text = {0};

	for (int flag = 0; flag < PM_FLAGS; flag++)
		if (flags >> flag & 1) {
			pm_buf_puts(&text, text.len ? "," : "");
			pm_buf_puts(&text, pm_flag_name((enum pm_flag)flag));
		}
	const char *kept =
		text.failed ? NULL
			    : pm_arena_copy(&comparing->ret->arena, pm_buf_text(&text), text.len);
	pm_buf_release(&text);
	comparing->failed |= !kept;
	return kept && *kept ? kept : NULL;
}

/* Is there a verdict on both sides? Where no owner could be seen, there is none. */
static bool has_verdicts(const struct entry *x, const struct entry *y)
{
	return x->facts[FACT_OWNER].is_seen && y->facts[FACT_OWNER].is_seen;
}

static void add_verdict_facts(struct comparing *comparing, const struct entry *x,
			      const struct entry *y)
{
	const struct pm_verdict *p = verdict_before(comparing, x), *q = verdict_after(comparing, y);
	unsigned from = flags_of(p, &(struct pm_verdict){0}), to = flags_of(q, p);

	if (!has_verdicts(x, y))
		return;
	if (p->kind != q->kind)
		add_fact(comparing, "verdict", pm_verdict_name(p->kind), pm_verdict_name(q->kind));
	if (from != to)
		add_fact(comparing, "flags", flag_text(comparing, from), flag_text(comparing, to));
}

static void add_registry_fact(struct comparing *comparing, const struct entry *x,
			      const struct entry *y)
{
	const struct pm_diff_side *p = comparing->before.of, *q = comparing->after.of;
	const char *from = p->registered ? p->registered[x->listener] : NULL;
	const char *to = q->registered ? q->registered[y->listener] : NULL;

	if (from && to && strcmp(from, to) != 0)
		add_fact(comparing, "registered to", *from ? from : NULL, *to ? to : NULL);
}

/* The file at a path, by what tells it from the one that was there before. */
static const char *file_text(struct comparing *comparing, const struct pm_file *file)
{
	const char *text = pm_arena_printf(&comparing->ret->arena,
					   "device %ju inode %ju, %ju bytes, modified @%jd",
					   (uintmax_t)file->device, (uintmax_t)file->inode,
					   (uintmax_t)file->size, (intmax_t)file->modified);

	comparing->failed |= !text;
	return text;
}

static void add_file_fact(struct comparing *comparing, const char *what, const struct pm_file *from,
			  const struct pm_file *to)
{
	if (!from->path || !to->path || strcmp(from->path, to->path) != 0 || !from->has_stat ||
	    !to->has_stat)
		return;
	if (from->device != to->device || from->inode != to->inode || from->size != to->size ||
	    from->modified != to->modified)
		add_fact(comparing, what, file_text(comparing, from), file_text(comparing, to));
}

static bool is_one_host(const struct comparing *comparing)
{
	const char *before = comparing->before.of->snapshot->host;
	const char *after = comparing->after.of->snapshot->host;

	return before && after && !strcmp(before, after);
}

static void add_file_facts(struct comparing *comparing, const struct entry *x,
			   const struct entry *y)
{
	const struct pm_process *p = verdict_before(comparing, x)->owner;
	const struct pm_process *q = verdict_after(comparing, y)->owner;

	if (!p || !q || !is_one_host(comparing))
		return;
	add_file_fact(comparing, "file", &p->exe, &q->exe);
	add_file_fact(comparing, "file it runs", &p->running.file, &q->running.file);
}

/* Of all that differs the first kind is told, and the rest with it. */
static void compare_pair(struct comparing *comparing, const struct entry *x, const struct entry *y)
{
	static void (*const adds[])(struct comparing *, const struct entry *,
				    const struct entry *) = {
		add_owner_facts,
		add_verdict_facts,
		add_registry_fact,
		add_file_facts,
	};
	static const enum pm_diff_kind kinds[] = {PM_DIFF_OWNER, PM_DIFF_VERDICT, PM_DIFF_REGISTRY,
						  PM_DIFF_EXE};
	enum pm_diff_kind kind = PM_DIFFS;

	for (size_t i = 0; i < PM_COUNT(adds); i++) {
		adds[i](comparing, x, y);
		if (comparing->fact_count && kind == PM_DIFFS)
			kind = kinds[i];
		/* The file of another executable is another one. */
		if (kind == PM_DIFF_OWNER && i + 2 == PM_COUNT(adds))
			break;
	}
	if (kind != PM_DIFFS)
		add_change(comparing, kind, x->listener, y->listener);
}

/* ---- all of one key -----------------------------------------------------------------------------
 */

static bool is_v6only_changed(const struct comparing *comparing, const struct entry *x,
			      const struct entry *y)
{
	enum pm_known from = entry_listener(&comparing->before, x)->v6only;
	enum pm_known to = entry_listener(&comparing->after, y)->v6only;

	return from != to && from != PM_UNKNOWN && to != PM_UNKNOWN;
}

/* The same owners first; then whoever is left on both sides follows one another. */
static void match_key(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
		      size_t y_count)
{
	for (int any = 0; any < 2; any++)
		for (size_t i = 0; i < x_count; i++)
			for (size_t k = 0; k < y_count && !x[i].is_matched; k++) {
				if (y[k].is_matched ||
				    (!any && owner_differs(&comparing->before, &x[i],
							   &comparing->after, &y[k])))
					continue;
				/* Its reach is compared with that of all others of its port. */
				if (!any && is_v6only_changed(comparing, &x[i], &y[k]))
					break;
				x[i].is_matched = y[k].is_matched = true;
				compare_pair(comparing, &x[i], &y[k]);
			}
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

/* ---- what is left of one port -------------------------------------------------------------------
 */

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
		add_change(comparing, PM_DIFF_CLOSED, entry->listener, PM_NO_LISTENER);
	else
		comparing->ret->unseen++;
}

static void tell_opened(struct comparing *comparing, const struct entry *entry)
{
	if (!would_be_seen(&comparing->before, entry->netns))
		add_fact(comparing, "before", "not to be seen", NULL);
	add_change(comparing, PM_DIFF_OPENED, PM_NO_LISTENER, entry->listener);
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

static void add_exposure_facts(struct comparing *comparing, const struct entry *x,
			       const struct entry *y)
{
	enum pm_exposure from = comparing->before.of->labels[x->listener].exposure;
	enum pm_exposure to = comparing->after.of->labels[y->listener].exposure;

	if (from != to)
		add_fact(comparing, "exposure", pm_exposure_name(from), pm_exposure_name(to));
	if (is_v6only_changed(comparing, x, y)) {
		bool was = entry_listener(&comparing->before, x)->v6only == PM_YES;

		add_fact(comparing, "IPv4", was ? "no" : "yes", was ? "yes" : "no");
	}
	if (strcmp(x->device, y->device) != 0)
		add_fact(comparing, "device", *x->device ? x->device : NULL,
			 *y->device ? y->device : NULL);
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
			add_change(comparing, kind, before->listener, after->listener);
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

static void settle_port(struct comparing *comparing, struct entry *x, size_t x_count,
			struct entry *y, size_t y_count)
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

/* ---- the whole ----------------------------------------------------------------------------------
 */

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

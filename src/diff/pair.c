#include "pair.h"
#include "company.h"
#include "diff.h"
#include "like.h"
#include "reach.h"

#include <sys/sysmacros.h>

void add_exposure_facts(struct comparing *comparing, const struct entry *x, const struct entry *y)
{
	enum pm_exposure from = comparing->before.of->labels[x->listener].exposure;
	enum pm_exposure to = comparing->after.of->labels[y->listener].exposure;

	if (from != to)
		add_fact(comparing, "exposure", pm_exposure_name(from), pm_exposure_name(to));
	if (v4_differs(&comparing->before, x, &comparing->after, y)) {
		bool took = reach_takes_v4(entry_listener(&comparing->before, x)) == PM_YES;

		add_fact(comparing, "IPv4", took ? "yes" : "no", took ? "no" : "yes");
	}
	if (strcmp(x->device, y->device) != 0)
		add_fact(comparing, "device", *x->device ? x->device : NULL,
			 *y->device ? y->device : NULL);
}

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

void add_owner_facts(struct comparing *comparing, const struct entry *x, const struct entry *y)
{
	for (int fact = 0; fact < FACTS; fact++)
		if (fact_differs(&comparing->before, x, &comparing->after, y, (enum fact)fact))
			add_fact(comparing, fact_name[fact], x->facts[fact].whole,
				 y->facts[fact].whole);
}

/* Flags that make a difference. */
static unsigned watched_flags(const struct pm_verdict *verdict)
{
	unsigned watched = 0;

	for (int flag = 0; flag < PM_FLAGS; flag++)
		if (pm_flag_severity((enum pm_flag)flag) > PM_SEVERITY_INFO)
			watched |= 1u << flag;
	return verdict->flags & watched;
}

/*
 * That a flag is gone says nothing where not all was seen that it rests on, nor of one that is told
 * only by a check that is not always made.
 */
static unsigned lasting_flags(const struct side *after)
{
	bool is_whole = !side_has_gap(after, PM_GAP_HOLDERS) &&
			!side_has_gap(after, PM_GAP_PROCESSES) &&
			!side_has_gap(after, PM_GAP_SOCKETS);

	return is_whole ? 1u << PM_FLAG_HIDDEN : ~0u;
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
	unsigned from = watched_flags(p);
	unsigned to = watched_flags(q) | (from & lasting_flags(&comparing->after));

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

/* The numbers of file systems without a device are drawn at each mount. */
static bool is_other_device(uint64_t a, uint64_t b)
{
	return a != b && major(a) && major(b);
}

static bool is_other_file(const struct pm_file *a, const struct pm_file *b)
{
	return a->inode != b->inode || a->size != b->size || a->modified != b->modified;
}

/* The same path, or one that differs in what is no part of a name: its version, as a rule. */
static void add_file_fact(struct comparing *comparing, const char *what, const char *path,
			  const struct pm_file *from, const struct pm_file *to)
{
	struct pm_arena *arena = &comparing->ret->arena;

	if (!from->path || !to->path || !from->has_stat || !to->has_stat)
		return;
	if (!strcmp(from->path, to->path)) {
		if (is_other_file(from, to) || is_other_device(from->device, to->device))
			comparing->facts[comparing->fact_count++] = (struct pm_fact_change){
				.what = what, .from_file = from, .to_file = to};
		return;
	}
	const char *before = pm_lasting_name(PM_NAMING_PATH, from->path, arena);
	const char *after = pm_lasting_name(PM_NAMING_PATH, to->path, arena);

	comparing->failed |= !before || !after;
	if (before && after && !strcmp(before, after) && is_other_file(from, to))
		add_fact(comparing, path, from->path, to->path);
}

/*
 * One that others than root can write is put there by whoever likes to, and not by an upgrade; but
 * an image of a container, which brings all of its files anew.
 */
static bool may_be_swapped(const struct pm_process *process, const struct pm_file *from,
			   const struct pm_file *to)
{
	return !pm_process_is_contained(process) && from->path && to->path &&
	       !strcmp(from->path, to->path) &&
	       (from->writers == PM_WRITERS_OTHERS || to->writers == PM_WRITERS_OTHERS);
}

/* Of a folder in which code is looked for, size and time change with each file in it. */
static void add_loaded_fact(struct comparing *comparing, const struct pm_file *from,
			    const struct pm_file *to)
{
	if (from->has_stat && to->has_stat &&
	    (from->inode != to->inode || is_other_device(from->device, to->device)))
		comparing->facts[comparing->fact_count++] = (struct pm_fact_change){
			.what = "file it loads", .from_file = from, .to_file = to};
}

static void add_files(struct comparing *comparing, const struct entry *x, const struct entry *y,
		      bool swapped)
{
	const struct pm_process *p = verdict_before(comparing, x)->owner;
	const struct pm_process *q = verdict_after(comparing, y)->owner;

	if (!p || !q || !are_of_one_host(&comparing->before, &comparing->after))
		return;
	if (may_be_swapped(q, &p->exe, &q->exe) == swapped)
		add_file_fact(comparing, "file", "exe", &p->exe, &q->exe);
	if (may_be_swapped(q, &p->running.file, &q->running.file) == swapped)
		add_file_fact(comparing, "file it runs", "runs", &p->running.file,
			      &q->running.file);
	if (swapped && may_be_swapped(q, &p->loaded, &q->loaded))
		add_loaded_fact(comparing, &p->loaded, &q->loaded);
}

static void add_swapped_facts(struct comparing *comparing, const struct entry *x,
			      const struct entry *y)
{
	add_files(comparing, x, y, true);
}

static void add_file_facts(struct comparing *comparing, const struct entry *x,
			   const struct entry *y)
{
	add_files(comparing, x, y, false);
}

void compare_pair(struct comparing *comparing, const struct entry *x, const struct entry *y,
		  bool same_place)
{
	static const struct {
		void (*add)(struct comparing *comparing, const struct entry *x,
			    const struct entry *y);
		enum pm_diff_kind kind;
	} steps[] = {
		{add_owner_facts, PM_DIFF_OWNER},     {add_company_facts, PM_DIFF_OWNER},
		{add_swapped_facts, PM_DIFF_OWNER},   {add_exposure_facts, PM_DIFF_OWNER},
		{add_verdict_facts, PM_DIFF_VERDICT}, {add_registry_fact, PM_DIFF_REGISTRY},
		{add_file_facts, PM_DIFF_EXE},
	};
	enum pm_diff_kind kind = PM_DIFFS;

	for (size_t i = 0; i < PM_COUNT(steps); i++) {
		/* Of another owner, the file is another one, and so are the others. */
		if ((kind != PM_DIFF_OWNER ||
		     (steps[i].kind != PM_DIFF_EXE && steps[i].add != add_company_facts)) &&
		    (same_place || steps[i].add != add_exposure_facts))
			steps[i].add(comparing, x, y);
		if (comparing->fact_count && kind == PM_DIFFS)
			kind = steps[i].kind;
	}
	if (kind != PM_DIFFS)
		add_difference(comparing, kind, x->listener, y->listener);
}

static void match(struct comparing *comparing, struct entry *x, struct entry *y)
{
	x->is_matched = y->is_matched = true;
	compare_pair(comparing, x, y, true);
}

/* ---- whose is it now --------------------------------------------------------------- */

static bool is_whatever(const struct entry *entry)
{
	(void)entry;
	return true;
}

static bool is_unmatched(const struct entry *entry)
{
	return !entry->is_matched;
}

static bool pair_is_left(const struct entry *entry)
{
	return !entry->is_matched && !entry->is_moved;
}

/* All of one key on one side, and on the other. */
struct pair_group {
	struct side *side;
	struct entry *entries;
	size_t count;
};

static struct likes likes_of(const struct pair_group *group, const struct pair_group *other,
			     unsigned facts, bool (*counts)(const struct entry *entry))
{
	return (struct likes){
		.side = group->side,
		.other = other->side,
		.entries = group->entries,
		.count = group->count,
		.facts = facts,
		.counts = counts,
	};
}

/* Each that counts with the first that counts of those that are like it. */
static void match_like(struct comparing *comparing, const struct pair_group *x, struct likes *likes)
{
	likes_init(likes);
	for (size_t i = 0; i < x->count && !comparing->failed; i++) {
		struct entry *like = likes->counts(&x->entries[i])
					     ? likes_find(likes, &x->entries[i], &comparing->failed)
					     : NULL;

		if (like)
			match(comparing, &x->entries[i], like);
	}
	likes_release(likes);
}

/* Each with the first that is left of the same owner: of users, by name; who got another, by uid. */
static void match_same(struct comparing *comparing, const struct pair_group *x,
		       const struct pair_group *y)
{
	bool one_host = are_of_one_host(x->side, y->side);

	for (int by_uid = 0; by_uid <= one_host; by_uid++) {
		struct likes likes = likes_of(y, x, LIKE_OWNER | LIKE_V4, is_unmatched);

		likes.by_uid = by_uid;
		match_like(comparing, x, &likes);
	}
}

/* Is there any, matched or not, that is like it? Told by `mark`. */
static void pass_like(struct comparing *comparing, const struct pair_group *x, struct likes *likes,
		      void (*mark)(struct entry *entry))
{
	likes_init(likes);
	for (size_t i = 0; i < x->count && !comparing->failed; i++)
		if (pair_is_left(&x->entries[i]) &&
		    likes_find(likes, &x->entries[i], &comparing->failed))
			mark(&x->entries[i]);
	likes_release(likes);
}

static void pair_mark_matched(struct entry *entry)
{
	entry->is_matched = true;
}

static void mark_moved(struct entry *entry)
{
	entry->is_moved = true;
}

/*
 * Of whom not all could be seen, several can be one that has its like already: nothing is known to
 * differ. Where the same owner takes other families, its reach is compared with that of all others
 * of its port.
 */
static void pair_pass_over(struct comparing *comparing, const struct pair_group *x,
			   const struct pair_group *y)
{
	bool one_host = are_of_one_host(x->side, y->side);

	for (int by_v4 = 1; by_v4 >= 0; by_v4--)
		for (int by_uid = 0; by_uid <= one_host; by_uid++) {
			struct likes likes = likes_of(
				y, x, by_v4 ? LIKE_OWNER | LIKE_V4 : LIKE_OWNER, is_whatever);

			likes.by_uid = by_uid;
			pass_like(comparing, x, &likes, by_v4 ? pair_mark_matched : mark_moved);
		}
}

/* Whoever is left is followed by another owner: by one of the same program, if there is one. */
static void match_others(struct comparing *comparing, const struct pair_group *x,
			 const struct pair_group *y)
{
	struct likes likes = likes_of(y, x, 1u << FACT_PROGRAM, pair_is_left);

	match_like(comparing, x, &likes);
	for (size_t i = 0, k = 0; i < x->count && k < y->count;) {
		if (!pair_is_left(&x->entries[i]))
			i++;
		else if (!pair_is_left(&y->entries[k]))
			k++;
		else
			match(comparing, &x->entries[i], &y->entries[k]);
	}
}

void match_key(struct comparing *comparing, struct entry *x, size_t x_count, struct entry *y,
	       size_t y_count)
{
	const struct pair_group before = {&comparing->before, x, x_count};
	const struct pair_group after = {&comparing->after, y, y_count};

	if (!x_count || !y_count)
		return;
	match_same(comparing, &before, &after);
	pair_pass_over(comparing, &before, &after);
	pair_pass_over(comparing, &after, &before);
	match_others(comparing, &before, &after);
}

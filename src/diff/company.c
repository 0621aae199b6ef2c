#include "company.h"
#include "diff.h"

#include <errno.h>

/* What one of them runs. */
struct company_program {
	const char *name; /* what is compared: what lasts of it */
	const char *path; /* what is told */
};

/* All of them, each once, in order. */
struct companions {
	struct company_program *program;
	size_t count, room;
};

/* Code of root's, which a service has for its own work: a worker of another program. */
static bool is_workers(const struct pm_process *process, const struct pm_process *owner)
{
	const struct pm_running *running = &process->running;
	bool is_of_service = process->unit && owner->unit && !strcmp(process->unit, owner->unit);

	return (is_of_service || process->ppid == owner->pid) && pm_process_is_trusted(process) &&
	       (!running->runtime || running->file.path);
}

/* What an interpreter runs; NULL: it is none, or does not say, as one with a title does not. */
static const char *run_by(const struct pm_process *process)
{
	const struct pm_running *running = &process->running;

	if (running->file.path || running->name)
		return running->file.path ? running->file.path : running->name;
	return running->kind == PM_RUNS_INLINE ? "inline code" : NULL;
}

static bool is_same_program(const struct pm_process *a, const struct pm_process *b)
{
	const char *x = run_by(a), *y = run_by(b);

	return !strcmp(a->exe.path, b->exe.path) && (!x || !y || !strcmp(x, y));
}

/* What it runs is none of the owner's: of one that was gone before that could be read, nobody
 * knows. */
static bool counts(const struct pm_process *process, const struct pm_process *owner)
{
	return process != owner && process->pid != 1 && process->exe.path && owner->exe.path &&
	       !is_same_program(process, owner) && !is_workers(process, owner);
}

/* What lasts of the program, and of what it runs. */
static const char *lasting_program(const struct pm_process *process, struct pm_arena *arena)
{
	const char *run = run_by(process);
	const char *exe = pm_lasting_name(PM_NAMING_PATH, process->exe.path, arena);

	if (!run || !exe)
		return exe;
	run = pm_lasting_name(PM_NAMING_PATH, run, arena);
	return run ? pm_arena_printf(arena, "%s %s", exe, run) : NULL;
}

static int company_add_program(struct side *side, struct companions *company,
			       const struct pm_process *process)
{
	const char *run = run_by(process), *name = lasting_program(process, side->arena);
	const char *told = run ? pm_arena_printf(side->arena, "%s %s", process->exe.path, run)
			       : process->exe.path;
	struct company_program *room = name && told
					       ? pm_array_add(&company->program, &company->count,
							      &company->room, sizeof(*room))
					       : NULL;
	if (room)
		*room = (struct company_program){name, told};
	return room ? 0 : -ENOMEM;
}

static int company_compare_programs(const void *a, const void *b)
{
	const struct company_program *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void sort_once(struct companions *company)
{
	size_t kept = 0;

	if (company->count)
		qsort(company->program, company->count, sizeof(*company->program),
		      company_compare_programs);
	for (size_t i = 0; i < company->count; i++)
		if (!kept || company_compare_programs(&company->program[kept - 1],
						      &company->program[i]) != 0)
			company->program[kept++] = company->program[i];
	company->count = kept;
}

static int read_company(struct side *side, const struct entry *entry, struct companions *ret)
{
	const struct pm_listener *listener = entry_listener(side, entry);
	const struct pm_process *owner = entry_verdict(side, entry)->owner;
	int r = 0;

	for (size_t i = 0; i < listener->holders && r == 0; i++) {
		const struct pm_process *process = pm_holder(side->of->snapshot, listener, i);

		if (counts(process, owner))
			r = company_add_program(side, ret, process);
	}
	sort_once(ret);
	return r;
}

static bool has_joined(const struct companions *before, const struct companions *after)
{
	for (size_t i = 0; i < after->count; i++)
		if (!before->count || !bsearch(&after->program[i], before->program, before->count,
					       sizeof(*before->program), company_compare_programs))
			return true;
	return false;
}

/* All in one line; NULL: none. */
static const char *company_text(struct comparing *comparing, const struct companions *company)
{
	struct pm_buf text = {0};

	for (size_t i = 0; i < company->count; i++)
		pm_buf_printf(&text, "%s%s", i ? ", " : "", company->program[i].path);
	const char *kept =
		text.failed ? NULL
			    : pm_arena_copy(&comparing->ret->arena, pm_buf_text(&text), text.len);
	pm_buf_release(&text);
	comparing->failed |= !kept;
	return company->count ? kept : NULL;
}

/* Who leaves takes nothing along; and of what was not seen before, nobody knows whether it joined.
 */
void add_company_facts(struct comparing *comparing, const struct entry *x, const struct entry *y)
{
	struct companions before = {0}, after = {0};

	if (!entry_verdict(&comparing->before, x)->owner ||
	    !entry_verdict(&comparing->after, y)->owner ||
	    entry_stands_for_others(&comparing->before, x) ||
	    entry_stands_for_others(&comparing->after, y) ||
	    side_has_gap(&comparing->before, PM_GAP_HOLDERS))
		return;
	comparing->failed |= read_company(&comparing->before, x, &before) < 0 ||
			     read_company(&comparing->after, y, &after) < 0;
	if (!comparing->failed && has_joined(&before, &after))
		add_fact(comparing, "also held by", company_text(comparing, &before),
			 company_text(comparing, &after));
	free(before.program);
	free(after.program);
}

/* Why a verdict is given, as data. */
#include "reason.h"

void reason_give(struct matter *matter, enum pm_rule rule, const char *evidence, const char *source)
{
	size_t *count = &matter->verdict->reason_count;

	if (!evidence || !source)
		matter->failed = true;
	else if (*count < REASONS_MAX)
		matter->reasons[(*count)++] =
			(struct pm_reason){.rule = rule, .evidence = evidence, .source = source};
}

void reasons_keep(struct matter *matter)
{
	struct pm_verdict *verdict = matter->verdict;
	size_t bytes = verdict->reason_count * sizeof(*verdict->reasons);

	verdict->reasons = pm_arena_alloc(matter->arena, 1, bytes);
	if (verdict->reasons)
		memcpy(verdict->reasons, matter->reasons, bytes);
	matter->failed |= !verdict->reasons;
}

const char *reason_source(struct matter *matter, const char *file)
{
	return pm_arena_printf(matter->arena, "/proc/%d/%s", matter->verdict->owner->pid, file);
}

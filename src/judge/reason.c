/* Why a verdict is given, as data. */
#include "reason.h"

void reason_give(struct trial *trial, enum pm_rule rule, const char *evidence, const char *source)
{
	size_t *count = &trial->verdict->reason_count;

	if (!evidence || !source)
		trial->failed = true;
	else if (*count < REASONS_MAX)
		trial->reasons[(*count)++] =
			(struct pm_reason){.rule = rule, .evidence = evidence, .source = source};
}

void reasons_keep(struct trial *trial)
{
	struct pm_verdict *verdict = trial->verdict;
	size_t bytes = verdict->reason_count * sizeof(*verdict->reasons);

	verdict->reasons = pm_arena_alloc(trial->arena, 1, bytes);
	if (verdict->reasons)
		memcpy(verdict->reasons, trial->reasons, bytes);
	trial->failed |= !verdict->reasons;
}

const char *reason_source(struct trial *trial, const char *file)
{
	return pm_arena_printf(trial->arena, "/proc/%d/%s", trial->verdict->owner->pid, file);
}

/* The row that would make peace with a finding. */
#include "claim.h"

/* A field of CSV: in quotes where it must be. */
static void add_field(const char *text, struct pm_buf *ret)
{
	bool quoted = strpbrk(text, ",\"") != NULL;

	if (quoted)
		pm_buf_puts(ret, "\"");
	for (; *text; text++) {
		if (*text == '"')
			pm_buf_puts(ret, "\"");
		pm_buf_add(ret, text, 1);
	}
	if (quoted)
		pm_buf_puts(ret, "\"");
	pm_buf_puts(ret, ",");
}

static bool is_bad(const struct pm_file *file)
{
	return file->path && bad_place_of(file->path) != PM_RULES;
}

void pm_acceptance(const struct pm_snapshot *snapshot, const struct pm_judgement *judgement,
		   size_t i, struct pm_buf *ret)
{
	const struct pm_listener *listener = &snapshot->listeners[i];
	const struct pm_verdict *verdict = &judgement->verdicts[i];
	const struct pm_process *owner = verdict->owner;

	if ((verdict->kind != PM_VERDICT_MISMATCH && verdict->kind != PM_VERDICT_UNREGISTERED) ||
	    !listener->port || (owner && (is_bad(&owner->exe) || is_bad(&owner->running.file))))
		return;
	const char *program = verdict->program;
	size_t len = program ? strlen(program) : 0;
	/* Such a name has no form in the table; one that fills its room may have been cut. */
	if (!len || len == PM_PROGRAM_SIZE - 1 || program[0] == ' ' || program[len - 1] == ' ')
		return;
	pm_buf_printf(ret, "%u,%s,", listener->port,
		      pm_transport_of(listener->protocol) == PM_TCP ? "tcp" : "udp");
	add_field(program, ret);
	pm_buf_printf(ret, "%s,", pm_kind_name(verdict->kind_of_program));
	add_field(program, ret);
	pm_buf_puts(ret, "local");
}

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

void pm_acceptance(const struct pm_snapshot *snapshot, const struct pm_judgement *judgement,
		   size_t i, struct pm_buf *ret)
{
	const struct pm_listener *listener = &snapshot->listeners[i];
	const struct pm_verdict *verdict = &judgement->verdicts[i];
	const struct pm_process *owner = verdict->owner;
	char name[PM_PROGRAM_SIZE];

	if ((verdict->kind != PM_VERDICT_MISMATCH && verdict->kind != PM_VERDICT_UNREGISTERED) ||
	    !listener->port || (owner && bad_place_of(owner->exe.path) != PM_RULES))
		return;
	const char *program =
		owner ? pm_program_name(owner->exe.path, name, sizeof(name)) : listener->service;
	size_t len = strlen(program);
	/* Such a name has no form in the table; one that fills the buffer may have been cut. */
	if (!len || len == sizeof(name) - 1 || program[0] == ' ' || program[len - 1] == ' ')
		return;
	pm_buf_printf(ret, "%u,%s,", listener->port,
		      pm_transport_of(listener->protocol) == PM_TCP ? "tcp" : "udp");
	add_field(program, ret);
	pm_buf_printf(ret, "%s,", pm_kind_name(owner ? PM_KIND_EXE : PM_KIND_KERNEL));
	add_field(program, ret);
	pm_buf_puts(ret, "local");
}

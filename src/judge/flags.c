#include "flags.h"
#include "claim.h"

static void set(struct pm_verdict *verdict, enum pm_flag flag, bool holds)
{
	verdict->flags |= (unsigned)holds << flag;
}

static bool is_writable(const struct pm_process *process)
{
	return process->exe.writers == PM_WRITERS_OTHERS ||
	       process->running.file.writers == PM_WRITERS_OTHERS ||
	       process->loaded.writers == PM_WRITERS_OTHERS;
}

/* Root of the host; in a user namespace of its own, uid 0 is none. */
static bool is_root(const struct pm_process *process)
{
	return process->has_uid && process->uid == 0 && process->own_userns != PM_YES;
}

void flags_set(const struct pm_snapshot *snapshot, const struct pm_listener *listener,
	       struct pm_verdict *verdict)
{
	const struct pm_process *owner = verdict->owner;

	for (size_t i = 0; i < listener->holders; i++) {
		const struct pm_process *holder = pm_holder(snapshot, listener, i);

		set(verdict, PM_FLAG_ROOT_RUNS_USER_WRITABLE,
		    is_root(holder) && is_writable(holder));
		set(verdict, PM_FLAG_PROC_OVERMOUNT, holder->is_overmounted);
		set(verdict, PM_FLAG_IN_MEMORY,
		    is_in_memory(&holder->exe) || is_in_memory(&holder->running.file));
	}
	set(verdict, PM_FLAG_HIDDEN, listener->hidden_from != NULL);
	if (!owner || !owner->exe.path)
		return;
	set(verdict, PM_FLAG_DELETED, owner->exe.deleted == PM_YES);
	set(verdict, PM_FLAG_USER_WRITABLE, is_writable(owner));
	set(verdict, PM_FLAG_IN_CONTAINER, pm_process_is_contained(owner));
}

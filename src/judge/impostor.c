#include "impostor.h"
#include "reason.h"

/* A file in a place where no honest program has its own. */
static bool judge_place(struct trial *trial)
{
	const struct pm_process *owner = trial->verdict->owner;
	const struct pm_file *const files[] = {&owner->exe, &owner->running.file};

	for (size_t i = 0; i < PM_COUNT(files); i++) {
		enum pm_rule rule = files[i]->path ? bad_place_of(files[i]->path) : PM_RULES;

		/* A folder of a container is open to who is in there, and they are one. */
		if (rule == PM_RULES && files[i]->is_open == PM_YES &&
		    !pm_process_is_contained(owner))
			rule = PM_RULE_EXE_WORLD_WRITABLE;
		if (rule == PM_RULES)
			continue;
		reason_give(trial, rule, files[i]->path,
			    reason_source(trial, i ? "cmdline" : "exe"));
		return true;
	}
	return false;
}

/* A file that was bound over the name of another, in a mount namespace that nobody is in. */
static bool judge_path(struct trial *trial)
{
	const struct pm_process *owner = trial->verdict->owner;

	if (owner->exe.at_path != PM_NO || pm_process_is_contained(owner))
		return false;
	reason_give(trial, PM_RULE_FALSE_PATH,
		    pm_arena_printf(trial->arena,
				    "%s leads to another file, or to none, from its own root and "
				    "from the host's",
				    owner->exe.path),
		    reason_source(trial, "exe"));
	return true;
}

/*
 * A file that only stands there in a namespace that any user can make for himself. The containers
 * of users are such: their own word vouches for nothing, and is no deceit.
 */
static bool judge_userns(struct trial *trial)
{
	const struct pm_process *owner = trial->verdict->owner;
	bool may_be_users = !identity_is_in_roots_userns(owner) &&
			    (!identity_is_of_system_unit(owner) || owner->has_userns_owner);

	if (owner->own_userns != PM_YES || owner->exe.on_host != PM_NO ||
	    owner->container.runtime || !may_be_users)
		return false;
	reason_give(trial, PM_RULE_FOREIGN_USERNS,
		    pm_arena_printf(trial->arena,
				    "%s is another file there than the host's, in a user namespace "
				    "of its own",
				    owner->exe.path),
		    reason_source(trial, "ns/user"));
	return true;
}

bool judge_files(struct trial *trial)
{
	return judge_place(trial) || judge_path(trial) || judge_userns(trial);
}

/* Is it known what runs, so that a name that is none of it can be called a lie? */
static bool is_identified(const struct pm_process *process)
{
	const struct pm_running *running = &process->running;

	return process->is_alias == PM_NO &&
	       (!running->runtime || running->name || running->kind == PM_RUNS_INLINE);
}

/* It calls itself what belongs here, and nothing that it runs bears that name. */
static bool judge_comm(struct trial *trial)
{
	const struct pm_process *owner = trial->verdict->owner;
	bool is_foreign = is_identified(owner) && !identity_bears(owner, owner->comm);
	const char *claimed = is_foreign ? claim_of_comm(trial, owner->comm) : NULL;

	if (!claimed)
		return false;
	reason_give(trial, PM_RULE_FOREIGN_COMM,
		    pm_arena_printf(trial->arena, "it calls itself %s, and is %s", claimed,
				    trial->verdict->program),
		    reason_source(trial, "comm"));
	return true;
}

/* A name says match or known, and the evidence says deceit. */
bool judge_impostor(struct trial *trial, struct claim claim)
{
	if (!trial->verdict->owner || !(claim.fit ? judge_files(trial) : judge_comm(trial)))
		return false;
	trial->verdict->kind = PM_VERDICT_IMPOSTOR;
	return true;
}

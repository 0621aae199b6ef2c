#include "owner.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>

bool pm_policy_needs_user(const struct pm_process *owner)
{
	return pm_process_is_in_strange_userns(owner);
}

/* ---- facts ------------------------------------------------------------------------- */

static void owner_add_value(struct facts *facts, size_t key, const char *value)
{
	for (size_t i = 0; i < VALUES_MAX && value; i++)
		if (!facts->values[key][i]) {
			facts->values[key][i] = value;
			return;
		}
}

/* The unit that it belongs to; of systemd itself, the one that it holds the listener for. */
static void add_units(struct facts *facts, const struct pm_process *owner,
		      const struct pm_verdict *verdict)
{
	owner_add_value(facts, KEY_UNIT, owner->unit);
	if (owner->pid == 1 && verdict->behind && !strpbrk(verdict->behind, " /"))
		owner_add_value(facts, KEY_UNIT, verdict->behind);
}

static bool add_container(struct facts *facts, const struct pm_container *container,
			  struct pm_arena *arena)
{
	const char *const names[] = {container->name, container->id};

	for (size_t i = 0; i < PM_COUNT(names) && container->runtime; i++) {
		if (!names[i])
			continue;
		const char *whole = pm_arena_printf(arena, "%s/%s", container->runtime, names[i]);
		if (!whole)
			return false;
		owner_add_value(facts, KEY_CONTAINER, whole);
		owner_add_value(facts, KEY_CONTAINER, names[i]);
	}
	facts->needs_user[KEY_CONTAINER] = container->is_claim;
	return true;
}

static bool owner_add_user(struct facts *facts, const struct pm_process *owner,
			   struct pm_arena *arena)
{
	owner_add_value(facts, KEY_USER, owner->user);
	if (!owner->has_uid)
		return true;
	const char *uid = pm_arena_printf(arena, "%" PRIu32, owner->uid);
	owner_add_value(facts, KEY_USER, uid);
	return uid;
}

/* By what it runs, by its program, and as its file is called, with its version. */
static bool owner_add_programs(struct facts *facts, const struct pm_process *owner,
			       const struct pm_verdict *verdict, struct pm_arena *arena)
{
	char program[PM_PROGRAM_SIZE];
	const char *slash = owner->exe.path ? strrchr(owner->exe.path, '/') : NULL;

	if (slash && !owner->running.name)
		owner_add_value(facts, KEY_PROGRAM, slash + 1);

	owner_add_value(facts, KEY_PROGRAM, verdict->program);
	pm_process_program(owner, program, sizeof(program));
	if (!*program || (verdict->program && !strcmp(program, verdict->program)))
		return true;
	const char *copy = pm_arena_copy(arena, program, strlen(program));
	owner_add_value(facts, KEY_PROGRAM, copy);
	return copy;
}

int owner_facts(const struct pm_listener *listener, const struct pm_verdict *verdict,
		struct pm_arena *arena, struct facts *ret)
{
	const struct pm_process *owner = verdict->owner;

	*ret = (struct facts){.kind = listener->owner};
	if (listener->owner == PM_OWNER_KERNEL)
		owner_add_value(ret, KEY_KERNEL, listener->service ? listener->service : "");
	if (listener->owner != PM_OWNER_PROCESS || !owner)
		return 0;
	owner_add_value(ret, KEY_EXE, owner->exe.path);
	ret->needs_user[KEY_EXE] = ret->needs_user[KEY_PROGRAM] = pm_policy_needs_user(owner);
	add_units(ret, owner, verdict);
	return owner_add_programs(ret, owner, verdict, arena) &&
			       owner_add_user(ret, owner, arena) &&
			       add_container(ret, &owner->container, arena)
		       ? 0
		       : -ENOMEM;
}

/* ---- does it fit ------------------------------------------------------------------- */

/* In a text of this alphabet a backslash is part of a byte, and escapes nothing. */
static bool key_fits(const struct pm_policy_owner *owner, const struct facts *facts, size_t key)
{
	const char *glob = policy_glob(owner, key), *const *values = facts->values[key];

	if (!glob)
		return true;
	if (facts->needs_user[key] && !owner->user)
		return false;
	for (size_t i = 0; i < VALUES_MAX && values[i]; i++)
		if (fnmatch(glob, values[i], FNM_NOESCAPE) == 0)
			return true;
	return false;
}

static bool one_fits(const struct pm_policy_owner *owner, const struct facts *facts)
{
	for (size_t key = 0; key < OWNER_KEYS; key++)
		if (!key_fits(owner, facts, key))
			return false;
	return true;
}

bool owner_fits(const struct pm_policy_rule *rule, const struct facts *facts)
{
	for (size_t i = 0; i < rule->owner_count; i++)
		if (one_fits(&rule->owners[i], facts))
			return true;
	return !rule->owner_count;
}

/* ---- words ------------------------------------------------------------------------- */

/* Is there a process whose facts can be told, one by one, from those that are wanted? */
static bool can_be_told(const struct facts *facts)
{
	return facts && facts->kind == PM_OWNER_PROCESS;
}

void owner_expected(const struct pm_policy_rule *rule, const struct facts *facts,
		    struct pm_buf *ret)
{
	for (size_t i = 0; i < rule->owner_count; i++) {
		const struct pm_policy_owner *owner = &rule->owners[i];
		const char *between = i ? " or " : "";

		for (size_t key = 0; key < OWNER_KEYS; key++) {
			const char *glob = policy_glob(owner, key);

			if (!glob || (can_be_told(facts) && key_fits(owner, facts, key)))
				continue;
			pm_buf_printf(ret, "%s%s %s", between, policy_owner_keys[key].name, glob);
			between = ", ";
		}
	}
}

/* Does one of the rule's owners ask for what this owner is not by the key? */
static bool is_at_fault(const struct pm_policy_rule *rule, const struct facts *facts, size_t key)
{
	for (size_t i = 0; i < rule->owner_count; i++)
		if (!key_fits(&rule->owners[i], facts, key))
			return true;
	return false;
}

static void add_fact(const struct facts *facts, size_t key, struct pm_buf *ret)
{
	bool can_lack = key == KEY_UNIT || key == KEY_CONTAINER;
	const char *name = policy_owner_keys[key].name, *value = facts->values[key][0];

	pm_buf_puts(ret, ret->len ? ", " : "");
	if (value)
		pm_buf_printf(ret, "%s %s", name, value);
	else
		pm_buf_printf(ret, can_lack ? "no %s" : "%s unknown", name);
	if (facts->needs_user[key])
		pm_buf_puts(ret, " by its user's word");
}

/* Of an owner that the kernel was to be, the file says who is meant. */
void owner_found(const struct pm_policy_rule *rule, const struct facts *facts, struct pm_buf *ret)
{
	if (facts->kind == PM_OWNER_KERNEL) {
		const char *service = facts->values[KEY_KERNEL][0];

		pm_buf_printf(ret, "kernel%s%s", *service ? " " : "", service);
		return;
	}
	if (facts->kind != PM_OWNER_PROCESS) {
		pm_buf_printf(ret, "no owner that could be seen (%s)",
			      pm_owner_kind_name(facts->kind));
		return;
	}
	for (size_t key = KEY_EXE; key < KEY_KERNEL; key++)
		if (is_at_fault(rule, facts, key))
			add_fact(facts, key, ret);
	if (!ret->len)
		add_fact(facts, KEY_EXE, ret);
}

#include "behind/behind.h"
#include "behind/unitindex.h"
#include "flags.h"
#include "impostor.h"
#include "reason.h"
#include "shared.h"

#include <errno.h>

static const char *row_source(struct trial *trial, const struct pm_registration *row)
{
	return pm_arena_printf(trial->arena, "IANA registry (%s), row %u",
			       pm_registry_source(trial->registry), row->row);
}

/* ---- the verdicts, in the order in which they are asked ---------------------------- */

static const struct {
	enum pm_rule rule;
	const char *evidence;
} absences[PM_OWNER_KINDS] = {
	[PM_OWNER_NONE] = {PM_RULE_OWNER_NONE, "no process that could be seen holds it"},
	[PM_OWNER_DENIED] = {PM_RULE_OWNER_DENIED, "not permitted to look"},
	[PM_OWNER_PIDNS] = {PM_RULE_OWNER_PIDNS, "no process of this pid namespace holds it"},
	[PM_OWNER_VANISHED] = {PM_RULE_OWNER_VANISHED,
			       "its process was gone before it could be read"},
	[PM_OWNER_LIMITED] = {PM_RULE_OWNER_LIMITED, "not all processes could be looked at"},
};

/* The coverage says in full what denied the owner. */
static const char *find_absence(const struct pm_coverage *coverage)
{
	for (size_t i = 0; i < coverage->gap_count; i++)
		if (coverage->gaps[i].what == PM_GAP_HOLDERS)
			return coverage->gaps[i].detail;
	return "/proc";
}

/* "/usr/bin/rootlessport of user alice, for container web" */
static void give_stand_in(struct trial *trial)
{
	const struct pm_process *owner = trial->verdict->owner;
	const char *behind = trial->verdict->behind;
	bool has_user = trial->behind.is_of_user && owner->has_uid;
	const char *user = has_user ? behind_user(trial, owner) : "";

	trial->failed |= !user;
	reason_give(trial, PM_RULE_STANDS_FOR_OTHERS,
		    pm_arena_printf(trial->arena, "%s%s%s%s%s", owner->exe.path,
				    has_user ? " of " : "", user ? user : "",
				    behind ? ", for " : "", behind ? behind : ""),
		    behind ? trial->behind.source : reason_source(trial, "exe"));
}

/* What is unknown of it may be so for want of time: that neither clears nor accuses. */
static const struct pm_process *find_unread(const struct trial *trial)
{
	for (size_t i = 0; i < trial->listener->holders; i++) {
		const struct pm_process *holder = pm_holder(trial->snapshot, trial->listener, i);

		if (holder->is_unread)
			return holder;
	}
	return NULL;
}

static bool judge_unknown(struct trial *trial, struct claim claim)
{
	const struct pm_process *owner = trial->verdict->owner;
	enum pm_owner_kind kind = trial->listener->owner;
	const struct pm_process *unread;

	if (kind == PM_OWNER_KERNEL && (claim.fit || trial->listener->service))
		return false;
	if (kind == PM_OWNER_KERNEL)
		reason_give(trial, PM_RULE_KERNEL_UNNAMED,
			    "the kernel made it for itself and does not say what for",
			    "sk_kern_sock");
	else if (kind != PM_OWNER_PROCESS)
		reason_give(trial, absences[kind].rule, absences[kind].evidence, trial->absence);
	else if ((unread = find_unread(trial)))
		reason_give(trial, PM_RULE_UNREAD, "it could not be read, or not in time",
			    pm_arena_printf(trial->arena, "/proc/%d", unread->pid));
	else if (!owner->exe.path)
		reason_give(trial, PM_RULE_EXE_UNKNOWN, "its file cannot be named",
			    reason_source(trial, "exe"));
	else if (!claim.fit && owner->running.runtime && !owner->running.kind &&
		 !owner->running.title)
		reason_give(trial, PM_RULE_COMMAND_UNKNOWN, "what it runs could not be read",
			    reason_source(trial, "cmdline"));
	else if (claim.name.ground == GROUND_NOBODY)
		give_stand_in(trial);
	else
		return false;
	trial->verdict->kind = PM_VERDICT_UNKNOWN;
	return true;
}

static const char *table_source(struct trial *trial, const char *file, uint32_t row,
				const char *source)
{
	return pm_arena_printf(trial->arena, "%s, row %u (%s)", file, row, source);
}

static void give_occupant(struct trial *trial, const struct pm_occupant *row)
{
	reason_give(trial, row->any ? PM_RULE_ANY_PORT : PM_RULE_OCCUPANT,
		    pm_arena_printf(trial->arena,
				    row->any ? "%s (%s) takes any port"
					     : "%s (%s) is known to sit here",
				    row->program, row->what),
		    table_source(trial, row->file, row->row, row->source));
}

static void give_claim(struct trial *trial, struct claim claim)
{
	const char *program = claim.name.program;

	if (claim.fit <= FIT_OCCUPANT) {
		give_occupant(trial, claim.occupant);
		return;
	}
	struct pm_registration row = pm_registry_row(trial->registry, claim.row);

	if (claim.fit == FIT_IMPLEMENTER)
		reason_give(trial, PM_RULE_IMPLEMENTER,
			    pm_arena_printf(trial->arena, "%s implements %s", program, row.name),
			    table_source(trial, claim.implementer->file, claim.implementer->row,
					 claim.implementer->source));
	else
		reason_give(
			trial, PM_RULE_SAME_NAME,
			pm_arena_printf(trial->arena, "%s bears the name of %s", program, row.name),
			row_source(trial, &row));
}

static bool is_in_ephemeral_range(const struct trial *trial)
{
	return pm_is_ephemeral(trial->snapshot, trial->listener);
}

static const char *why_untrusted(const struct trial *trial, const struct pm_process *owner,
				 const char *writable)
{
	if (writable)
		return pm_arena_printf(trial->arena, "others than root can write %s", writable);
	if (owner->own_userns == PM_YES)
		return "in a user namespace of its own it can look like any file";
	if ((owner->running.runtime || identity_is_of_person(owner)) &&
	    pm_process_is_trusted(owner))
		return "only its user says what it runs";
	return "who can write its file could not be seen";
}

/*
 * Match; known for an occupant, for a bare name, which any file can be given, or where the name
 * comes from a file that is not root's alone.
 */
static bool judge_name(struct trial *trial, struct claim claim)
{
	const struct pm_process *owner = trial->verdict->owner;

	if (!claim.fit || (claim.fit == FIT_ANY_PORT && is_in_ephemeral_range(trial)))
		return false;
	trial->verdict->kind = claim.fit == FIT_IMPLEMENTER ? PM_VERDICT_MATCH : PM_VERDICT_KNOWN;
	if (!claim.name.is_trusted) {
		const char *writable = identity_writable(owner);

		trial->verdict->kind = PM_VERDICT_KNOWN;
		if (!writable)
			trial->verdict->flags |= 1u << PM_FLAG_UNVERIFIED;
		reason_give(trial, PM_RULE_UNTRUSTED_FILE, why_untrusted(trial, owner, writable),
			    reason_source(trial, "root"));
	}
	give_claim(trial, claim);
	return true;
}

/*
 * UDP of the range is ordinary, and so is TCP that does not listen; TCP that does only of a program
 * that takes any port.
 */
static bool judge_ephemeral(struct trial *trial, struct claim claim)
{
	const struct pm_netns *netns = pm_listener_netns(trial->snapshot, trial->listener);
	bool is_ordinary = pm_protocol_base(trial->listener->protocol) == PM_PROTOCOL_UDP ||
			   trial->listener->state == PM_STATE_BOUND;

	if (!is_in_ephemeral_range(trial) ||
	    (claim.fit != FIT_ANY_PORT && (!is_ordinary || claim_is_named_port(trial))))
		return false;
	trial->verdict->kind = PM_VERDICT_EPHEMERAL;
	reason_give(trial, PM_RULE_EPHEMERAL_RANGE,
		    pm_arena_printf(trial->arena, "port %u lies within %u-%u",
				    trial->listener->port, netns->ephemeral_first,
				    netns->ephemeral_last),
		    "/proc/sys/net/ipv4/ip_local_port_range");
	if (claim.fit)
		give_occupant(trial, claim.occupant);
	return true;
}

/* Mismatch where IANA names a service, else unregistered. */
static void judge_registration(struct trial *trial)
{
	const struct pm_label *label = trial->label;
	struct pm_registration row = {0};

	if (label->row_count)
		row = pm_registry_row(trial->registry, label->rows[0]);
	if (pm_label_is_registered(label, trial->registry)) {
		trial->verdict->kind = PM_VERDICT_MISMATCH;
		reason_give(trial, PM_RULE_REGISTERED_TO_ANOTHER,
			    *row.name ? row.name : row.description, row_source(trial, &row));
		return;
	}
	trial->verdict->kind = PM_VERDICT_UNREGISTERED;
	reason_give(trial, PM_RULE_NOT_REGISTERED,
		    label->row_count ? pm_status_name(row.status) : pm_status_name(PM_UNASSIGNED),
		    label->row_count ? row_source(trial, &row) : "IANA registry, no row");
}

/* A script can have its ending in a table or lack it. */
static const char *without_ending(struct trial *trial, const char *program)
{
	const char *dot = strrchr(program, '.');

	return pm_arena_printf(trial->arena, "%.*s", (int)(dot ? dot - program : 0), program);
}

/* What the program behind a holder has to do with the port; what it is called, where nothing. */
static struct claim claim_of_behind(struct trial *trial, struct claim claim, const char *program)
{
	enum pm_kind kind = trial->behind.kind;
	const struct {
		const char *program;
		enum pm_kind kind;
	} names[] = {
		{pm_arena_printf(trial->arena, "%s", program), kind},
		{pm_arena_printf(trial->arena, "%s", program), PM_KIND_SCRIPT},
		{without_ending(trial, program), PM_KIND_SCRIPT},
	};

	for (size_t i = 0; i < PM_COUNT(names) && !claim.fit; i++) {
		struct name name = {
			.program = names[i].program,
			.kind = names[i].kind,
			.ground = GROUND_BEHIND,
			.is_trusted = true,
		};

		trial->failed |= !name.program;
		if (!name.program || !*name.program)
			continue;
		struct claim next = claim_of(trial, &name);
		if (!i || next.fit)
			claim = next;
	}
	return claim;
}

/* A holder that stands for others is judged by the program behind it; of none, it is unknown. */
static struct claim look_behind(struct trial *trial, struct claim claim)
{
	struct pm_verdict *verdict = trial->verdict;
	struct behind behind;
	char program[PM_PROGRAM_SIZE];

	if (claim.fit || !verdict->owner || !behind_find(trial, verdict->owner, &behind))
		return claim;
	verdict->behind = behind.name;
	trial->behind = behind;
	claim.name.ground = GROUND_NOBODY;
	verdict->flags |= (unsigned)behind.is_of_user << PM_FLAG_UNVERIFIED;
	if (!behind.program)
		return claim;
	pm_program_name(behind.program, program, sizeof(program));
	if (behind.kind == PM_KIND_MODULE || behind.kind == PM_KIND_CLASS)
		snprintf(program, sizeof(program), "%s", behind.program);
	return behind_is_stand_in(program) ? claim : claim_of_behind(trial, claim, program);
}

static const char *what_runs(struct pm_arena *arena, const struct pm_running *running)
{
	const char *kind = pm_runs_name(running->kind), *name = running->name;

	if (!name && running->title)
		return pm_arena_printf(arena, "%s calls itself %s, and no system unit confirms it",
				       running->runtime, running->title);
	if (!name)
		return pm_arena_printf(arena, "%s runs %s code", running->runtime, kind);
	if (running->file.path && running->kind != PM_RUNS_CLASS)
		name = running->file.path;
	return pm_arena_printf(arena, "%s runs %s %s", running->runtime, kind, name);
}

/* How the owner came by its name, beside what decided. */
static void give_ground(struct trial *trial, const struct name *name)
{
	const struct pm_process *owner = trial->verdict->owner;
	const struct pm_running *running = owner ? &owner->running : NULL;

	if (!owner || !owner->exe.path)
		return;
	if (name->ground == GROUND_BEHIND)
		reason_give(trial, PM_RULE_BEHIND,
			    pm_arena_printf(trial->arena, "%s holds it for %s, which runs %s",
					    owner->exe.path, trial->behind.name,
					    trial->behind.program),
			    trial->behind.source);
	if (name->ground == GROUND_ALIAS)
		reason_give(trial, PM_RULE_ALIAS,
			    pm_arena_printf(trial->arena, "%s is another name of %s", name->program,
					    owner->exe.path),
			    reason_source(trial, "comm"));
	if (name->ground == GROUND_TITLE)
		reason_give(trial, PM_RULE_TITLE,
			    pm_arena_printf(trial->arena, "%s calls itself %s, as does its unit",
					    running->runtime, running->title),
			    reason_source(trial, "cmdline"));
	else if (running->runtime)
		reason_give(trial, PM_RULE_RUNS, what_runs(trial->arena, running),
			    reason_source(trial, "cmdline"));
	if (owner->unit && (name->ground == GROUND_UNIT || name->ground == GROUND_TITLE))
		reason_give(trial, PM_RULE_SYSTEM_UNIT, owner->unit,
			    reason_source(trial, "cgroup"));
}

/*
 * Without port no registration can be fitted, so a file is worse where no honest program has its
 * own, whatever its name: of several holders the first that has such a one is judged.
 */
static bool judge_integrity(struct trial *trial)
{
	const struct pm_listener *listener = trial->listener;
	const struct pm_process *first = trial->verdict->owner;
	char program[PM_PROGRAM_SIZE];

	for (size_t i = 0; i < listener->holders; i++) {
		trial->verdict->owner = pm_holder(trial->snapshot, listener, i);
		if (!trial->verdict->owner->exe.path || !judge_files(trial))
			continue;
		pm_process_program(trial->verdict->owner, program, sizeof(program));
		trial->verdict->program = pm_arena_printf(trial->arena, "%s", program);
		trial->failed |= !trial->verdict->program;
		trial->verdict->kind = PM_VERDICT_IMPOSTOR;
		return true;
	}
	trial->verdict->owner = first;
	return false;
}

static void judge_portless(struct trial *trial)
{
	struct claim claim = claim_find(trial);
	bool is_packet = trial->listener->protocol == PM_PROTOCOL_PACKET;

	trial->verdict->program = claim.name.program;
	trial->verdict->kind_of_program = claim.name.kind;
	if (!judge_unknown(trial, claim) && !judge_integrity(trial)) {
		trial->verdict->kind = PM_VERDICT_UNREGISTERED;
		reason_give(trial, PM_RULE_NO_PORT,
			    "it has no port: the registry has nothing to say of it",
			    is_packet ? "/proc/net/packet" : "/proc/net/raw");
	}
	flags_set(trial->snapshot, trial->listener, trial->verdict);
	give_ground(trial, &claim.name);
}

static void judge_port(struct trial *trial)
{
	struct claim claim = look_behind(trial, claim_find(trial));

	trial->verdict->program = claim.name.program;
	trial->verdict->kind_of_program = claim.name.kind;
	flags_set(trial->snapshot, trial->listener, trial->verdict);
	if (!judge_unknown(trial, claim) && !judge_impostor(trial, claim) &&
	    !judge_name(trial, claim) && !judge_ephemeral(trial, claim))
		judge_registration(trial);
	give_ground(trial, &claim.name);
}

int pm_judge(const struct pm_snapshot *snapshot, const struct pm_registry *registry,
	     const struct pm_knowledge *knowledge, const struct pm_label *labels,
	     struct pm_judgement *ret, struct pm_error *err)
{
	const char *absence = find_absence(&snapshot->coverage);

	struct unitindex units;

	*ret = (struct pm_judgement){.count = snapshot->listener_count};
	ret->verdicts = pm_arena_alloc(&ret->arena, ret->count, sizeof(*ret->verdicts));
	bool failed = unitindex_open(&units, snapshot) < 0 || !ret->verdicts;

	for (size_t i = 0; i < ret->count && !failed; i++) {
		struct trial trial = {
			.snapshot = snapshot,
			.registry = registry,
			.knowledge = knowledge,
			.listener = &snapshot->listeners[i],
			.label = &labels[i],
			.arena = &ret->arena,
			.verdict = &ret->verdicts[i],
			.units = &units,
			.absence = absence,
		};

		if (pm_protocol_has_port(trial.listener->protocol))
			judge_port(&trial);
		else
			judge_portless(&trial);
		reasons_keep(&trial);
		failed = trial.failed;
	}
	unitindex_release(&units);
	if (!failed)
		failed = shared_flag(snapshot, ret) < 0;
	return failed ? pm_fail(err, -ENOMEM, "out of memory while judging") : 0;
}

void pm_judgement_release(struct pm_judgement *judgement)
{
	pm_arena_release(&judgement->arena);
	*judgement = (struct pm_judgement){0};
}

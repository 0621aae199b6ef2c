#include "behind/behind.h"
#include "behind/unitindex.h"
#include "flags.h"
#include "impostor.h"
#include "reason.h"
#include "shared.h"

#include <errno.h>

static const char *row_source(struct matter *matter, const struct pm_registration *row)
{
	return pm_arena_printf(matter->arena, "IANA registry (%s), row %u",
			       pm_registry_source(matter->registry), row->row);
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
static void give_stand_in(struct matter *matter)
{
	const struct pm_process *owner = matter->verdict->owner;
	const char *behind = matter->verdict->behind;
	bool has_user = matter->behind.is_of_user && owner->has_uid;
	const char *user = has_user ? behind_user(matter, owner) : "";

	matter->failed |= !user;
	reason_give(matter, PM_RULE_STANDS_FOR_OTHERS,
		    pm_arena_printf(matter->arena, "%s%s%s%s%s", owner->exe.path,
				    has_user ? " of " : "", user ? user : "",
				    behind ? ", for " : "", behind ? behind : ""),
		    behind ? matter->behind.source : reason_source(matter, "exe"));
}

/* What is unknown of it may be so for want of time: that neither clears nor accuses. */
static const struct pm_process *find_unread(const struct matter *matter)
{
	for (size_t i = 0; i < matter->listener->holders; i++) {
		const struct pm_process *holder = pm_holder(matter->snapshot, matter->listener, i);

		if (holder->is_unread)
			return holder;
	}
	return NULL;
}

static bool judge_unknown(struct matter *matter, struct claim claim)
{
	const struct pm_process *owner = matter->verdict->owner;
	enum pm_owner_kind kind = matter->listener->owner;
	const struct pm_process *unread;

	if (kind == PM_OWNER_KERNEL && (claim.fit || matter->listener->service))
		return false;
	if (kind == PM_OWNER_KERNEL)
		reason_give(matter, PM_RULE_KERNEL_UNNAMED,
			    "the kernel made it for itself and does not say what for",
			    "sk_kern_sock");
	else if (kind != PM_OWNER_PROCESS)
		reason_give(matter, absences[kind].rule, absences[kind].evidence, matter->absence);
	else if ((unread = find_unread(matter)))
		reason_give(matter, PM_RULE_UNREAD, "it could not be read, or not in time",
			    pm_arena_printf(matter->arena, "/proc/%d", unread->pid));
	else if (!owner->exe.path)
		reason_give(matter, PM_RULE_EXE_UNKNOWN, "its file cannot be named",
			    reason_source(matter, "exe"));
	else if (!claim.fit && owner->running.runtime && !owner->running.kind &&
		 !owner->running.title)
		reason_give(matter, PM_RULE_COMMAND_UNKNOWN, "what it runs could not be read",
			    reason_source(matter, "cmdline"));
	else if (claim.name.ground == GROUND_NOBODY)
		give_stand_in(matter);
	else
		return false;
	matter->verdict->kind = PM_VERDICT_UNKNOWN;
	return true;
}

static const char *table_source(struct matter *matter, const char *file, uint32_t row,
				const char *source)
{
	return pm_arena_printf(matter->arena, "%s, row %u (%s)", file, row, source);
}

static void give_occupant(struct matter *matter, const struct pm_occupant *row)
{
	reason_give(matter, row->any ? PM_RULE_ANY_PORT : PM_RULE_OCCUPANT,
		    pm_arena_printf(matter->arena,
				    row->any ? "%s (%s) takes any port"
					     : "%s (%s) is known to sit here",
				    row->program, row->what),
		    table_source(matter, row->file, row->row, row->source));
}

static void give_claim(struct matter *matter, struct claim claim)
{
	const char *program = claim.name.program;

	if (claim.fit <= FIT_OCCUPANT) {
		give_occupant(matter, claim.occupant);
		return;
	}
	struct pm_registration row = pm_registry_row(matter->registry, claim.row);

	if (claim.fit == FIT_IMPLEMENTER)
		reason_give(matter, PM_RULE_IMPLEMENTER,
			    pm_arena_printf(matter->arena, "%s implements %s", program, row.name),
			    table_source(matter, claim.implementer->file, claim.implementer->row,
					 claim.implementer->source));
	else
		reason_give(matter, PM_RULE_SAME_NAME,
			    pm_arena_printf(matter->arena, "%s bears the name of %s", program,
					    row.name),
			    row_source(matter, &row));
}

static bool is_in_ephemeral_range(const struct matter *matter)
{
	return pm_is_ephemeral(matter->snapshot, matter->listener);
}

static const char *why_untrusted(const struct matter *matter, const struct pm_process *owner,
				 const char *writable)
{
	if (writable)
		return pm_arena_printf(matter->arena, "others than root can write %s", writable);
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
static bool judge_name(struct matter *matter, struct claim claim)
{
	const struct pm_process *owner = matter->verdict->owner;

	if (!claim.fit || (claim.fit == FIT_ANY_PORT && is_in_ephemeral_range(matter)))
		return false;
	matter->verdict->kind = claim.fit == FIT_IMPLEMENTER ? PM_VERDICT_MATCH : PM_VERDICT_KNOWN;
	if (!claim.name.is_trusted) {
		const char *writable = identity_writable(owner);

		matter->verdict->kind = PM_VERDICT_KNOWN;
		if (!writable)
			matter->verdict->flags |= 1u << PM_FLAG_UNVERIFIED;
		reason_give(matter, PM_RULE_UNTRUSTED_FILE, why_untrusted(matter, owner, writable),
			    reason_source(matter, "root"));
	}
	give_claim(matter, claim);
	return true;
}

/*
 * UDP of the range is ordinary, and so is TCP that does not listen; TCP that does only of a program
 * that takes any port.
 */
static bool judge_ephemeral(struct matter *matter, struct claim claim)
{
	const struct pm_netns *netns = pm_listener_netns(matter->snapshot, matter->listener);
	bool is_ordinary = pm_protocol_base(matter->listener->protocol) == PM_PROTOCOL_UDP ||
			   matter->listener->state == PM_STATE_BOUND;

	if (!is_in_ephemeral_range(matter) ||
	    (claim.fit != FIT_ANY_PORT && (!is_ordinary || claim_is_named_port(matter))))
		return false;
	matter->verdict->kind = PM_VERDICT_EPHEMERAL;
	reason_give(matter, PM_RULE_EPHEMERAL_RANGE,
		    pm_arena_printf(matter->arena, "port %u lies within %u-%u",
				    matter->listener->port, netns->ephemeral_first,
				    netns->ephemeral_last),
		    "/proc/sys/net/ipv4/ip_local_port_range");
	if (claim.fit)
		give_occupant(matter, claim.occupant);
	return true;
}

/* Mismatch where IANA names a service, else unregistered. */
static void judge_registration(struct matter *matter)
{
	const struct pm_label *label = matter->label;
	struct pm_registration row = {0};

	if (label->row_count)
		row = pm_registry_row(matter->registry, label->rows[0]);
	if (pm_label_is_registered(label, matter->registry)) {
		matter->verdict->kind = PM_VERDICT_MISMATCH;
		reason_give(matter, PM_RULE_REGISTERED_TO_ANOTHER,
			    *row.name ? row.name : row.description, row_source(matter, &row));
		return;
	}
	matter->verdict->kind = PM_VERDICT_UNREGISTERED;
	reason_give(matter, PM_RULE_NOT_REGISTERED,
		    label->row_count ? pm_status_name(row.status) : pm_status_name(PM_UNASSIGNED),
		    label->row_count ? row_source(matter, &row) : "IANA registry, no row");
}

/* A script can have its ending in a table or lack it. */
static const char *without_ending(struct matter *matter, const char *program)
{
	const char *dot = strrchr(program, '.');

	return pm_arena_printf(matter->arena, "%.*s", (int)(dot ? dot - program : 0), program);
}

/* What the program behind a holder has to do with the port; what it is called, where nothing. */
static struct claim claim_of_behind(struct matter *matter, struct claim claim, const char *program)
{
	enum pm_kind kind = matter->behind.kind;
	const struct {
		const char *program;
		enum pm_kind kind;
	} names[] = {
		{pm_arena_printf(matter->arena, "%s", program), kind},
		{pm_arena_printf(matter->arena, "%s", program), PM_KIND_SCRIPT},
		{without_ending(matter, program), PM_KIND_SCRIPT},
	};

	for (size_t i = 0; i < PM_COUNT(names) && !claim.fit; i++) {
		struct name name = {
			.program = names[i].program,
			.kind = names[i].kind,
			.ground = GROUND_BEHIND,
			.is_trusted = true,
		};

		matter->failed |= !name.program;
		if (!name.program || !*name.program)
			continue;
		struct claim next = claim_of(matter, &name);
		if (!i || next.fit)
			claim = next;
	}
	return claim;
}

/* A holder that stands for others is judged by the program behind it; of none, it is unknown. */
static struct claim look_behind(struct matter *matter, struct claim claim)
{
	struct pm_verdict *verdict = matter->verdict;
	struct behind behind;
	char program[PM_PROGRAM_SIZE];

	if (claim.fit || !verdict->owner || !behind_find(matter, verdict->owner, &behind))
		return claim;
	verdict->behind = behind.told;
	matter->behind = behind;
	claim.name.ground = GROUND_NOBODY;
	verdict->flags |= (unsigned)behind.is_of_user << PM_FLAG_UNVERIFIED;
	if (!behind.program)
		return claim;
	pm_program_name(behind.program, program, sizeof(program));
	if (behind.kind == PM_KIND_MODULE || behind.kind == PM_KIND_CLASS)
		snprintf(program, sizeof(program), "%s", behind.program);
	return behind_is_stand_in(program) ? claim : claim_of_behind(matter, claim, program);
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
static void give_ground(struct matter *matter, const struct name *name)
{
	const struct pm_process *owner = matter->verdict->owner;
	const struct pm_running *running = owner ? &owner->running : NULL;

	if (!owner || !owner->exe.path)
		return;
	if (name->ground == GROUND_BEHIND)
		reason_give(matter, PM_RULE_BEHIND,
			    pm_arena_printf(matter->arena, "%s holds it for %s, which runs %s",
					    owner->exe.path, matter->behind.told,
					    matter->behind.program),
			    matter->behind.source);
	if (name->ground == GROUND_ALIAS)
		reason_give(matter, PM_RULE_ALIAS,
			    pm_arena_printf(matter->arena, "%s is another name of %s",
					    name->program, owner->exe.path),
			    reason_source(matter, "comm"));
	if (name->ground == GROUND_TITLE)
		reason_give(matter, PM_RULE_TITLE,
			    pm_arena_printf(matter->arena, "%s calls itself %s, as does its unit",
					    running->runtime, running->title),
			    reason_source(matter, "cmdline"));
	else if (running->runtime)
		reason_give(matter, PM_RULE_RUNS, what_runs(matter->arena, running),
			    reason_source(matter, "cmdline"));
	if (owner->unit && (name->ground == GROUND_UNIT || name->ground == GROUND_TITLE))
		reason_give(matter, PM_RULE_SYSTEM_UNIT, owner->unit,
			    reason_source(matter, "cgroup"));
}

/*
 * Without port no registration can be fitted, so a file is worse where no honest program has its
 * own, whatever its name: of several holders the first that has such a one is judged.
 */
static bool judge_integrity(struct matter *matter)
{
	const struct pm_listener *listener = matter->listener;
	const struct pm_process *first = matter->verdict->owner;
	char program[PM_PROGRAM_SIZE];

	for (size_t i = 0; i < listener->holders; i++) {
		matter->verdict->owner = pm_holder(matter->snapshot, listener, i);
		if (!matter->verdict->owner->exe.path || !judge_files(matter))
			continue;
		pm_process_program(matter->verdict->owner, program, sizeof(program));
		matter->verdict->program = pm_arena_printf(matter->arena, "%s", program);
		matter->failed |= !matter->verdict->program;
		matter->verdict->kind = PM_VERDICT_IMPOSTOR;
		return true;
	}
	matter->verdict->owner = first;
	return false;
}

static void judge_portless(struct matter *matter)
{
	struct claim claim = claim_find(matter);
	bool is_packet = matter->listener->protocol == PM_PROTOCOL_PACKET;

	matter->verdict->program = claim.name.program;
	matter->verdict->kind_of_program = claim.name.kind;
	if (!judge_unknown(matter, claim) && !judge_integrity(matter)) {
		matter->verdict->kind = PM_VERDICT_UNREGISTERED;
		reason_give(matter, PM_RULE_NO_PORT,
			    "it has no port: the registry has nothing to say of it",
			    is_packet ? "/proc/net/packet" : "/proc/net/raw");
	}
	flags_set(matter->snapshot, matter->listener, matter->verdict);
	give_ground(matter, &claim.name);
}

static void judge_port(struct matter *matter)
{
	struct claim claim = look_behind(matter, claim_find(matter));

	matter->verdict->program = claim.name.program;
	matter->verdict->kind_of_program = claim.name.kind;
	flags_set(matter->snapshot, matter->listener, matter->verdict);
	if (!judge_unknown(matter, claim) && !judge_impostor(matter, claim) &&
	    !judge_name(matter, claim) && !judge_ephemeral(matter, claim))
		judge_registration(matter);
	give_ground(matter, &claim.name);
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
		struct matter matter = {
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

		if (pm_protocol_has_port(matter.listener->protocol))
			judge_port(&matter);
		else
			judge_portless(&matter);
		reasons_keep(&matter);
		failed = matter.failed;
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

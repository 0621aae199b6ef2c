#include "flags.h"

#include "identity.h"

static void set(struct pm_verdict *verdict, enum pm_flag flag, bool holds)
{
	verdict->flags |= (unsigned)holds << flag;
}

static bool is_writable(const struct pm_process *process)
{
	return process->exe.writers == PM_WRITERS_OTHERS ||
	       process->running.file.writers == PM_WRITERS_OTHERS;
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
	}
	if (!owner || !owner->exe.path)
		return;
	set(verdict, PM_FLAG_DELETED, owner->exe.deleted == PM_YES);
	set(verdict, PM_FLAG_USER_WRITABLE, is_writable(owner));
	set(verdict, PM_FLAG_IN_CONTAINER, identity_is_contained(owner));
}

/* ---- one port, several listeners ---------------------------------------------------------------
 */

static bool is_wildcard(const struct pm_listener *listener)
{
	static const uint8_t zero[sizeof(listener->address)];

	return !memcmp(listener->address, zero, sizeof(zero));
}

/* Can a packet be meant for both? A dual-stack wildcard takes IPv4 too. */
static bool overlap(const struct pm_listener *a, const struct pm_listener *b)
{
	if (a->has_device && b->has_device && a->ifindex && b->ifindex && a->ifindex != b->ifindex)
		return false;
	if (a->family != b->family) {
		const struct pm_listener *v6 = a->family == PM_INET6 ? a : b;

		return is_wildcard(v6) && v6->v6only == PM_NO;
	}
	return is_wildcard(a) || is_wildcard(b) ||
	       !memcmp(a->address, b->address, sizeof(a->address));
}

static bool is_fine(const struct pm_verdict *verdict)
{
	return (verdict->kind == PM_VERDICT_MATCH || verdict->kind == PM_VERDICT_KNOWN) &&
	       !(verdict->flags >> PM_FLAG_USER_WRITABLE & 1);
}

/* Different programs, or one program of different users. */
static bool are_strangers(const struct pm_snapshot *snapshot, const struct pm_judgement *judgement,
			  size_t i, size_t k)
{
	const struct pm_verdict *a = &judgement->verdicts[i], *b = &judgement->verdicts[k];
	const struct pm_listener *x = &snapshot->listeners[i], *y = &snapshot->listeners[k];

	if (!a->owner || !b->owner)
		return x->uid != y->uid;
	return x->uid != y->uid || !a->program || !b->program || strcmp(a->program, b->program);
}

/*
 * Two that both belong here share it by agreement: mDNS and SSDP are made for that, and resolvers
 * and time servers divide a port by address. Equal ports stand together in a snapshot.
 */
void flags_set_shared(const struct pm_snapshot *snapshot, struct pm_judgement *judgement)
{
	for (size_t i = 0; i < judgement->count; i++)
		for (size_t k = i + 1; k < judgement->count; k++) {
			const struct pm_listener *a = &snapshot->listeners[i];
			const struct pm_listener *b = &snapshot->listeners[k];
			struct pm_verdict *verdicts = judgement->verdicts;

			if (a->netns != b->netns || a->protocol != b->protocol ||
			    a->port != b->port)
				break;
			if (!overlap(a, b) || (is_fine(&verdicts[i]) && is_fine(&verdicts[k])) ||
			    !are_strangers(snapshot, judgement, i, k))
				continue;
			set(&verdicts[i], PM_FLAG_PORT_SHARED, true);
			set(&verdicts[k], PM_FLAG_PORT_SHARED, true);
		}
}

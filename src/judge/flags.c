#include "flags.h"

#include "identity.h"
#include "overlap.h"

#include <errno.h>

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
	set(verdict, PM_FLAG_HIDDEN, listener->hidden_from != NULL);
	if (!owner || !owner->exe.path)
		return;
	set(verdict, PM_FLAG_DELETED, owner->exe.deleted == PM_YES);
	set(verdict, PM_FLAG_USER_WRITABLE, is_writable(owner));
	set(verdict, PM_FLAG_IN_CONTAINER, identity_is_contained(owner));
}

/* ---- one port, several listeners ---------------------------------------------------------------
 */

static bool is_fine(const struct pm_verdict *verdict)
{
	const unsigned doubts = 1u << PM_FLAG_USER_WRITABLE | 1u << PM_FLAG_UNVERIFIED;

	return (verdict->kind == PM_VERDICT_MATCH || verdict->kind == PM_VERDICT_KNOWN) &&
	       !(verdict->flags & doubts);
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
 * May the two be told of? Two that both belong share a port by agreement, unless one user's socket
 * gets the packets of another's.
 */
static bool collide(const struct pm_snapshot *snapshot, const struct pm_judgement *judgement,
		    size_t i, size_t k)
{
	const struct pm_listener *a = &snapshot->listeners[i], *b = &snapshot->listeners[k];

	if (!overlap(a, b) || overlap_by_design(a, b))
		return false;
	if (overlap_takes_from(a, b) || overlap_takes_from(b, a))
		return true;
	return !(is_fine(&judgement->verdicts[i]) && is_fine(&judgement->verdicts[k])) &&
	       are_strangers(snapshot, judgement, i, k);
}

/* Nothing tells the two apart but the socket: whoever collides with one does with the other. */
static bool are_alike(const struct pm_snapshot *snapshot, const struct pm_judgement *judgement,
		      size_t i, size_t k)
{
	const struct pm_listener *a = &snapshot->listeners[i], *b = &snapshot->listeners[k];
	const struct pm_verdict *v = &judgement->verdicts[i], *w = &judgement->verdicts[k];

	return !v->owner == !w->owner && a->family == b->family && a->v6only == b->v6only &&
	       a->state == b->state &&
	       a->ifindex == b->ifindex && !memcmp(a->address, b->address, sizeof(a->address)) &&
	       is_fine(v) == is_fine(w) && !are_strangers(snapshot, judgement, i, k);
}

/* What is compared: listeners of one port, and room for one of each kind of them. */
struct run {
	const struct pm_snapshot *snapshot;
	struct pm_judgement *judgement;
	size_t *order; /* the listeners, those of one port and address side by side */
	size_t *kinds;
};

/*
 * Hold the listeners of `from` to before `end` in the order against those among them that have one
 * address. Of those that are alike one stands for all: a user can make as many as he likes. What
 * holds of that one then holds of all.
 */
static void compare(struct run *run, size_t from, size_t end,
		    bool (*counts)(const struct pm_listener *listener))
{
	struct pm_verdict *verdicts = run->judgement->verdicts;
	size_t count = 0;

	for (size_t at = from; at < end; at++) {
		size_t i = run->order[at];
		bool is_new = counts(&run->snapshot->listeners[i]);

		for (size_t k = 0; k < count && is_new; k++)
			is_new = !are_alike(run->snapshot, run->judgement, run->kinds[k], i);
		if (is_new)
			run->kinds[count++] = i;
	}
	for (size_t at = from; at < end; at++)
		for (size_t k = 0; k < count; k++) {
			size_t i = run->order[at];

			if (run->kinds[k] == i ||
			    !collide(run->snapshot, run->judgement, i, run->kinds[k]))
				continue;
			set(&verdicts[i], PM_FLAG_PORT_SHARED, true);
			set(&verdicts[run->kinds[k]], PM_FLAG_PORT_SHARED, true);
		}
	for (size_t at = from; at < end; at++)
		for (size_t k = 0; k < count; k++)
			if (are_alike(run->snapshot, run->judgement, run->order[at],
				      run->kinds[k])) {
				set(&verdicts[run->order[at]], PM_FLAG_PORT_SHARED,
				    verdicts[run->kinds[k]].flags >> PM_FLAG_PORT_SHARED & 1);
				break;
			}
}

static bool is_specific(const struct pm_listener *listener)
{
	return !overlap_is_wildcard(listener);
}

/* The kernel keeps the ports of MPTCP with those of TCP; UDP-Lite has some of its own. */
static enum pm_protocol port_space(const struct pm_listener *listener)
{
	return listener->protocol == PM_PROTOCOL_MPTCP ? PM_PROTOCOL_TCP : listener->protocol;
}

static int compare_ports(const struct pm_listener *a, const struct pm_listener *b)
{
	int c = PM_CMP(a->netns, b->netns);

	if (!c)
		c = PM_CMP(port_space(a), port_space(b));
	return c ? c : PM_CMP(a->port, b->port);
}

static int compare_places(const void *a, const void *b, void *data)
{
	const struct pm_listener *listeners = data;
	const size_t *i = a, *k = b;
	int c = compare_ports(&listeners[*i], &listeners[*k]);

	if (!c)
		c = overlap_compare(&listeners[*i], &listeners[*k]);
	return c ? c : PM_CMP(*i, *k);
}

/* The listeners of one port, in order of address: each against the wildcards, and its own address.
 */
static void flag_run(struct run *run, size_t first, size_t end)
{
	const struct pm_listener *listeners = run->snapshot->listeners;

	compare(run, first, end, overlap_is_wildcard);
	for (size_t from = first, next; from < end; from = next) {
		for (next = from + 1; next < end; next++)
			if (overlap_compare(&listeners[run->order[from]],
					    &listeners[run->order[next]]) != 0)
				break;
		if (next - from > 1)
			compare(run, from, next, is_specific);
	}
}

static void flag_runs(struct run *run)
{
	struct pm_listener *listeners = run->snapshot->listeners;
	size_t count = run->judgement->count;

	for (size_t i = 0; i < count; i++)
		run->order[i] = i;
	if (count)
		qsort_r(run->order, count, sizeof(*run->order), compare_places, listeners);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count; end++)
			if (compare_ports(&listeners[run->order[first]],
					  &listeners[run->order[end]]) != 0)
				break;
		if (end - first > 1 && pm_protocol_has_port(listeners[run->order[first]].protocol))
			flag_run(run, first, end);
	}
}

int flags_set_shared(const struct pm_snapshot *snapshot, struct pm_judgement *judgement)
{
	struct run run = {.snapshot = snapshot, .judgement = judgement};
	int r = -ENOMEM;

	run.order = calloc(judgement->count + 1, sizeof(*run.order));
	run.kinds = calloc(judgement->count + 1, sizeof(*run.kinds));
	if (run.order && run.kinds) {
		flag_runs(&run);
		r = 0;
	}
	free(run.order);
	free(run.kinds);
	return r;
}

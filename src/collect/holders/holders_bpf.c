/* Who has a listener open, by a walk within the kernel. */
#include "holders/inode_index.h"
#include "holders/references.h"
#include "netns/netns.h"
#include "netns/netns_of_sockets.h"
#include "sockets/complete_list.h"
#include "source/bpf.h"
#include "source/coverage.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/* A listener that no dump showed, with who holds it. */
struct missed {
	struct pm_listener listener; /* but for its namespace */
	uint64_t netns;		     /* inode */
	struct task task;
	bool is_kept; /* without a descriptor that would lead to it */
};

struct holder_walk {
	struct holder_search *search;
	struct missed *missed;
	size_t count, room;
	struct references references;
	bool is_sought;	 /* the socket that was met last */
	uint64_t *unled; /* network namespaces that nothing had led to, by inode */
	size_t unled_count, unled_room;
	bool has_more; /* than could be looked at */
};

static void walk_forget(struct holder_walk *walk)
{
	walk->count = walk->references.count = walk->unled_count = 0;
	walk->search->finds->count = walk->search->finds->seen_count = 0;
}

static struct task task_of(const struct bpf_record *record)
{
	return (struct task){.pid = (int)record->pid,
			     .tid = (int)record->tid,
			     .fd = record->fd,
			     .is_kept = record->kind != RECORD_SOCKET,
			     .started = record->started};
}

/* The namespace's number, or the count of all where it is not known. */
static size_t find_netns(const struct pm_snapshot *snapshot, uint64_t inode)
{
	size_t i = 0;

	while (i < snapshot->netns_count && snapshot->netns[i].inode != inode)
		i++;
	return i;
}

static bool walk_is_same(const struct pm_snapshot *snapshot, const struct pm_listener *listener,
			 const struct bpf_record *record)
{
	uint64_t netns = pm_listener_netns(snapshot, listener)->inode;

	return listener->inode == record->inode && (!netns || netns == record->netns);
}

/* Others that were asked for are not worth a row of their own: they may listen at any time. */
static bool is_listening(const struct bpf_record *record)
{
	bool is_tcp = record->protocol == IPPROTO_TCP || record->protocol == IPPROTO_MPTCP;

	return record->state == (is_tcp ? TCP_LISTEN : TCP_CLOSE);
}

/* Opened since the dump, missed by it, or of a namespace that is not known. */
static int walk_miss(struct holder_walk *walk, const struct bpf_record *record)
{
	const struct pm_collect_options *options = walk->search->collector->options;
	struct missed missed = {.listener = listener_of_record(record),
				.netns = record->netns,
				.task = task_of(record),
				.is_kept = record->kind != RECORD_SOCKET};

	if (record->flags & RECORD_SUBFLOW || missed.listener.protocol == PM_PROTOCOLS ||
	    !is_listening(record) ||
	    !pm_filter_has(&options->filter, missed.listener.protocol, missed.listener.family) ||
	    !listener_is_wanted(options, &missed.listener))
		return 0;
	if (!walk->search->collector->source->namespaces.wants_all &&
	    !netns_is_known(walk->search->collector->snapshot, record->netns))
		return 0;
	struct missed *room = pm_array_add(&walk->missed, &walk->count, &walk->room, sizeof(*room));
	if (room)
		*room = missed;
	walk->is_sought = true;
	return room ? 0 : -ENOMEM;
}

static int walk_meet_socket(struct holder_walk *walk, const struct bpf_record *record)
{
	const struct inodes *inodes = &walk->search->inodes;
	struct task task = task_of(record);
	bool known = false;

	walk->is_sought = false;
	for (size_t at = inodes->slot[record->inode & (inodes->slots - 1)]; at;
	     at = inodes->next[at - 1]) {
		const struct pm_listener *listener = &inodes->listeners[at - 1];

		if (!walk_is_same(walk->search->collector->snapshot, listener, record))
			continue;
		known = true;
		if (pm_is_owned(listener))
			continue;
		walk->is_sought = true;
		if (holders_find(walk->search, &task, at - 1) < 0)
			return -ENOMEM;
	}
	return known ? 0 : walk_miss(walk, record);
}

static int meet_process(struct finds *finds, const struct bpf_record *record)
{
	struct bpf_process *room =
		pm_array_add(&finds->seen, &finds->seen_count, &finds->seen_room, sizeof(*room));

	if (room)
		memcpy(room, record, sizeof(*room));
	return room ? 0 : -ENOMEM;
}

static int meet_netns(struct holder_walk *walk, uint64_t inode)
{
	if (!walk->search->collector->source->namespaces.wants_all ||
	    netns_is_known(walk->search->collector->snapshot, inode))
		return 0;
	uint64_t *room =
		pm_array_add(&walk->unled, &walk->unled_count, &walk->unled_room, sizeof(*room));
	if (room)
		*room = inode;
	return room ? 0 : -ENOMEM;
}

static int walk_take(void *data, const struct bpf_record *record)
{
	struct holder_walk *walk = data;
	struct task task = task_of(record);

	switch (record->kind) {
	case RECORD_PROCESS:
		return meet_process(walk->search->finds, record);
	case RECORD_SOCKET:
	case RECORD_FIXED:
	case RECORD_QUEUED:
	case RECORD_AIO:
	case RECORD_MAPPED:
		return walk_meet_socket(walk, record);
	case RECORD_WAITER:
		/* 0: of no process that we could name. */
		return record->pid ? walk_meet_socket(walk, record) : 0;
	case RECORD_MORE:
		walk->has_more = true;
		return 0;
	case RECORD_NETNS:
		return meet_netns(walk, record->inode);
	case RECORD_REFERENCES:
		return walk->is_sought ? references_add(&walk->references, record) : 0;
	case RECORD_NSFS:
		return holders_meet_namespace(walk->search, &task, record->inode);
	}
	return 0;
}

/* Ways into the namespaces that are not known: by the sockets that are in them. */
static int open_namespaces(struct holder_walk *walk)
{
	struct unlisted_list *all = &walk->search->finds->unlisted;

	for (size_t i = 0; i < walk->count; i++) {
		if (walk->missed[i].is_kept ||
		    netns_is_known(walk->search->collector->snapshot, walk->missed[i].netns))
			continue;
		struct unlisted *unlisted =
			pm_array_add(&all->found, &all->count, &all->room, sizeof(*unlisted));
		if (!unlisted)
			return -ENOMEM;
		*unlisted = (struct unlisted){.inode = walk->missed[i].listener.inode,
					      .task = walk->missed[i].task};
	}
	return unlisted_ask(walk->search->collector, all);
}

/* Of a namespace that can be entered, the dump to come will show it. */
static int missed_join(struct holder_walk *walk, struct missed *missed, size_t dumped)
{
	struct pm_snapshot *snapshot = walk->search->collector->snapshot;
	size_t netns = find_netns(snapshot, missed->netns);
	int r = 0;

	if (netns == snapshot->netns_count)
		r = netns_add_closed(walk->search->collector, missed->netns);
	else if (netns >= dumped && !snapshot->netns[netns].is_closed)
		return 0;
	missed->listener.netns = netns;
	for (size_t i = 0; i < snapshot->listener_count && r == 0; i++) {
		const struct pm_listener *other = &snapshot->listeners[i];

		if (other->netns == netns && other->inode == missed->listener.inode)
			return holders_find(walk->search, &missed->task, i);
	}
	if (r < 0 || holders_find(walk->search, &missed->task, snapshot->listener_count) < 0)
		return -ENOMEM;
	return pm_snapshot_add(snapshot, &missed->listener);
}

/* 0 or -ENOMEM. What this kernel refuses to walk is to be found by other means. */
static int walk_kept(struct holder_walk *walk, enum bpf_walk way, unsigned wants)
{
	int r = bpf_records(walk->search->collector->source, way, wants, walk_take, walk);

	walk->search->collector->has_walked_kept &= r == 0;
	return r == -ENOMEM ? r : 0;
}

static int ask_waiters(void *data, size_t netns)
{
	struct holder_walk *walk = data;
	int r = walk_kept(walk, BPF_TCP_WAITERS, 0);

	(void)netns;
	return r < 0 ? r : walk_kept(walk, BPF_UDP_WAITERS, 0);
}

static bool has_sought(void *data, size_t netns)
{
	const struct holder_walk *walk = data;
	const struct pm_snapshot *snapshot = walk->search->collector->snapshot;

	for (size_t i = 0; i < snapshot->listener_count; i++) {
		const struct pm_listener *listener = &snapshot->listeners[i];

		if (listener->netns == netns && !pm_is_owned(listener) &&
		    (walk->search->is_again || references_have(&walk->references, listener->inode)))
			return true;
	}
	return false;
}

/* Is there a network namespace that nothing has led to so far? */
static bool is_blind(const struct holder_walk *walk)
{
	for (size_t i = 0; i < walk->unled_count; i++) {
		size_t k = 0;

		while (k < walk->count && walk->missed[k].netns != walk->unled[i])
			k++;
		if (k == walk->count &&
		    !netns_is_known(walk->search->collector->snapshot, walk->unled[i]))
			return true;
	}
	return false;
}

/*
 * What keeps sockets without a descriptor: all of it where one is held by more than was met, and
 * where we look again, as then somebody is missing; else as much as it takes to find what leads to
 * a namespace. What these cannot tell, there are suspects for.
 */
static int search_kept(struct holder_walk *walk, unsigned wants)
{
	static const enum bpf_walk ways[] = {BPF_KEPT, BPF_TASKS, BPF_MAPPED};
	struct holder_search *search = walk->search;
	bool is_all = search->is_again || walk->references.count;
	int r = 0;

	search->collector->has_walked_kept = is_all;
	for (size_t i = 0; i < PM_COUNT(ways) && r == 0 && (is_all || is_blind(walk)); i++)
		r = walk_kept(walk, ways[i], wants);
	if (is_all && r != -ENOMEM)
		r = netns_each(search->collector, 0, has_sought, ask_waiters, walk);
	if (r == -ENOMEM)
		return r;
	if (!walk->has_more)
		return 0;
	return gap_add(search->collector->snapshot, PM_GAP_HOLDERS, PM_GAP_INTERRUPTED, 1,
		       "more can keep sockets without a descriptor than could be looked at");
}

/* By the program that is loaded sooner, where it will do; it has no room for hundreds of sockets. */
static int walk_files(struct holder_walk *walk, unsigned wants)
{
	struct source *source = walk->search->collector->source;

	if (walk->search->are_few && !walk->search->is_again) {
		int r = bpf_records(source, BPF_FEW, wants, walk_take, walk);

		if (r != -E2BIG && r != -ENOSYS)
			return r;
		walk_forget(walk);
	}
	walk->search->finds->has_facts = true;
	return bpf_records(source, BPF_FILES, wants, walk_take, walk);
}

static int walk_both(struct holder_walk *walk)
{
	const struct pm_collect_options *options = walk->search->collector->options;
	unsigned wants =
		(options->bound ? WANT_BOUND : 0) | (options->portless ? WANT_PORTLESS : 0);
	int r = walk_files(walk, wants);

	if (r < 0)
		return r;
	references_keep_unexplained(&walk->references);
	return search_kept(walk, wants);
}

static int join_missed(struct holder_walk *walk)
{
	struct collector *collector = walk->search->collector;
	size_t dumped = collector->source->namespaces.dumped;

	collector->snapshot->coverage.unreadable = 0;
	collector->has_walked_bpf = true;
	int r = open_namespaces(walk);
	for (size_t i = 0; i < walk->count && r == 0; i++)
		r = missed_join(walk, &walk->missed[i], dumped);
	return r;
}

int search_bpf(struct holder_search *search)
{
	struct holder_walk walk = {.search = search};
	int r = walk_both(&walk);

	if (r < 0)
		walk_forget(&walk);
	else
		r = join_missed(&walk);
	references_release(&walk.references);
	free(walk.unled);
	free(walk.missed);
	return r;
}

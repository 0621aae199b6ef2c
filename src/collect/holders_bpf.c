/* Who has a listener open, by a walk within the kernel. */
#include "holders.h"
#include "netns.h"
#include "rows.h"

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

struct walk {
	struct search *search;
	struct missed *missed;
	size_t count, room;
	bool is_blind; /* there is a network namespace that nothing has led to so far */
	bool has_more; /* than could be looked at */
};

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

static bool is_same(const struct pm_snapshot *snapshot, const struct pm_listener *listener,
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
static int miss(struct walk *walk, const struct bpf_record *record)
{
	const struct pm_collect_options *options = walk->search->options;
	struct missed missed = {.listener = listener_of_record(record),
				.netns = record->netns,
				.task = task_of(record),
				.is_kept = record->kind != RECORD_SOCKET};

	if (record->flags & RECORD_SUBFLOW || missed.listener.protocol == PM_PROTOCOLS ||
	    !is_listening(record) ||
	    !is_asked(options, missed.listener.protocol, missed.listener.family) ||
	    !is_wanted(options, &missed.listener))
		return 0;
	if (!walk->search->source->namespaces.wants_all &&
	    !netns_is_known(walk->search->snapshot, record->netns))
		return 0;
	struct missed *room = pm_array_add(&walk->missed, &walk->count, &walk->room, sizeof(*room));
	if (room)
		*room = missed;
	return room ? 0 : -ENOMEM;
}

static int meet_socket(struct walk *walk, const struct bpf_record *record)
{
	const struct inodes *inodes = &walk->search->inodes;
	struct task task = task_of(record);
	bool known = false;

	for (size_t at = inodes->slot[record->inode & (inodes->slots - 1)]; at;
	     at = inodes->next[at - 1]) {
		const struct pm_listener *listener = &inodes->listeners[at - 1];

		if (!is_same(walk->search->snapshot, listener, record))
			continue;
		known = true;
		if (!pm_is_owned(listener) && holders_find(walk->search, &task, at - 1) < 0)
			return -ENOMEM;
	}
	return known ? 0 : miss(walk, record);
}

static int meet_process(struct finds *finds, const struct bpf_record *record)
{
	struct bpf_process *room =
		pm_array_add(&finds->seen, &finds->seen_count, &finds->seen_room, sizeof(*room));

	if (room)
		memcpy(room, record, sizeof(*room));
	return room ? 0 : -ENOMEM;
}

static int take(void *data, const struct bpf_record *record)
{
	struct walk *walk = data;
	struct task task = task_of(record);

	switch (record->kind) {
	case RECORD_PROCESS:
		return meet_process(walk->search->finds, record);
	case RECORD_SOCKET:
	case RECORD_FIXED:
	case RECORD_QUEUED:
	case RECORD_AIO:
	case RECORD_MAPPED:
		return meet_socket(walk, record);
	case RECORD_WAITER:
		/* 0: of no process that we could name. */
		return record->pid ? meet_socket(walk, record) : 0;
	case RECORD_MORE:
		walk->has_more = true;
		return 0;
	case RECORD_NETNS:
		if (walk->search->source->namespaces.wants_all &&
		    !netns_is_known(walk->search->snapshot, record->inode))
			walk->is_blind = true;
		return 0;
	case RECORD_NSFS:
		return holders_meet_namespace(walk->search, &task, record->inode);
	}
	return 0;
}

/* Ways into the namespaces that are not known: by the sockets that are in them. */
static int open_namespaces(struct walk *walk)
{
	struct strangers *all = &walk->search->finds->strangers;

	for (size_t i = 0; i < walk->count; i++) {
		if (walk->missed[i].is_kept ||
		    netns_is_known(walk->search->snapshot, walk->missed[i].netns))
			continue;
		struct stranger *stranger =
			pm_array_add(&all->found, &all->count, &all->room, sizeof(*stranger));
		if (!stranger)
			return -ENOMEM;
		*stranger = (struct stranger){.inode = walk->missed[i].listener.inode,
					      .task = walk->missed[i].task};
	}
	return strangers_ask(walk->search->source, walk->search->snapshot, all);
}

/* Of a namespace that can be entered, the dump to come will show it. */
static int join(struct walk *walk, struct missed *missed, size_t dumped)
{
	struct pm_snapshot *snapshot = walk->search->snapshot;
	size_t netns = find_netns(snapshot, missed->netns);
	int r = 0;

	if (netns == snapshot->netns_count)
		r = netns_add_closed(walk->search->source, snapshot, missed->netns);
	else if (netns >= dumped && !snapshot->netns[netns].is_closed)
		return 0;
	missed->listener.netns = netns;
	for (size_t i = 0; i < snapshot->listener_count && r == 0; i++) {
		const struct pm_listener *other = &snapshot->listeners[i];

		if (other->netns == netns && other->inode == missed->listener.inode)
			return holders_find(walk->search, &missed->task, i);
	}
	if (r == 0)
		r = holders_find(walk->search, &missed->task, snapshot->listener_count);
	return r == 0 ? listener_add(snapshot, &missed->listener) : r;
}

/* 0 or -ENOMEM. What this kernel refuses to walk is to be found by other means. */
static int walk_kept(struct walk *walk, enum bpf_walk way, unsigned wants)
{
	int r = bpf_records(walk->search->source, way, wants, take, walk);

	walk->search->source->has_walked_kept &= r == 0;
	return r == -ENOMEM ? r : 0;
}

static int ask_waiters(void *data, size_t netns)
{
	struct walk *walk = data;
	int r = walk_kept(walk, BPF_TCP_WAITERS, 0);

	(void)netns;
	return r == 0 ? walk_kept(walk, BPF_UDP_WAITERS, 0) : r;
}

static bool has_unowned(void *data, size_t netns)
{
	const struct pm_snapshot *snapshot = ((const struct walk *)data)->search->snapshot;

	for (size_t i = 0; i < snapshot->listener_count; i++)
		if (snapshot->listeners[i].netns == netns && !pm_is_owned(&snapshot->listeners[i]))
			return true;
	return false;
}

/*
 * What keeps sockets without a descriptor: open files where a namespace is known that nothing has
 * led to, and all of it where we look again, as then somebody is missing. What these cannot tell,
 * there are suspects for.
 */
static int search_kept(struct walk *walk, unsigned wants)
{
	static const enum bpf_walk ways[] = {BPF_KEPT, BPF_TASKS, BPF_MAPPED};
	struct search *search = walk->search;
	size_t count = search->is_again ? PM_COUNT(ways) : walk->is_blind;
	int r = 0;

	search->source->has_walked_kept = search->is_again;
	for (size_t i = 0; i < count && r == 0; i++)
		r = walk_kept(walk, ways[i], wants);
	if (r == 0 && search->is_again)
		r = netns_each(search->source, search->snapshot, 0, has_unowned, ask_waiters, walk);
	if (r == -ENOMEM || !walk->has_more)
		return r == -ENOMEM ? r : 0;
	return gap_add(search->snapshot, PM_GAP_HOLDERS, PM_GAP_INTERRUPTED, 1,
		       "more can keep sockets without a descriptor than could be looked at");
}

int search_bpf(struct search *search)
{
	struct walk walk = {.search = search};
	size_t dumped = search->source->namespaces.dumped;
	unsigned wants = (search->options->bound ? WANT_BOUND : 0) |
			 (search->options->portless ? WANT_PORTLESS : 0);
	int r = bpf_records(search->source, BPF_FILES, wants, take, &walk);

	if (r == 0)
		r = search_kept(&walk, wants);
	if (r == 0) {
		search->snapshot->coverage.unreadable = 0;
		search->source->has_walked_bpf = true;
		r = open_namespaces(&walk);
	} else {
		search->finds->count = search->finds->seen_count = 0;
	}
	for (size_t i = 0; i < walk.count && r == 0; i++)
		r = join(&walk, &walk.missed[i], dumped);
	free(walk.missed);
	return r;
}

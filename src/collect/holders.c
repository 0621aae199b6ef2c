/* Who has a listener open. */
#include "netns.h"
#include "walk.h"

#include <errno.h>

/* Socket inodes of the listeners: a hash of inode to listeners. */
struct inodes {
	const struct pm_listener *listeners;
	size_t *slot; /* index + 1 of the first listener of this hash */
	size_t *next; /* index + 1 of the next one, by index */
	size_t slots;
};

struct search {
	struct source *source;
	struct pm_snapshot *snapshot;
	struct inodes inodes;
	struct finds *finds;
};

static bool is_explained(const struct pm_listener *listener)
{
	return listener->owner == PM_OWNER_PROCESS || listener->owner == PM_OWNER_KERNEL;
}

static int inodes_make(struct inodes *inodes, const struct pm_snapshot *snapshot)
{
	size_t count = snapshot->listener_count;

	inodes->slots = 64;
	while (inodes->slots < count * 2)
		inodes->slots *= 2;
	inodes->listeners = snapshot->listeners;
	inodes->slot = calloc(inodes->slots, sizeof(*inodes->slot));
	inodes->next = calloc(count + 1, sizeof(*inodes->next));
	if (!inodes->slot || !inodes->next)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		size_t *slot = &inodes->slot[snapshot->listeners[i].inode & (inodes->slots - 1)];

		if (!snapshot->listeners[i].inode)
			continue;
		inodes->next[i] = *slot;
		*slot = i + 1;
	}
	return 0;
}

static int add_stranger(struct search *search, const struct task *task, uint32_t inode)
{
	struct strangers *all = &search->finds->strangers;

	if (!search->source->namespaces.wants_all)
		return 0;
	struct stranger *stranger =
		pm_array_add(&all->found, &all->count, &all->room, sizeof(*stranger));

	if (stranger)
		*stranger = (struct stranger){.inode = inode, .task = *task};
	return stranger ? 0 : -ENOMEM;
}

/* Note that this process holds the listeners of `inode`. Two descriptors of one are one find. */
static int meet_socket(struct search *search, const struct task *task, uint32_t inode)
{
	const struct inodes *inodes = &search->inodes;
	struct finds *finds = search->finds;
	bool known = false;

	for (size_t at = inodes->slot[inode & (inodes->slots - 1)]; at; at = inodes->next[at - 1]) {
		if (inodes->listeners[at - 1].inode != inode)
			continue;
		known = true;
		if (is_explained(&inodes->listeners[at - 1]))
			continue;
		struct find *find =
			pm_array_add(&finds->found, &finds->count, &finds->room, sizeof(*find));
		if (!find)
			return -ENOMEM;
		*find = (struct find){.listener = at - 1, .pid = task->pid, .task = *task};
	}
	return known ? 0 : add_stranger(search, task, inode);
}

/* A descriptor of a network namespace keeps it where nothing else may lead to it. */
static int meet_namespace(struct search *search, const struct task *task, uint64_t inode)
{
	char path[TASK_PATH_SIZE];

	if (search->source->replay >= 0 || !search->source->namespaces.wants_all ||
	    netns_is_known(search->snapshot, inode))
		return 0;
	int fd = netns_open(search->source, search->source->proc, task_path(task, "fd", path), 0,
			    &inode);
	return fd < 0 ? 0 : netns_learn(search->source, search->snapshot, inode, fd, NULL);
}

static int meet(void *data, const struct task *task, const char *link, size_t len)
{
	struct search *search = data;
	uint64_t inode = number_in(link, len, "net:[");

	if (inode)
		return meet_namespace(search, task, inode);
	inode = number_in(link, len, "socket:[");
	if (!inode || inode > UINT32_MAX)
		return 0;
	walk_keep(search->source, task, link);
	return meet_socket(search, task, (uint32_t)inode);
}

static int compare_finds(const void *a, const void *b)
{
	const struct find *x = a, *y = b;
	int c = PM_CMP(x->listener, y->listener);

	if (!c)
		c = PM_CMP(x->pid, y->pid);
	if (!c)
		c = PM_CMP(x->task.tid, y->task.tid);
	return c ? c : PM_CMP(x->task.fd, y->task.fd);
}

static void drop_duplicates(struct finds *finds)
{
	size_t kept = 0;

	if (finds->count)
		qsort(finds->found, finds->count, sizeof(*finds->found), compare_finds);
	for (size_t i = 0; i < finds->count; i++)
		if (!kept || finds->found[kept - 1].listener != finds->found[i].listener ||
		    finds->found[kept - 1].pid != finds->found[i].pid)
			finds->found[kept++] = finds->found[i];
	finds->count = kept;
}

int pass_holders(struct source *source, struct pm_snapshot *snapshot, struct finds *finds)
{
	struct search search = {.source = source, .snapshot = snapshot, .finds = finds};
	struct walk walk = {.source = source, .meet = meet, .data = &search};
	int r = inodes_make(&search.inodes, snapshot);

	if (r == 0)
		r = walk_descriptors(&walk);
	drop_duplicates(finds);
	snapshot->coverage.unreadable = walk.denied;
	free(search.inodes.slot);
	free(search.inodes.next);
	return r;
}

void finds_release(struct finds *finds)
{
	free(finds->found);
	free(finds->strangers.found);
}

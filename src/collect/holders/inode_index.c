#include "holders/inode_index.h"
#include "netns/netns.h"

#include <errno.h>

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

int search_open(struct holder_search *search)
{
	return inodes_make(&search->inodes, search->collector->snapshot);
}

void search_close(struct holder_search *search)
{
	free(search->inodes.slot);
	free(search->inodes.next);
}

/* Two descriptors of one process are one find. */
int holders_find(struct holder_search *search, const struct task *task, size_t listener)
{
	struct finds *finds = search->finds;
	struct find *find = pm_array_add(&finds->found, &finds->count, &finds->room, sizeof(*find));

	if (find)
		*find = (struct find){.listener = listener, .task = *task};
	return find ? 0 : -ENOMEM;
}

/* A descriptor of a network namespace keeps it where nothing else may lead to it. */
int holders_meet_namespace(struct holder_search *search, const struct task *task, uint64_t inode)
{
	char path[TASK_PATH_SIZE];

	if (!search->collector->source->namespaces.wants_all ||
	    netns_is_known(search->collector->snapshot, inode))
		return 0;
	int fd = netns_open(search->collector->source, search->collector->source->proc,
			    task_path(task, "fd", path), 0, &inode);
	return fd < 0 ? 0 : netns_learn(search->collector, inode, fd, NULL);
}

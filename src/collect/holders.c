/* Who has a listener open: a walk over the descriptors of all processes. */
#include "passes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES_BYTES = 64 * 1024 };

/* Socket inodes of the listeners without holder: a hash of inode to listeners. */
struct inodes {
	const struct pm_listener *listeners;
	size_t *slot; /* index + 1 of the first listener of this hash */
	size_t *next; /* index + 1 of the next one, by index */
	size_t slots;
};

struct walk {
	struct source *source;
	struct inodes inodes;
	struct finds *finds;
	size_t denied;
	int pid;
	char name[24];	  /* of the folder that is read */
	char *entries;	  /* room for getdents64(2) */
	char *fd_entries; /* the same, one level below */
};

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
		const struct pm_listener *listener = &snapshot->listeners[i];
		size_t *slot = &inodes->slot[listener->inode & (inodes->slots - 1)];

		if (!listener->inode || listener->owner == PM_OWNER_PROCESS ||
		    listener->owner == PM_OWNER_KERNEL)
			continue;
		inodes->next[i] = *slot;
		*slot = i + 1;
	}
	return 0;
}

/* Note that this process holds the listeners of `inode`. Two descriptors of one are one find. */
static int inodes_find(struct walk *walk, uint32_t inode, unsigned fd)
{
	const struct inodes *inodes = &walk->inodes;
	struct finds *finds = walk->finds;

	for (size_t at = inodes->slot[inode & (inodes->slots - 1)]; at; at = inodes->next[at - 1]) {
		if (inodes->listeners[at - 1].inode != inode)
			continue;
		struct find *find =
			pm_array_add(&finds->found, &finds->count, &finds->room, sizeof(*find));
		if (!find)
			return -ENOMEM;
		*find = (struct find){.listener = at - 1, .pid = walk->pid, .fd = fd};
	}
	return 0;
}

/* The inode in "socket:[12345]", or 0. */
static uint32_t socket_inode(const char *link, size_t len)
{
	static const char head[] = "socket:[";
	const size_t skip = sizeof(head) - 1;
	uint64_t inode;

	if (len < skip + 2 || memcmp(link, head, skip) != 0 || link[len - 1] != ']' ||
	    pm_parse_u64(link + skip, len - skip - 1, UINT32_MAX, &inode) < 0)
		return 0;
	return (uint32_t)inode;
}

static int walk_fd(struct walk *walk, int dir, const char *name, unsigned fd)
{
	char link[64];
	ssize_t len = readlinkat(dir, name, link, sizeof(link) - 1);

	if (len < 0)
		return errno == EACCES || errno == EPERM ? -EACCES : 0;
	uint32_t inode = socket_inode(link, (size_t)len);
	if (!inode)
		return 0;
	if (walk->source->record >= 0) {
		link[len] = '\0';
		record_link(walk->source, walk->name, name, link);
	}
	return inodes_find(walk, inode, fd);
}

/*
 * Call `each` for every entry of `dir` whose name is a number. -errno of getdents64(2) or of
 * `each`, which ends the walk.
 */
static int walk_numbers(struct walk *walk, int dir, char *entries,
			int (*each)(struct walk *, int dir, const char *name, unsigned number))
{
	uint64_t number;
	int r = 0;

	for (;;) {
		long size = syscall(SYS_getdents64, dir, entries, ENTRIES_BYTES);

		if (size <= 0)
			return size < 0 ? -errno : 0;
		for (long at = 0; at < size && r == 0;) {
			const struct dirent64 *entry = (const void *)(entries + at);

			at += entry->d_reclen;
			if (pm_parse_u64(entry->d_name, strlen(entry->d_name), INT32_MAX,
					 &number) == 0)
				r = each(walk, dir, entry->d_name, (unsigned)number);
		}
		if (r < 0)
			return r;
	}
}

/* One process. That it is gone is no news; that it is denied is counted. */
static int walk_process(struct walk *walk, int dir, const char *name, unsigned pid)
{
	walk->pid = (int)pid;
	snprintf(walk->name, sizeof(walk->name), "%.16s/fd", name);
	int fd = openat(dir, walk->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : walk_numbers(walk, fd, walk->fd_entries, walk_fd);

	if (fd >= 0)
		close(fd);
	if (r == -ENOENT && walk->source->replay >= 0)
		r = replay_errno(walk->source, dir, walk->name, r);
	if (r == -ENOMEM)
		return r;
	if (r == -EACCES || r == -EPERM) {
		walk->denied++;
		record_errno(walk->source, name, "fd", EACCES);
	}
	return 0;
}

static int compare_finds(const void *a, const void *b)
{
	const struct find *x = a, *y = b;
	int c = PM_CMP(x->listener, y->listener);

	if (!c)
		c = PM_CMP(x->pid, y->pid);
	return c ? c : PM_CMP(x->fd, y->fd);
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
	struct walk walk = {.source = source, .finds = finds};
	int r = inodes_make(&walk.inodes, snapshot);

	walk.entries = malloc(ENTRIES_BYTES);
	walk.fd_entries = malloc(ENTRIES_BYTES);
	if (!walk.entries || !walk.fd_entries)
		r = -ENOMEM;
	if (r == 0 && lseek(source->proc, 0, SEEK_SET) == 0)
		r = walk_numbers(&walk, source->proc, walk.entries, walk_process);
	drop_duplicates(finds);
	snapshot->coverage.unreadable = walk.denied;
	free(walk.inodes.slot);
	free(walk.inodes.next);
	free(walk.entries);
	free(walk.fd_entries);
	return r;
}

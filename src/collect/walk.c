#include "walk.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

static int walk_fd(void *data, const char *name, unsigned fd)
{
	struct walk *walk = data;
	char link[64];
	ssize_t len = readlinkat(walk->dir, name, link, sizeof(link) - 1);

	if (len < 0)
		return errno == EACCES || errno == EPERM ? -EACCES : 0;
	if (walk->only_denied)
		return -ECANCELED;
	link[len] = '\0';
	walk->task.fd = fd;
	return walk->meet(walk->data, &walk->task, link, (size_t)len);
}

/* A table that is denied is counted; one that is gone is no news. */
static int walk_table(struct walk *walk)
{
	walk->dir = proc_open(walk->source, walk->folder);
	int r = walk->dir < 0	    ? walk->dir
		: walk->only_denied ? first_number(walk->dir, walk_fd, walk)
				    : each_number(walk->dir, walk_fd, walk);

	if (walk->dir >= 0)
		close(walk->dir);
	if (r == -ENOENT && walk->source->replay >= 0)
		r = replay_errno(walk->source, walk->source->proc, walk->folder, r);
	if (r < 0 && r != -ENOENT && r != -ESRCH && r != -ENOMEM && r != -ECANCELED) {
		walk->denied++;
		record_errno(walk->source, ".", walk->folder, EACCES);
	}
	return r == -ENOMEM ? r : 0;
}

/*
 * Is this thread's table one that was not met yet? Most threads share that of their process, and
 * asking is a thousand times cheaper than walking. kcmp(2) has an order: 0 equal, 1 before, 2
 * after. Where it does not answer, the table is walked.
 */
static bool is_new_table(struct walk *walk, int tid, size_t *ret_at)
{
	size_t low = 0, high = walk->table_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		long order = syscall(SYS_kcmp, walk->tables[middle], tid, KCMP_FILES, 0, 0);

		if (order == 0)
			return false;
		if (order == 1)
			high = middle;
		else
			low = middle + 1;
	}
	*ret_at = low;
	return true;
}

static int add_table(struct walk *walk, int tid, size_t at)
{
	int *room =
		pm_array_add(&walk->tables, &walk->table_count, &walk->table_room, sizeof(*room));

	if (!room)
		return -ENOMEM;
	memmove(walk->tables + at + 1, walk->tables + at,
		(walk->table_count - 1 - at) * sizeof(*room));
	walk->tables[at] = tid;
	return 0;
}

static int walk_thread(void *data, const char *name, unsigned tid)
{
	struct walk *walk = data;
	bool is_live = walk->source->replay < 0;
	size_t at;

	if ((int)tid == walk->task.pid || (is_live && !is_new_table(walk, (int)tid, &at)))
		return 0;
	walk->task.tid = (int)tid;
	snprintf(walk->folder, sizeof(walk->folder), "%.16s/task/%.16s/fd", walk->process, name);
	int r = is_live ? add_table(walk, (int)tid, at) : 0;
	return r == 0 ? walk_table(walk) : r;
}

/* One process. That it is gone is no news; that it is denied is counted. */
static int walk_process(void *data, const char *name, unsigned pid)
{
	struct walk *walk = data;
	size_t denied = walk->denied;

	if (is_late(walk->source))
		return -ETIME;
	walk->task = (struct task){.pid = (int)pid, .tid = (int)pid};
	walk->process = name;
	walk->table_count = 0;
	snprintf(walk->folder, sizeof(walk->folder), "%.16s/fd", name);
	int r = walk_table(walk);
	if (r == 0 && walk->denied == denied)
		r = add_table(walk, (int)pid, 0);
	return r == 0 && walk->denied == denied ? each_thread(walk->source, name, walk_thread, walk)
						: r;
}

int walk_descriptors(struct walk *walk)
{
	int r = 0;

	walk->denied = 0;
	if (lseek(walk->source->proc, 0, SEEK_SET) == 0)
		r = each_number(walk->source->proc, walk_process, walk);
	free(walk->tables);
	walk->tables = NULL;
	walk->table_count = walk->table_room = 0;
	return r == -ENOMEM ? r : 0;
}

void walk_keep(struct source *source, const struct task *task, const char *link)
{
	char path[TASK_PATH_SIZE];

	if (source->record >= 0)
		record_link(source, ".", task_path(task, "fd", path), link);
}

uint64_t number_in(const char *link, size_t len, const char *head)
{
	size_t skip = strlen(head);
	uint64_t number;

	if (len < skip + 2 || memcmp(link, head, skip) != 0 || link[len - 1] != ']' ||
	    pm_parse_u64(link + skip, len - skip - 1, UINT64_MAX, &number) < 0)
		return 0;
	return number;
}

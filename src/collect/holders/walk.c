#include "holders/walk.h"
#include "source/ops.h"
#include "source/proc_dir.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { WALKERS_MOST = 4, PROCESSES_EACH = 32, PROCESSES_AT_ONCE = 8 };

/* The processes, for those who share them out among themselves. */
struct round {
	struct walk *walk;
	unsigned *pids;
	size_t count, room;
	atomic_size_t next;   /* of `pids`, that nobody has taken */
	pthread_mutex_t turn; /* to meet; and for `r` and walk->denied */
	int r;
};

/* One of them. */
struct walker {
	struct round *round;
	const struct walk *walk;
	struct task task; /* whose table is read */
	char process[16]; /* its process's name in /proc */
	char folder[48];  /* of the table */
	int dir;
	size_t denied;
	int first_denied; /* the lowest pid */
	int *tables;	  /* threads of this process with tables of their own, in kcmp(2)'s order */
	size_t table_count, table_room;
};

/* What a look at a table comes to where no more was wanted than whether it may be read. */
enum { TABLE_OPEN = 1 };

static int walk_meet(struct walker *walker, const char *link, size_t len)
{
	const struct walk *walk = walker->walk;

	if (link[0] == '/')
		return 0;
	pthread_mutex_lock(&walker->round->turn);
	int r = walk->meet(walk->data, &walker->task, link, len);
	pthread_mutex_unlock(&walker->round->turn);
	return r;
}

static int walk_fd(void *data, const char *name, unsigned fd)
{
	struct walker *walker = data;
	char link[64];

	step_on(walker->walk->source);
	ssize_t len = readlinkat(walker->dir, name, link, sizeof(link) - 1);
	if (len < 0) {
		int code = step_check_search(walker->walk->source, -errno);

		return code == -EACCES || code == -EPERM ? -EACCES : 0;
	}
	if (walker->walk->only_denied)
		return TABLE_OPEN;
	link[len] = '\0';
	walker->task.fd = fd;
	return walk_meet(walker, link, (size_t)len);
}

static int walk_read_table(struct walker *walker)
{
	walker->dir = proc_open(walker->walk->source, walker->folder);
	if (walker->dir < 0)
		return walker->dir;
	int r = (walker->walk->only_denied ? first_number : each_number)(walker->dir, walk_fd,
									 walker);
	close(walker->dir);
	return r;
}

/* A table that is denied is counted; one that is gone is no news. */
static int walk_table(struct walker *walker)
{
	struct source *source = walker->walk->source;

	if (!step_begin(source, walker->task.pid, "fd")) {
		source->is_search_cut = true;
		return 0;
	}
	int r = walk_read_table(walker);
	step_check_search(source, r == -ENOMEM ? 0 : r);
	step_end(source);
	if (r == -ENOENT)
		r = source_why(source, source->proc, walker->folder, r);
	if (r == -ENOMEM)
		return r;
	if (r >= 0 || r == -ENOENT || r == -ESRCH)
		return 0;
	if (!walker->denied++ || walker->task.pid < walker->first_denied)
		walker->first_denied = walker->task.pid;
	record_errno(source, ".", walker->folder, EACCES);
	return 0;
}

/*
 * Is this thread's table one that was not met yet? Most threads share that of their process, and
 * asking is a thousand times cheaper than walking. kcmp(2) has an order: 0 equal, 1 before, 2
 * after. Where it does not answer, the table is walked.
 */
static bool is_new_table(struct walker *walker, int tid, size_t *ret_at)
{
	const struct source_ops *ops = walker->walk->source->ops;
	size_t low = ops->order_tables ? 0 : walker->table_count, high = walker->table_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		long order = ops->order_tables(walker->tables[middle], tid);

		if (order < 0)
			step_check_search(walker->walk->source, -errno);
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

static int add_table(struct walker *walker, int tid, size_t at)
{
	int *room = pm_array_add(&walker->tables, &walker->table_count, &walker->table_room,
				 sizeof(*room));

	if (!room)
		return -ENOMEM;
	memmove(walker->tables + at + 1, walker->tables + at,
		(walker->table_count - 1 - at) * sizeof(*room));
	walker->tables[at] = tid;
	return 0;
}

static int walk_thread(void *data, const char *name, unsigned tid)
{
	struct walker *walker = data;
	size_t at;

	if ((int)tid == walker->task.pid)
		return 0;
	step_on(walker->walk->source);
	if (!is_new_table(walker, (int)tid, &at))
		return 0;
	walker->task.tid = (int)tid;
	snprintf(walker->folder, sizeof(walker->folder), "%.16s/task/%.16s/fd", walker->process,
		 name);
	int r = add_table(walker, (int)tid, at);
	return r < 0 ? r : walk_table(walker);
}

/* Whose tables are their own the kernel is asked under locks of theirs; see kcmp(2). */
static int walk_threads(struct walker *walker)
{
	struct source *source = walker->walk->source;

	if (!step_begin(source, walker->task.pid, "task")) {
		source->is_search_cut = true;
		return 0;
	}
	int r = each_thread(source, walker->process, walk_thread, walker);
	step_end(source);
	return r;
}

/* One process. That it is gone is no news; that it is denied is counted. */
static int walk_process(struct walker *walker, unsigned pid)
{
	struct source *source = walker->walk->source;
	size_t denied = walker->denied;

	if (is_late(source)) {
		source->is_search_cut = true;
		return -ETIME;
	}
	walker->task = (struct task){.pid = (int)pid, .tid = (int)pid};
	walker->table_count = 0;
	snprintf(walker->process, sizeof(walker->process), "%u", pid);
	snprintf(walker->folder, sizeof(walker->folder), "%u/fd", pid);
	int r = walk_table(walker);
	if (r < 0 || walker->denied != denied)
		return r;
	r = add_table(walker, (int)pid, 0);
	return r < 0 ? r : walk_threads(walker);
}

/* Take some processes after others, till none is left or somebody has to end it. */
static void *walk_some(void *data)
{
	struct round *round = data;
	struct walker walker = {.round = round, .walk = round->walk};
	struct source *source = round->walk->source;
	size_t first;
	int r = 0;

	while (r == 0 && (first = atomic_fetch_add(&round->next, PROCESSES_AT_ONCE)) < round->count)
		for (size_t i = first; i < first + PROCESSES_AT_ONCE && i < round->count && r == 0;
		     i++)
			r = walk_process(&walker, round->pids[i]);
	free(walker.tables);
	pthread_mutex_lock(&round->turn);
	if (walker.denied && (!round->walk->denied || walker.first_denied < source->unreadable))
		source->unreadable = walker.first_denied;
	round->walk->denied += walker.denied;
	if (r < 0) {
		round->r = round->r == -ENOMEM ? -ENOMEM : r;
		atomic_store(&round->next, round->count);
	}
	pthread_mutex_unlock(&round->turn);
	return NULL;
}

static void *walk_help(void *data)
{
	const struct round *round = data;

	step_thread(round->walk->source);
	return walk_some(data);
}

/* As many as there are processors for us; a recording is made, and read, by one. */
static size_t count_walkers(const struct round *round)
{
	const struct source *source = round->walk->source;
	size_t processors = 1, work = round->count / PROCESSES_EACH;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		processors = (size_t)CPU_COUNT(&set);
	if (work > processors)
		work = processors;
	return work < source->ops->walkers_most ? work : source->ops->walkers_most;
}

/* Those who cannot be had are done without: we are one ourselves. */
static void walk_shared_out(struct round *round)
{
	pthread_t helper[WALKERS_MOST - 1];
	size_t walkers = count_walkers(round), helpers = 0;

	round->walk->source->steps.threads = 1;
	while (helpers + 1 < walkers &&
	       pthread_create(&helper[helpers], NULL, walk_help, round) == 0)
		helpers++;
	walk_some(round);
	while (helpers)
		pthread_join(helper[--helpers], NULL);
}

static int add_process(void *data, const char *name, unsigned pid)
{
	struct round *round = data;
	unsigned *room = pm_array_add(&round->pids, &round->count, &round->room, sizeof(*room));

	(void)name;
	if (room)
		*room = pid;
	return room ? 0 : -ENOMEM;
}

int walk_descriptors(struct walk *walk)
{
	struct round round = {.walk = walk, .turn = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP};

	walk->denied = 0;
	if (lseek(walk->source->proc, 0, SEEK_SET) == 0)
		round.r = each_number(walk->source->proc, add_process, &round);
	if (round.r < 0)
		step_check_search(walk->source, round.r);
	if (round.r != -ENOMEM)
		walk_shared_out(&round);
	free(round.pids);
	return round.r == -ENOMEM ? round.r : 0;
}

void walk_keep(struct source *source, const struct task *task, const char *link)
{
	char path[TASK_PATH_SIZE];

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

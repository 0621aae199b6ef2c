/* Who has a listener open. */
#include "holders/holders.h"
#include "holders/inode_index.h"
#include "holders/walk.h"
#include "netns/netns_of_sockets.h"
#include "source/ops.h"

#include <errno.h>

/* From so many open files on, the walk that is slow to load and quick to walk is the shorter one. */
enum { FILES_MANY = 4000 };

static bool are_many_files(const struct source *source)
{
	char text[64];
	uint64_t files;

	return pm_read_small(source->proc, "sys/fs/file-nr", text, sizeof(text)) > 0 &&
	       pm_parse_u64(text, strcspn(text, "\t"), UINT64_MAX, &files) == 0 &&
	       files >= FILES_MANY;
}

static int add_unlisted(struct holder_search *search, const struct task *task, uint32_t inode)
{
	struct unlisted_list *all = &search->finds->unlisted;

	if (!search->collector->source->namespaces.wants_all)
		return 0;
	struct unlisted *unlisted =
		pm_array_add(&all->found, &all->count, &all->room, sizeof(*unlisted));

	if (unlisted)
		*unlisted = (struct unlisted){.inode = inode, .task = *task};
	return unlisted ? 0 : -ENOMEM;
}

/* Note that this process holds the listeners of `inode`. */
static int holders_meet_socket(struct holder_search *search, const struct task *task,
			       uint32_t inode)
{
	const struct inodes *inodes = &search->inodes;
	bool known = false;

	for (size_t at = inodes->slot[inode & (inodes->slots - 1)]; at; at = inodes->next[at - 1]) {
		if (inodes->listeners[at - 1].inode != inode)
			continue;
		known = true;
		if (pm_is_owned(&inodes->listeners[at - 1]))
			continue;
		if (holders_find(search, task, at - 1) < 0)
			return -ENOMEM;
	}
	return known ? 0 : add_unlisted(search, task, inode);
}

static int holders_meet(void *data, const struct task *task, const char *link, size_t len)
{
	struct holder_search *search = data;
	uint64_t inode = number_in(link, len, "net:[");

	if (inode)
		return holders_meet_namespace(search, task, inode);
	inode = number_in(link, len, "socket:[");
	if (!inode || inode > UINT32_MAX)
		return 0;
	size_t found = search->finds->count;
	int r = holders_meet_socket(search, task, (uint32_t)inode);
	if (search->finds->count > found)
		walk_keep(search->collector->source, task, link);
	return r;
}

static int compare_finds(const void *a, const void *b)
{
	const struct find *x = a, *y = b;
	int c = PM_CMP(x->listener, y->listener);

	if (!c)
		c = PM_CMP(x->task.pid, y->task.pid);
	if (!c)
		c = PM_CMP(x->task.tid, y->task.tid);
	return c ? c : PM_CMP(x->task.fd, y->task.fd);
}

static void finds_drop_duplicates(struct finds *finds)
{
	size_t kept = 0;

	if (finds->count)
		qsort(finds->found, finds->count, sizeof(*finds->found), compare_finds);
	for (size_t i = 0; i < finds->count; i++)
		if (!kept || finds->found[kept - 1].listener != finds->found[i].listener ||
		    finds->found[kept - 1].task.pid != finds->found[i].task.pid)
			finds->found[kept++] = finds->found[i];
	finds->count = kept;
}

static int search_proc(struct holder_search *search)
{
	/* What the walk within the kernel did not show, only what nobody may look at can have. */
	struct walk walk = {.source = search->collector->source,
			    .meet = holders_meet,
			    .data = search,
			    .only_denied = search->collector->has_walked_bpf};
	int r = walk_descriptors(&walk);

	search->collector->snapshot->coverage.unreadable = walk.denied;
	return r < 0 ? r : pass_unlisted(search->collector, &search->finds->unlisted);
}

static int note_refusal(struct collector *collector, int code)
{
	struct pm_snapshot *snapshot = collector->snapshot;

	if (!collector->source->ops->why_no_bpf || snapshot->coverage.bpf_refused)
		return 0;
	snapshot->coverage.bpf_refused =
		pm_arena_printf(&snapshot->arena, "%s", collector->source->ops->why_no_bpf(code));
	return snapshot->coverage.bpf_refused ? 0 : -ENOMEM;
}

static void note_means(struct pm_coverage *coverage, bool bpf)
{
	const char *means = bpf ? "bpf" : "procfs";

	coverage->holders = !strcmp(coverage->holders, "none") || !strcmp(coverage->holders, means)
				    ? means
				    : "bpf+procfs";
}

/* 0; or 1: it cannot be done, which is noted. */
static int try_bpf(struct holder_search *search)
{
	struct collector *collector = search->collector;
	int r = search_bpf(search);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		r = note_refusal(collector, r);
		return r < 0 ? r : 1;
	}
	note_means(&collector->snapshot->coverage, true);
	return 0;
}

static int search_by(struct holder_search *search, bool wants_bpf)
{
	int r = wants_bpf ? try_bpf(search) : 1;

	if (r <= 0)
		return r;
	r = search_proc(search);
	if (r == 0)
		note_means(&search->collector->snapshot->coverage, false);
	return r;
}

int pass_holders(struct collector *collector, bool wants_bpf, bool is_again, struct finds *finds)
{
	struct holder_search search = {
		.collector = collector,
		.finds = finds,
		.is_again = is_again,
		.are_few = wants_bpf && !are_many_files(collector->source),
	};
	int r = search_open(&search);

	if (r == 0)
		r = search_by(&search, wants_bpf);
	finds_drop_duplicates(finds);
	search_close(&search);
	return r;
}

void finds_release(struct finds *finds)
{
	free(finds->found);
	free(finds->seen);
	free(finds->unlisted.found);
}

/* Who has a listener open. */
#include "holders/holders.h"
#include "holders/inode_index.h"
#include "holders/walk.h"
#include "netns/netns_of_sockets.h"
#include "source/bpf.h"

#include <errno.h>

/* From so many open files on, the walk that is slow to load and quick to walk is the shorter one. */
enum { FILES_MANY = 4000 };

/* A recording says by its records which it was. */
static bool are_few_files(const struct source *source)
{
	char text[64];
	uint64_t files;

	return source->replay >= 0 ||
	       (pm_read_small(source->proc, "sys/fs/file-nr", text, sizeof(text)) > 0 &&
		pm_parse_u64(text, strcspn(text, "\t"), UINT64_MAX, &files) == 0 &&
		files < FILES_MANY);
}

static int add_stranger(struct holder_search *search, const struct task *task, uint32_t inode)
{
	struct strangers *all = &search->finds->strangers;

	if (!search->collector->source->namespaces.wants_all)
		return 0;
	struct stranger *stranger =
		pm_array_add(&all->found, &all->count, &all->room, sizeof(*stranger));

	if (stranger)
		*stranger = (struct stranger){.inode = inode, .task = *task};
	return stranger ? 0 : -ENOMEM;
}

/* Note that this process holds the listeners of `inode`. */
static int meet_socket(struct holder_search *search, const struct task *task, uint32_t inode)
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
	return known ? 0 : add_stranger(search, task, inode);
}

static int meet(void *data, const struct task *task, const char *link, size_t len)
{
	struct holder_search *search = data;
	uint64_t inode = number_in(link, len, "net:[");

	if (inode)
		return holders_meet_namespace(search, task, inode);
	inode = number_in(link, len, "socket:[");
	if (!inode || inode > UINT32_MAX)
		return 0;
	size_t found = search->finds->count;
	int r = meet_socket(search, task, (uint32_t)inode);
	if (search->finds->count > found)
		walk_keep(search->collector->source, task, link);
	return r;
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

static int search_proc(struct holder_search *search)
{
	/* What the walk within the kernel did not show, only what nobody may look at can have. */
	struct walk walk = {.source = search->collector->source,
			    .meet = meet,
			    .data = search,
			    .only_denied = search->collector->source->has_walked_bpf};
	int r = walk_descriptors(&walk);

	search->collector->snapshot->coverage.unreadable = walk.denied;
	return r == 0 ? pass_strangers(search->collector, &search->finds->strangers) : r;
}

static int note_means(struct holder_search *search, bool bpf, int refusal)
{
	struct pm_coverage *coverage = &search->collector->snapshot->coverage;
	const char *other = bpf ? "procfs" : "bpf";

	if (refusal < 0 && search->collector->source->replay < 0 && !coverage->bpf_refused) {
		coverage->bpf_refused = pm_arena_printf(&search->collector->snapshot->arena, "%s",
							bpf_refusal("/", refusal));
		if (!coverage->bpf_refused)
			return -ENOMEM;
	}
	coverage->holders =
		!strcmp(coverage->holders, other) || !strcmp(coverage->holders, "bpf+procfs")
			? "bpf+procfs"
		: bpf ? "bpf"
		      : "procfs";
	return 0;
}

int pass_holders(struct collector *collector, bool wants_bpf, bool is_again, struct finds *finds)
{
	struct holder_search search = {.collector = collector,
				       .finds = finds,
				       .is_again = is_again,
				       .are_few = wants_bpf && are_few_files(collector->source)};
	int r = search_open(&search), refusal = -ENOSYS;

	if (r == 0 && wants_bpf)
		refusal = search_bpf(&search);
	if (r == 0 && refusal == -ENOMEM)
		r = -ENOMEM;
	if (r == 0 && refusal < 0)
		r = search_proc(&search);
	if (r == 0)
		r = note_means(&search, refusal == 0, wants_bpf ? refusal : 0);
	drop_duplicates(finds);
	search_close(&search);
	return r;
}

void finds_release(struct finds *finds)
{
	free(finds->found);
	free(finds->seen);
	free(finds->strangers.found);
}

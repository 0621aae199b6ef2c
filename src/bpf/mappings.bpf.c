/*
 * mappings: sockets that are kept open by what a task has mapped, and no descriptor of: io_urings
 * that live on so, and sockets themselves.
 *
 * Nothing waits here for a process whose memory is locked: it is told as RECORD_MORE.
 */
#include "search.bpf.h"

char LICENSE[] SEC("license") = "GPL";

enum { FILES_KEPT_MOST = 16 };

/* kfuncs of 6.7 */
struct bpf_iter_task_vma {
	uint64_t opaque[1];
};

extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				 uint64_t address) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;

/* The files of one task: not on the stack, for the same reason. */
unsigned int count;
const struct file *files[FILES_KEPT_MOST];

static __always_inline void keep(const struct file *file)
{
	unsigned int next = count;

	if (next < FILES_KEPT_MOST) {
		files[next] = file;
		count = next + 1;
	} else {
		at.more = 1;
	}
}

/* Looking into the files waits till after the loop, which the verifier has to follow. */
static __always_inline void keep_mapped(struct task_struct *task)
{
	const struct file *last = NULL;
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;

	if (bpf_iter_task_vma_new(&it, task, 0) == -EBUSY)
		at.more = 1;
	while ((vma = bpf_iter_task_vma_next(&it))) {
		const struct file *file = BPF_CORE_READ(vma, vm_file);

		if (file && file != last && (is_uring(file) || socket_of(file)))
			keep(file);
		last = file;
	}
	bpf_iter_task_vma_destroy(&it);
}

static long see_kept(uint32_t index, void *data)
{
	struct search *search = data;

	if (index >= count || index >= FILES_KEPT_MOST)
		return 1;
	const struct file *file = files[index];
	if (wants & WANT_KEEPERS)
		return socket_of(file) ? 0 : search_tell_keeper(search, RECORD_URING);
	search->record.kind = socket_of(file) ? RECORD_MAPPED : RECORD_FIXED;
	if (search->record.kind == RECORD_MAPPED)
		search_file(search, file);
	else
		search_ring(search, file);
	return 0;
}

SEC("iter/task")
int mappings(struct bpf_iter__task *ctx)
{
	struct search search = {.record.fd = RECORD_NOFD};
	struct task_struct *task = ctx->task;

	if (!task || !speaks_for_memory(task))
		return 0;
	if (!search_has_room())
		return 1;
	search_begin();
	count = 0;
	keep_mapped(task);
	if (!count && !at.more)
		return 0;
	fill_holder(&search.record, task);
	bpf_loop(FILES_KEPT_MOST, see_kept, &search, 0);
	search_end(&search);
	return 0;
}

/*
 * tasks: sockets that are kept open by what belongs to a task and is no descriptor: an io_uring
 * that is registered with it and closed, and requests of asynchronous I/O (io_submit(2)).
 */
#include "search.bpf.h"

char LICENSE[] SEC("license") = "GPL";

enum { RINGS = 16, CONTEXTS_MOST = 4096 };

static long see_registered(uint32_t index, void *data)
{
	struct search *search = data;
	const struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), (const char *)at.outer + index * sizeof(file));
	if (!file || !is_uring(file))
		return 0;
	if (wants & WANT_KEEPERS)
		return search_tell_keeper(search, RECORD_URING);
	search_ring(search, file);
	return 0;
}

static long see_aio_request(uint32_t index, void *data)
{
	struct search *search = data;
	const struct list_head *entry = at.entry;

	(void)index;
	if (!entry || entry == at.end || !search_step())
		return 1;
	const struct aio_kiocb *request =
		(const void *)((const char *)entry -
			       bpf_core_field_offset(struct aio_kiocb, ki_list));
	search_file(search, BPF_CORE_READ(request, ki_filp));
	at.entry = BPF_CORE_READ(entry, next);
	return 0;
}

static long see_aio_context(uint32_t index, void *data)
{
	const struct kioctx *context = NULL;

	bpf_probe_read_kernel(&context, sizeof(context),
			      (const char *)at.outer + index * sizeof(context));
	if (!context)
		return !search_step();
	if (wants & WANT_KEEPERS)
		return search_tell_keeper(data, RECORD_AIO);
	at.end = &context->active_reqs;
	at.entry = BPF_CORE_READ(context, active_reqs.next);
	bpf_loop(LIST_MOST, see_aio_request, data, 0);
	return !search_step();
}

static __always_inline void see_aio(struct search *search, const struct task_struct *task)
{
	const struct mm_struct *mm = BPF_CORE_READ(task, mm);

	if (!bpf_core_field_exists(mm->ioctx_table))
		return;
	const struct kioctx_table *contexts = BPF_CORE_READ(mm, ioctx_table);
	if (!contexts)
		return;
	unsigned int count = BPF_CORE_READ(contexts, nr);
	at.outer = &contexts->table;
	bpf_loop(count < CONTEXTS_MOST ? count : CONTEXTS_MOST, see_aio_context, search, 0);
}

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	struct search search = {.record.fd = RECORD_NOFD};
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	if (!search_has_room())
		return 1;
	search_begin();
	fill_holder(&search.record, task);
	search.record.kind = RECORD_FIXED;
	const struct io_uring_task *uring = BPF_CORE_READ(task, io_uring);
	at.outer = &uring->registered_rings;
	if (uring)
		bpf_loop(RINGS, see_registered, &search, 0);
	search.record.kind = RECORD_AIO;
	if (speaks_for_memory(task))
		see_aio(&search, task);
	search_end(&search);
	return 0;
}

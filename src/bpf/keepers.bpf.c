/*
 * keepers: sockets that are kept open by something that a process has a descriptor of: as a file of
 * an io_uring, or sent over an AF_UNIX socket and not yet received. Asked for where a listener has
 * no holder.
 */
#include "search.bpf.h"

char LICENSE[] SEC("license") = "GPL";

SEC("iter/task_file")
int keepers(struct bpf_iter__task_file *ctx)
{
	struct search search = {.seq = ctx->meta->seq, .record.fd = ctx->fd};
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!task || !file)
		return 0;
	const struct sock *sk = socket_of(file);
	if (sk ? BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX ||
			    !BPF_CORE_READ(sk, sk_receive_queue.qlen)
	       : !is_uring(file))
		return 0;
	begin_search();
	fill_holder(&search.record, task);
	search.record.kind = sk ? RECORD_QUEUED : RECORD_FIXED;
	if (sk)
		search_queue(sk);
	else
		see_ring(&search, file);
	end_search(&search);
	return 0;
}

/*
 * waiters: who waits for a listener, in accept(), recv() or poll(). A call holds what it was given
 * till it returns, also where another thread has closed the descriptor meanwhile. As sockets.bpf.c,
 * for the network namespace of the reader.
 *
 * A queue of waiters does not say what they are; see is_task().
 */
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

enum { WAITERS_MOST = 128 };

struct queue {
	struct seq_file *seq;
	struct bpf_record record;
};

const struct list_head *entry, *end;

static long see_waiter(uint32_t index, void *data)
{
	struct queue *queue = data;
	const struct wait_queue_entry *waiter =
		(const void *)((const char *)entry -
			       bpf_core_field_offset(struct wait_queue_entry, entry));

	(void)index;
	if (!entry || entry == end)
		return 1;
	struct task_struct *task = BPF_CORE_READ(waiter, private);
	const struct poll_wqueues *poll = (const void *)task;
	if (!is_task(task))
		task = BPF_CORE_READ(poll, polling_task);
	if (is_task(task)) {
		fill_holder(&queue->record, task);
		bpf_seq_write(queue->seq, &queue->record, sizeof(queue->record));
	}
	entry = BPF_CORE_READ(entry, next);
	return 0;
}

static __always_inline int see_queue(struct seq_file *seq, const struct sock *sk)
{
	struct queue queue = {.seq = seq, .record.kind = RECORD_WAITER};
	const struct socket *socket = BPF_CORE_READ(sk, sk_socket);
	const struct socket_wq *wq = BPF_CORE_READ(sk, sk_wq);

	if (!socket || !wq)
		return 0;
	end = &wq->wait.head;
	entry = BPF_CORE_READ(wq, wait.head.next);
	if (!entry || entry == end)
		return 0;
	queue.record.fd = RECORD_NOFD;
	queue.record.inode = BPF_CORE_READ((const struct socket_alloc *)socket, vfs_inode.i_ino);
	queue.record.cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	fill_socket(&queue.record, sk);
	bpf_loop(WAITERS_MOST, see_waiter, &queue, 0);
	return 0;
}

SEC("iter/tcp")
int tcp_waiters(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;

	if (!skc || skc->skc_state != TCP_LISTEN)
		return 0;
	return see_queue(ctx->meta->seq, (const struct sock *)skc);
}

SEC("iter/udp")
int udp_waiters(struct bpf_iter__udp *ctx)
{
	const struct sock *sk = (const struct sock *)ctx->udp_sk;

	if (!sk || BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_CLOSE)
		return 0;
	return see_queue(ctx->meta->seq, sk);
}

/*
 * sockets: the listeners of the network namespace that the reader is in when it opens the iterator,
 * out of the kernel's own tables and not through sock_diag(7). No process is known here.
 *
 * An MPTCP listener shows as the TCP socket below it. UDP-Lite has a table of its own, which no
 * iterator walks.
 */
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* An inode lies beside its socket, where the types that the verifier knows do not reach. */
static __always_inline void fill_file(struct bpf_record *record, const struct sock *sk)
{
	struct socket *socket = BPF_CORE_READ(sk, sk_socket);

	if (socket)
		record->inode = BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
	if (!socket || !BPF_CORE_READ(socket, file))
		record->flags |= RECORD_NOFILE;
}

static __always_inline int emit(struct seq_file *seq, struct sock *sk, struct bpf_record *record)
{
	record->kind = RECORD_SOCKET;
	record->cookie = bpf_get_socket_cookie(sk);
	fill_socket(record, sk);
	fill_file(record, sk);
	bpf_seq_write(seq, record, sizeof(*record));
	return 0;
}

/* What is in other states may be less than a whole socket. */
SEC("iter/tcp")
int tcp_listeners(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct bpf_record record = {};

	if (!skc || skc->skc_state != TCP_LISTEN)
		return 0;
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(skc);
	if (!tcp)
		return 0;
	if (bpf_core_field_exists(tcp->is_mptcp) && tcp->is_mptcp)
		record.flags |= RECORD_SUBFLOW;
	return emit(ctx->meta->seq, (struct sock *)tcp, &record);
}

SEC("iter/udp")
int udp_listeners(struct bpf_iter__udp *ctx)
{
	struct sock *sk = (struct sock *)ctx->udp_sk;
	struct bpf_record record = {};

	if (!sk || sk->__sk_common.skc_state != TCP_CLOSE || !sk->__sk_common.skc_num)
		return 0;
	return emit(ctx->meta->seq, sk, &record);
}

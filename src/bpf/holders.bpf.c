/*
 * holders: a walk over the open files of all tasks that the reader's pid namespace knows, in the
 * kernel. Tasks that share the table of their thread group's leader come out once, as the leader.
 *
 * Structures are read as they lie, without their locks, as /proc does it: what is read may be some
 * nanoseconds old, and is not wrong for it.
 */
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "GPL";

unsigned int wants; /* enum record_want */

/* ---- who --------------------------------------------------------------------------------------
 */

/*
 * The number of a task as the reader sees it: iterators give no task but of the reader's own
 * namespace. Its address is taken as a number: the verifier of 6.1 lets no variable be added to a
 * pointer whose type it knows.
 */
static __always_inline uint32_t number_of(struct task_struct *task)
{
	unsigned int level = BPF_CORE_READ(bpf_get_current_task_btf(), thread_pid, level);
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	int number = 0;

	if (BPF_CORE_READ(pid, level) >= level)
		bpf_probe_read_kernel(&number, sizeof(number),
				      (char *)&pid->numbers[0].nr +
					      level * bpf_core_type_size(struct upid));
	return (uint32_t)number;
}

static __always_inline void fill_holder(struct bpf_record *record, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	record->pid = number_of(leader);
	record->tid = number_of(task);
	record->started = BPF_CORE_READ(leader, start_boottime);
}

/* ---- sockets ----------------------------------------------------------------------------------
 */

/* The type counts: a raw socket has its protocol as "port", and may have TCP's. */
static __always_inline bool is_wanted(const struct sock *sk)
{
	unsigned int protocol = sk->sk_protocol, type = sk->sk_type;
	unsigned char state = sk->__sk_common.skc_state;
	bool bound = wants & WANT_BOUND;

	if (type == SOCK_RAW)
		return wants & WANT_PORTLESS;
	if (!sk->__sk_common.skc_num)
		return false;
	if (type == SOCK_STREAM && (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP))
		return state == TCP_LISTEN || (bound && state == TCP_CLOSE);
	if (type == SOCK_DGRAM && (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE))
		return state == TCP_CLOSE || bound;
	return false;
}

static __always_inline bool see_inet(struct bpf_record *record, struct sock *sk)
{
	if (!is_wanted(sk))
		return false;
	fill_socket(record, sk);
	if (record->type == SOCK_RAW) {
		record->protocol = record->port;
		record->port = 0;
	}
	return true;
}

static __always_inline bool see_packet(struct bpf_record *record, struct sock *sk)
{
	struct packet_sock *packet = (struct packet_sock *)sk;

	if (!(wants & WANT_PORTLESS))
		return false;
	fill_socket(record, sk);
	record->port = 0;
	if (bpf_core_field_exists(packet->num)) {
		record->protocol = bpf_ntohs(BPF_CORE_READ(packet, num));
		record->ifindex = (uint32_t)BPF_CORE_READ(packet, ifindex);
	}
	return true;
}

/* Descriptors on their way: sent, and not yet received at this end. */
static __always_inline bool see_unix(struct bpf_record *record, struct sock *sk)
{
	struct unix_sock *end = bpf_skc_to_unix_sock(sk);

	if (!end || !bpf_core_field_exists(end->scm_stat.nr_fds))
		return false;
	record->kind = RECORD_INFLIGHT;
	record->family = AF_UNIX;
	record->count = (uint32_t)end->scm_stat.nr_fds.counter;
	return record->count;
}

static __always_inline bool see_socket(struct bpf_record *record, struct sock *sk)
{
	unsigned short family = sk->__sk_common.skc_family;

	if (family == AF_INET || family == AF_INET6)
		return see_inet(record, sk);
	if (family == AF_UNIX)
		return see_unix(record, sk);
	return family == AF_PACKET && see_packet(record, sk);
}

/* ---- what can hold a socket in place of a descriptor -------------------------------------------
 */

static __always_inline unsigned int type_of_namespace(const struct inode *inode)
{
	struct ns_common *ns = inode->i_private;
	struct ns_common___before_6_18 *old = inode->i_private;

	if (bpf_core_field_exists(ns->ns_type))
		return BPF_CORE_READ(ns, ns_type);
	if (bpf_core_field_exists(struct proc_ns_operations___before_6_18, type))
		return (unsigned int)BPF_CORE_READ(old, ops, type);
	return 0;
}

static __always_inline bool see_namespace(struct bpf_record *record, const struct inode *inode)
{
	unsigned int type = type_of_namespace(inode);

	record->kind = RECORD_NSFS;
	if (!type)
		record->flags = RECORD_ANYNS;
	return !type || type == CLONE_NEWNET;
}

/* Only kernel code names an anonymous inode. */
static __always_inline bool see_anonymous(struct bpf_record *record, struct file *file)
{
	static const char uring[] = "[io_uring]";
	char name[sizeof(uring)] = {};

	record->kind = RECORD_URING;
	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	for (unsigned int i = 0; i < sizeof(uring); i++)
		if (name[i] != uring[i])
			return false;
	return true;
}

/* Fill in what the file tells. Returns whether it is worth a record. */
static __always_inline bool see(struct bpf_record *record, struct file *file)
{
	struct socket *socket = bpf_sock_from_file(file);
	struct inode *inode = file->f_inode;

	record->inode = inode->i_ino;
	if (socket)
		return socket->sk && see_socket(record, socket->sk);
	switch (inode->i_sb->s_magic) {
	case NSFS_MAGIC:
		return see_namespace(record, inode);
	case ANON_INODE_FS_MAGIC:
		return see_anonymous(record, file);
	}
	return false;
}

SEC("iter/task_file")
int holders(struct bpf_iter__task_file *ctx)
{
	struct bpf_record record = {.fd = ctx->fd};
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!task || !file || !see(&record, file))
		return 0;
	fill_holder(&record, task);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

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
	unsigned int level = bpf_get_current_task_btf()->thread_pid->level;
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	int number = 0;

	if (BPF_CORE_READ(pid, level) >= level)
		bpf_probe_read_kernel(&number, sizeof(number),
				      (char *)&pid->numbers[0].nr +
					      level * bpf_core_type_size(struct upid));
	return (uint32_t)number;
}

/* An open file of a task, as the iterator shows it; the pointers are checked. */
struct opened {
	struct seq_file *seq;
	struct task_struct *task;
	struct file *file;
	uint32_t fd;
};

static __always_inline int emit(const struct opened *opened, struct bpf_record *record)
{
	struct task_struct *leader = opened->task->group_leader;

	record->pid = number_of(leader);
	record->tid = number_of(opened->task);
	record->started = leader->start_boottime;
	record->fd = opened->fd;
	record->inode = opened->file->f_inode->i_ino;
	bpf_seq_write(opened->seq, record, sizeof(*record));
	return 0;
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

static __always_inline int see_inet(const struct opened *opened, struct sock *sk)
{
	struct bpf_record record = {};

	if (!is_wanted(sk))
		return 0;
	fill_socket(&record, sk);
	if (record.type == SOCK_RAW) {
		record.protocol = record.port;
		record.port = 0;
	}
	return emit(opened, &record);
}

static __always_inline int see_packet(const struct opened *opened, struct sock *sk)
{
	struct bpf_record record = {};

	if (!(wants & WANT_PORTLESS))
		return 0;
	fill_socket(&record, sk);
	record.port = 0;
	if (bpf_core_field_exists(struct packet_sock, num)) {
		struct packet_sock *packet = (struct packet_sock *)sk;

		record.protocol = bpf_ntohs(BPF_CORE_READ(packet, num));
		record.ifindex = (uint32_t)BPF_CORE_READ(packet, ifindex);
	}
	return emit(opened, &record);
}

/* Descriptors on their way: sent, and not yet received at this end. */
static __always_inline int see_unix(const struct opened *opened, struct sock *sk)
{
	struct unix_sock *end = bpf_skc_to_unix_sock(sk);
	struct bpf_record record = {.kind = RECORD_INFLIGHT, .family = AF_UNIX};

	if (!end || !bpf_core_field_exists(end->scm_stat.nr_fds))
		return 0;
	record.count = (uint32_t)end->scm_stat.nr_fds.counter;
	return record.count ? emit(opened, &record) : 0;
}

static __always_inline int see_socket(const struct opened *opened, struct sock *sk)
{
	unsigned short family = sk->__sk_common.skc_family;

	if (family == AF_INET || family == AF_INET6)
		return see_inet(opened, sk);
	if (family == AF_UNIX)
		return see_unix(opened, sk);
	return family == AF_PACKET ? see_packet(opened, sk) : 0;
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

static __always_inline int see_namespace(const struct opened *opened)
{
	struct bpf_record record = {.kind = RECORD_NSFS};
	unsigned int type = type_of_namespace(opened->file->f_inode);

	if (type && type != CLONE_NEWNET)
		return 0;
	if (!type)
		record.flags = RECORD_ANYNS;
	return emit(opened, &record);
}

/* Only kernel code names an anonymous inode. */
static __always_inline bool is_uring(struct file *file)
{
	static const char uring[] = "[io_uring]";
	char name[sizeof(uring)] = {};

	bpf_probe_read_kernel(name, sizeof(name), file->f_path.dentry->d_name.name);
	for (unsigned int i = 0; i < sizeof(uring); i++)
		if (name[i] != uring[i])
			return false;
	return true;
}

static __always_inline int see_anonymous(const struct opened *opened)
{
	struct bpf_record record = {.kind = RECORD_URING};

	return is_uring(opened->file) ? emit(opened, &record) : 0;
}

static __always_inline int see(const struct opened *opened)
{
	struct socket *socket = bpf_sock_from_file(opened->file);

	if (socket)
		return socket->sk ? see_socket(opened, socket->sk) : 0;
	switch (opened->file->f_inode->i_sb->s_magic) {
	case NSFS_MAGIC:
		return see_namespace(opened);
	case ANON_INODE_FS_MAGIC:
		return see_anonymous(opened);
	}
	return 0;
}

SEC("iter/task_file")
int holders(struct bpf_iter__task_file *ctx)
{
	struct opened opened = {
		.seq = ctx->meta->seq, .task = ctx->task, .file = ctx->file, .fd = ctx->fd};

	return opened.task && opened.file ? see(&opened) : 0;
}

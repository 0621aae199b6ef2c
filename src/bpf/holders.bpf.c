/*
 * holders: a walk over the open files of all tasks that the reader's pid namespace knows, in the
 * kernel. Tasks that share the table of their thread group's leader come out once, as the leader.
 *
 * Structures are read as they lie, without their locks, as /proc does it: what is read may be some
 * nanoseconds old, and is not wrong for it.
 */
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

unsigned int wants; /* enum record_want */

enum { OTHERS = 8 };

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
	if (sk->__sk_common.skc_family == AF_UNIX)
		return see_unix(record, sk);
	/* Connections are most of all sockets. */
	if (sk->__sk_common.skc_state == TCP_ESTABLISHED && !wants)
		return false;
	if (!is_wanted(sk, wants))
		return false;
	record->kind = RECORD_SOCKET;
	record->cookie = bpf_get_socket_cookie(sk);
	fill_socket(record, sk);
	return true;
}

/* ---- what can hold a socket in place of a descriptor --------------------------------------- */

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

/*
 * Most anonymous inodes are event counters and the like: what their operations are, once one of them
 * was looked at, tells all the others of the kind.
 */
const void *other[OTHERS];
unsigned int others;

static __always_inline bool see_anonymous(struct bpf_record *record, const struct file *file)
{
	const void *operations = file->f_op;

	for (unsigned int i = 0; i < OTHERS; i++)
		if (other[i] == operations)
			return false;
	record->kind = RECORD_URING;
	if (is_uring(file))
		return true;
	other[others++ % OTHERS] = operations;
	return false;
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

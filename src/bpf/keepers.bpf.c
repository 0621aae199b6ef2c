/*
 * keepers: sockets that are kept open without a descriptor of theirs: as a registered file of an
 * io_uring, or sent over an AF_UNIX socket and not yet received. Asked for where a listener has no
 * holder.
 *
 * The structures are others' and nothing locks them: what was an array may be another's memory by
 * now. So every address is read as one that may be wrong, and a socket counts only where it and its
 * file point at each other.
 */
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

unsigned int wants; /* enum record_want */

enum {
	SLOTS_MOST = 1 << 20, /* files that a ring can have */
	QUEUE_MOST = 4096,    /* messages in a queue */
	FILES_MOST = 253,     /* files in a message */
	SOCKETS_MOST = 16,    /* AF_UNIX sockets behind one descriptor */
	RECORDS_MOST = 256,   /* at one file: the iterator has no room for 410 */
};

/* What one open file leads to. */
struct search {
	struct seq_file *seq;
	struct bpf_record record; /* with the holder filled in */
	const void *table;
	const struct sk_buff *message;
	const struct sock *from; /* whose queue is read */
	unsigned int found, unread, read;
	const struct sock *sockets[SOCKETS_MOST]; /* AF_UNIX, whose queues are to be read */
};

/* ---- files ------------------------------------------------------------------------------------
 */

static __always_inline const struct sock *socket_of(const struct file *file)
{
	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC)
		return NULL;
	const struct socket *socket = BPF_CORE_READ(file, private_data);
	const struct sock *sk = BPF_CORE_READ(socket, sk);
	if (BPF_CORE_READ(socket, file) != file || BPF_CORE_READ(sk, sk_socket) != socket)
		return NULL;
	return sk;
}

static __always_inline void search_later(struct search *search, const struct sock *sk)
{
	unsigned int at = search->unread;

	if (at < SOCKETS_MOST) {
		search->sockets[at] = sk;
		search->unread = at + 1;
	}
}

static __always_inline void see_file(struct search *search, const struct file *file)
{
	struct bpf_record *record = &search->record;
	const struct sock *sk = socket_of(file);

	if (sk && BPF_CORE_READ(sk, __sk_common.skc_family) == AF_UNIX)
		search_later(search, sk);
	if (!sk || !is_wanted(sk, wants) || ++search->found > RECORDS_MOST)
		return;
	record->flags = 0;
	__builtin_memset(record->address, 0, sizeof(record->address));
	record->inode = BPF_CORE_READ(file, f_inode, i_ino);
	record->cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	fill_socket(record, sk);
	bpf_seq_write(search->seq, record, sizeof(*record));
}

/* ---- queues of AF_UNIX sockets ------------------------------------------------------------------
 */

static long see_sent(uint32_t index, void *data)
{
	struct search *search = data;
	const struct scm_fp_list *list = search->table;

	if ((int)index >= BPF_CORE_READ(list, count))
		return 1;
	struct file *file = NULL;
	bpf_core_read(&file, sizeof(file), (char *)&list->fp[0] + index * sizeof(file));
	see_file(search, file);
	return 0;
}

/* A connection that none has accepted is a message too, from the socket that accept() will give. */
static long see_message(uint32_t index, void *data)
{
	(void)index;
	struct search *search = data;
	const struct sk_buff *message = search->message;
	const struct sock *sk = search->from;

	if (message == (const void *)&sk->sk_receive_queue)
		return 1;
	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN) {
		search_later(search, BPF_CORE_READ(message, sk));
	} else {
		const struct unix_skb_parms *parms = (const void *)&message->cb;

		search->table = BPF_CORE_READ(parms, fp);
		if (search->table)
			bpf_loop(FILES_MOST, see_sent, search, 0);
	}
	search->message = BPF_CORE_READ(message, next);
	return !search->message;
}

static long see_queue(uint32_t index, void *data)
{
	struct search *search = data;

	if (index >= search->unread || index >= SOCKETS_MOST)
		return 1;
	const struct sock *from = search->sockets[index];
	search->from = from;
	search->message = BPF_CORE_READ(from, sk_receive_queue.next);
	if (BPF_CORE_READ(from, sk_receive_queue.qlen))
		bpf_loop(QUEUE_MOST, see_message, search, 0);
	return 0;
}

/* ---- rings --------------------------------------------------------------------------------------
 */

static __always_inline const struct file *slot_of(const void *table, uint32_t index)
{
	unsigned long file = 0;

	if (bpf_core_field_exists(struct io_rsrc_node, file_ptr)) {
		struct io_rsrc_node *node = NULL;

		bpf_probe_read_kernel(&node, sizeof(node),
				      (const char *)table + index * sizeof(node));
		file = node ? BPF_CORE_READ(node, file_ptr) : 0;
	} else {
		const struct io_fixed_file *slot =
			(const void *)((const char *)table + index * sizeof(*slot));

		file = BPF_CORE_READ(slot, file_ptr);
	}
	return (const struct file *)(file & ~7UL); /* flags below */
}

static long see_slot(uint32_t index, void *data)
{
	struct search *search = data;
	const struct file *file = slot_of(search->table, index);

	if (file)
		see_file(search, file);
	return 0;
}

static __always_inline void see_ring(struct search *search, const void *ring)
{
	const struct io_ring_ctx *ctx = ring;
	const struct io_ring_ctx___before_6_13 *old = ring;
	unsigned int slots;

	if (bpf_core_field_exists(ctx->file_table.data)) {
		search->table = BPF_CORE_READ(ctx, file_table.data.nodes);
		slots = BPF_CORE_READ(ctx, file_table.data.nr);
	} else {
		search->table = BPF_CORE_READ(old, file_table.files);
		slots = BPF_CORE_READ(old, nr_user_files);
	}
	if (search->table && slots)
		bpf_loop(slots < SLOTS_MOST ? slots : SLOTS_MOST, see_slot, search, 0);
}

SEC("iter/task_file")
int keepers(struct bpf_iter__task_file *ctx)
{
	struct search search = {.seq = ctx->meta->seq, .record.fd = ctx->fd};
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (!task || !file)
		return 0;
	const struct sock *sk = socket_of(file);
	if (sk) {
		if (BPF_CORE_READ(sk, __sk_common.skc_family) != AF_UNIX ||
		    !BPF_CORE_READ(sk, sk_receive_queue.qlen))
			return 0;
		search.record.kind = RECORD_QUEUED;
		search_later(&search, sk);
	} else if (is_uring(file)) {
		search.record.kind = RECORD_FIXED;
	} else {
		return 0;
	}
	fill_holder(&search.record, task);
	if (!sk)
		see_ring(&search, BPF_CORE_READ(file, private_data));
	bpf_loop(SOCKETS_MOST, see_queue, &search, 0);
	return 0;
}

/*
 * keepers: sockets that are kept open by something that a process has a descriptor of: as a file of
 * an io_uring, or sent over an AF_UNIX socket and not yet received. Asked for where a listener has
 * no holder.
 */
#include "table.bpf.h"
#include "search.bpf.h"

char LICENSE[] SEC("license") = "GPL";

enum { BUDGET_AT_ONCE = 1 << 18 }; /* steps, before others may use the processor */

unsigned int keepers_began; /* with this budget, the search_step of the walk */

/* Of the file itself, not of what it keeps. */
static __always_inline bool keepers_tell_file(struct bpf_record *record, const struct file *file,
					      const struct sock *sk)
{
	const struct unix_sock *end = (const struct unix_sock *)sk;

	record->kind = sk ? RECORD_INFLIGHT : RECORD_URING;
	record->inode = BPF_CORE_READ(inode_of(file), vfs_inode.i_ino);
	if (sk) {
		record->family = AF_UNIX;
		if (bpf_core_field_exists(end->scm_stat.nr_fds))
			record->count = (uint32_t)BPF_CORE_READ(end, scm_stat.nr_fds.counter);
	}
	return (sk && !record->count) || room_add(record);
}

/* A search that has begun goes on to its end. */
static __always_inline bool keepers_can_search(void)
{
	return search_has_room() && keepers_began - budget < BUDGET_AT_ONCE;
}

static __always_inline bool keepers_look_into(const struct file *file, const struct sock *sk)
{
	struct search search = {.record.fd = walk.next};

	fill_holder(&search.record, walk.task);
	if (wants & WANT_KEEPERS)
		return keepers_tell_file(&search.record, file, sk);
	if (!keepers_can_search())
		return false;
	search_begin();
	search.record.kind = sk ? RECORD_QUEUED : RECORD_FIXED;
	if (sk)
		search_add_queue(sk);
	else
		search_ring(&search, file);
	search_end(&search);
	return true;
}

static __always_inline bool keepers_see_file(const struct file *file)
{
	unsigned long magic = file ? magic_of(file) : 0;

	if (magic == SOCKFS_MAGIC) {
		const struct sock *sk = sock_of(file);

		return PEEK(struct sock, sk, __sk_common.skc_family) != AF_UNIX ||
		       !PEEK(struct sock, sk, sk_receive_queue.qlen) || keepers_look_into(file, sk);
	}
	return magic != ANON_INODE_FS_MAGIC || !is_uring(file) || keepers_look_into(file, NULL);
}

static long keepers_see(uint32_t index, void *data)
{
	const struct file *file = table_begin_file();

	(void)index;
	(void)data;
	return table_end_file(file, keepers_see_file(file));
}

SEC("iter/task")
int keepers(struct bpf_iter__task *ctx)
{
	table_begin(ctx->task);
	keepers_began = budget;
	return table_walk(ctx->task, keepers_see);
}

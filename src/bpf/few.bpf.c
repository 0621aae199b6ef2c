/*
 * few: as holders.bpf.c, for a machine on which few files are open. It takes each file by itself,
 * and leaves the facts of processes to /proc: so it is loaded in a fraction of the time.
 *
 * A task that has more to tell than an iterator has room for ends the walk, with E2BIG.
 */
#include "nets.bpf.h"
#include "references.bpf.h"
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

enum { FILES_MOST = 1 << 20 };

unsigned int wants; /* enum record_want */
unsigned int begun; /* this walk has; the reader sets it to 0 */

/* Not on the stack; see search.bpf.h. */
struct {
	const struct task_struct *task;
	struct file *const *table;
} walk;

/* Where records go: it has to be reached from the stack. */
struct few_out {
	struct seq_file *seq;
};

static __always_inline long few_tell(const struct few_out *out, const struct bpf_record *record)
{
	return bpf_seq_write(out->seq, record, sizeof(*record));
}

static long few_see_net(uint32_t index, void *data)
{
	struct bpf_record record = {};

	(void)index;
	return (nets_next(&record) && few_tell(data, &record)) || nets_are_all();
}

/* What there is no room for ends the walk. */
static __always_inline void few_see_nets(struct few_out *out)
{
	nets_begin();
	bpf_loop(RECORDS_ROOM - 1, few_see_net, out, 0);
}

static __always_inline const struct file *few_file(uint32_t fd)
{
	const struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), walk.table + fd);
	return file;
}

/* What it was read as counts if it is still open after that. */
static __always_inline void few_tell_file(const struct few_out *out, struct bpf_record *record,
					  const struct file *file)
{
	record->inode = BPF_CORE_READ(inode_of(file), vfs_inode.i_ino);
	fill_holder(record, walk.task);
	if (few_file(record->fd) == file)
		bpf_seq_write(out->seq, record, sizeof(*record));
}

static __always_inline void few_see_socket(const struct few_out *out, const struct file *file,
					   uint32_t fd)
{
	const struct socket *socket = BPF_CORE_READ(file, private_data);
	const struct sock *sk = BPF_CORE_READ(socket, sk);
	struct bpf_record record = {.kind = RECORD_SOCKET, .fd = fd};
	struct bpf_references told = {};

	if (!sk || !is_wanted(sk, wants))
		return;
	record.cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	fill_socket(&record, sk);
	few_tell_file(out, &record, file);
	if (fill_references(&told, file, sk, walk.task, fd))
		bpf_seq_write(out->seq, &told, sizeof(told));
}

static long few_see_file(uint32_t fd, void *data)
{
	const struct file *file = few_file(fd);
	struct bpf_record record = {.fd = fd};

	if (!file)
		return 0;
	unsigned long magic = BPF_CORE_READ(inode_of(file), vfs_inode.i_sb, s_magic);
	if (magic == SOCKFS_MAGIC)
		few_see_socket(data, file, fd);
	else if (magic == NSFS_MAGIC && see_namespace(&record, inode_of(file)))
		few_tell_file(data, &record, file);
	return 0;
}

SEC("iter/task")
int few(struct bpf_iter__task *ctx)
{
	struct few_out out = {.seq = ctx->meta->seq};
	struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	if (!begun)
		few_see_nets(&out);
	begun = true;
	const struct files_struct *files = BPF_CORE_READ(task, files);
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	if (!files || (task != leader && files == BPF_CORE_READ(leader, files)))
		return 0;
	const struct fdtable *table = BPF_CORE_READ(files, fdt);
	uint32_t size = BPF_CORE_READ(table, max_fds);
	walk.task = task;
	walk.table = BPF_CORE_READ(table, fd);
	bpf_loop(size < FILES_MOST ? size : FILES_MOST, few_see_file, &out, 0);
	return 0;
}

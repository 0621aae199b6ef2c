/*
 * holders: a walk over the open files of all tasks that the reader's pid namespace knows, in the
 * kernel. Tasks that share the table of their thread group's leader come out once, as the leader.
 *
 * The tables are read as they lie, without locks and without holding the files, which is where an
 * iterator over files (iter/task_file) spends most of its time. What was read counts if the table
 * still is the task's, and the descriptor still that file's, after it was read: then both were
 * alive all along.
 *
 * Records go into a map of their own, as an iterator loses what a task wrote that is shown again.
 */
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

unsigned int wants;  /* enum record_want */
unsigned int filled; /* records that wait to be taken: the reader sets it back to 0 */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, RECORDS_ROOM);
	__type(key, uint32_t);
	__type(value, struct bpf_record);
} records SEC(".maps");

enum {
	AT_ONCE = 64, /* descriptors; the size of a table is a multiple of it */
	STEPS = 256,  /* of AT_ONCE, before others may use the processor */
	STOP = 1,     /* end a bpf_loop() */
	KINDS = 64,
};

/* Where the walk is. Not on the stack; see search.bpf.h. */
struct {
	const struct task_struct *task;
	uint64_t started;	   /* when the task was */
	uint32_t next;		   /* descriptor to go on from, when the task is shown again */
	uint32_t base;		   /* descriptor of the first of `files` */
	uint32_t is_full;	   /* no room for its records */
	struct file *const *table; /* of all its files */
	const struct file *files[AT_ONCE];
	const struct task_struct *told; /* the process that was last told of */
	const struct css_set *cgroups;	/* its */
	uint32_t set;			/* its number */
	const struct net *first_net, *net;
} at;

static __always_inline bool emit(const void *record)
{
	uint32_t key = filled;
	struct bpf_record *room = bpf_map_lookup_elem(&records, &key);

	if (!room)
		return false;
	__builtin_memcpy(room, record, sizeof(*room));
	filled = key + 1;
	return true;
}

/* ---- kinds of files -------------------------------------------------------------------------- */

/*
 * The operations of a file, or of a socket, tell its kind, so that what lies behind need not be
 * fetched to know it: most of the time of this walk goes into waiting for memory.
 */
const void *other_files[KINDS];	  /* neither sockets nor namespaces */
const void *other_sockets[KINDS]; /* AF_UNIX */
const void *socket_files;

static __always_inline const void **slot_of(const void **kinds, const void *operations)
{
	uintptr_t number = (uintptr_t)operations;

	return &kinds[(number >> 5 ^ number >> 11) % KINDS];
}

static __always_inline bool is_of(const void **kinds, const void *operations)
{
	return !(wants & WANT_KEEPERS) && *slot_of(kinds, operations) == operations;
}

/* Descriptors on their way: sent, and not yet received at this end. */
static __always_inline bool see_unix(struct bpf_record *record, const struct sock *sk)
{
	const struct unix_sock *end = (const struct unix_sock *)sk;

	if (!(wants & WANT_KEEPERS) || !bpf_core_field_exists(end->scm_stat.nr_fds))
		return false;
	record->kind = RECORD_INFLIGHT;
	record->family = AF_UNIX;
	record->count = (uint32_t)BPF_CORE_READ(end, scm_stat.nr_fds.counter);
	return record->count;
}

static __always_inline bool see_socket(struct bpf_record *record, const struct file *file)
{
	const struct socket *socket = BPF_CORE_READ(file, private_data);
	const void *operations = BPF_CORE_READ(socket, ops);

	if (is_of(other_sockets, operations))
		return false;
	const struct sock *sk = BPF_CORE_READ(socket, sk);
	if (!sk)
		return false;
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_UNIX) {
		*slot_of(other_sockets, operations) = operations;
		return see_unix(record, sk);
	}
	if (!is_wanted(sk, wants))
		return false;
	record->kind = RECORD_SOCKET;
	record->cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	fill_socket(record, sk);
	return true;
}

static __always_inline unsigned int type_of_namespace(const struct inode *inode)
{
	const struct ns_common *ns = BPF_CORE_READ(inode, i_private);
	const struct ns_common___before_6_18 *old = BPF_CORE_READ(inode, i_private);

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

static __always_inline bool see_ring(struct bpf_record *record, const struct file *file)
{
	record->kind = RECORD_URING;
	return (wants & WANT_KEEPERS) && is_uring(file);
}

/* Fill in what the file tells. Returns whether it is worth a record. */
static __always_inline bool see(struct bpf_record *record, const struct file *file,
				const void *operations)
{
	const struct inode *inode = BPF_CORE_READ(file, f_inode);

	unsigned long magic = 0;

	if (operations != socket_files)
		magic = BPF_CORE_READ(inode, i_sb, s_magic);
	if (magic == SOCKFS_MAGIC)
		socket_files = operations;
	else if (magic && magic != NSFS_MAGIC)
		*slot_of(other_files, operations) = operations;
	if (operations == socket_files ? !see_socket(record, file)
	    : magic == NSFS_MAGIC      ? !see_namespace(record, inode)
				       : !see_ring(record, file))
		return false;
	record->inode = BPF_CORE_READ(inode, i_ino);
	return true;
}

/* ---- network namespaces ---------------------------------------------------------------------- */

/* The list goes round through its head, which is no namespace and has not their operations. */
static long see_net(uint32_t index, void *data)
{
	const struct net *net = at.net, *first = at.first_net;
	struct bpf_record record = {.kind = RECORD_NETNS};

	(void)index;
	(void)data;
	if (BPF_CORE_READ(net, ns.ops) == BPF_CORE_READ(first, ns.ops)) {
		record.inode = BPF_CORE_READ(net, ns.inum);
		if (!emit(&record))
			return STOP;
	}
	at.net = (const void *)((const char *)BPF_CORE_READ(net, list.next) -
				bpf_core_field_offset(struct net, list));
	return at.net == at.first_net ? STOP : 0;
}

static __always_inline void see_nets(void)
{
	const struct task_struct *reader = bpf_get_current_task_btf();

	at.first_net = BPF_CORE_READ(reader, nsproxy, net_ns);
	at.net = at.first_net;
	bpf_loop(RECORDS_ROOM - 1, see_net, NULL, 0);
	if (at.net != at.first_net) {
		struct bpf_record more = {.kind = RECORD_NETNS};
		emit(&more);
	}
}

/* ---- who holds ------------------------------------------------------------------------------- */

/* One whose first thread has ended has to be read thread by thread. */
static __always_inline bool tell_process(const struct task_struct *task)
{
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct bpf_process process = {.kind = RECORD_PROCESS};

	if (leader == at.told || !BPF_CORE_READ(leader, mm))
		return true;
	fill_process(&process, leader);
	const struct css_set *cgroups = BPF_CORE_READ(leader, cgroups);
	at.set += cgroups != at.cgroups;
	at.cgroups = cgroups;
	process.cgroups = at.set;
	if (!emit(&process))
		return false;
	at.told = leader;
	return true;
}

static __always_inline const struct file *file_at(uint32_t fd)
{
	const struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), at.table + fd);
	return file;
}

static long see_file(uint32_t index, void *data)
{
	uint32_t fd = at.base + index;

	(void)data;
	if (index >= AT_ONCE)
		return STOP;
	const struct file *file = at.files[index];
	if (!file || fd < at.next)
		return 0;
	const void *operations = BPF_CORE_READ(file, f_op);
	if (is_of(other_files, operations))
		return 0;
	struct bpf_record record = {.fd = fd};
	if (!see(&record, file, operations) || file_at(fd) != file)
		return 0;
	fill_holder(&record, at.task);
	at.is_full = (record.kind == RECORD_SOCKET && !tell_process(at.task)) || !emit(&record);
	at.next = fd;
	return at.is_full ? STOP : 0;
}

static long see_files(uint32_t index, void *data)
{
	uint32_t base = at.base;

	(void)index;
	if (bpf_probe_read_kernel(at.files, sizeof(at.files), at.table + base))
		return STOP;
	bpf_loop(AT_ONCE, see_file, data, 0);
	if (!at.is_full)
		at.base = base + AT_ONCE;
	return at.is_full ? STOP : 0;
}

/* Returns whether all of the table was seen. */
static __always_inline bool see_table(const struct files_struct *files)
{
	const struct fdtable *table = BPF_CORE_READ(files, fdt);
	uint32_t size = BPF_CORE_READ(table, max_fds);

	at.table = BPF_CORE_READ(table, fd);
	at.base = at.next / AT_ONCE * AT_ONCE;
	at.is_full = false;
	if (at.base >= size)
		return true;
	uint32_t steps = (size - at.base) / AT_ONCE;
	bpf_loop(steps < STEPS ? steps : STEPS, see_files, NULL, 0);
	if (!at.is_full)
		at.next = at.base;
	return !at.is_full && at.base >= size;
}

SEC("iter/task")
int holders(struct bpf_iter__task *ctx)
{
	const struct task_struct *task = ctx->task;

	if (!task)
		return 0;
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	const struct files_struct *files = BPF_CORE_READ(task, files);
	if (!files || (task != leader && files == BPF_CORE_READ(leader, files)))
		return 0;
	uint64_t started = BPF_CORE_READ(task, start_boottime);
	if (!ctx->meta->seq_num && !at.task)
		see_nets();
	uint32_t before = filled;
	if (at.task != task || at.started != started)
		at.next = 0;
	at.task = task;
	at.started = started;
	bool is_all = see_table(files);
	if (BPF_CORE_READ(task, files) != files) {
		filled = before;
		at.told = NULL;
		is_all = true;
	}
	if (is_all)
		at.task = NULL;
	/* 1: show it again, once the reader is back. */
	return !is_all;
}

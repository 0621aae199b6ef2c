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
	ABREAST = 8,  /* of these, that are waited for together */
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
	uint32_t glanced;		/* the first of the files that were glanced at */
	const struct task_struct *told; /* the process that was last told of */
	struct {
		const struct css_set *cgroups;
		const struct vfsmount *mount; /* of the file that it runs */
		const struct dentry *dentry;
		uint64_t exe_inode;
		uint32_t exe_device;
	} group;	      /* what it has in common with others */
	uint32_t group_count; /* the group's number */
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
	return *slot_of(kinds, operations) == operations;
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
		return false;
	}
	if (!is_wanted(sk, wants))
		return false;
	record->kind = RECORD_SOCKET;
	record->cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	fill_socket(record, sk);
	return true;
}

/* Behind i_private is the member `ns` of some namespace. */
static __always_inline unsigned int type_of_namespace(const struct socket_alloc *node)
{
	const void *any = (const char *)BPF_CORE_READ(node, vfs_inode.i_private) -
			  bpf_core_field_offset(struct user_namespace, ns);
	const struct user_namespace *ns = any;
	const struct user_namespace___before_6_18 *old = any;

	if (bpf_core_field_exists(ns->ns.ns_type))
		return BPF_CORE_READ(ns, ns.ns_type);
	if (bpf_core_field_exists(struct proc_ns_operations___before_6_18, type))
		return (unsigned int)BPF_CORE_READ(old, ns.ops, type);
	return 0;
}

static __always_inline bool see_namespace(struct bpf_record *record,
					  const struct socket_alloc *node)
{
	unsigned int type = type_of_namespace(node);

	record->kind = RECORD_NSFS;
	if (!type)
		record->flags = RECORD_ANYNS;
	return !type || type == CLONE_NEWNET;
}

/* Fill in what the file tells. Returns whether it is worth a record. */
static __always_inline bool see(struct bpf_record *record, const struct file *file,
				const void *operations)
{
	const struct socket_alloc *node = inode_of(file);

	unsigned long magic = 0;

	if (operations != socket_files)
		magic = BPF_CORE_READ(node, vfs_inode.i_sb, s_magic);
	if (magic == SOCKFS_MAGIC)
		socket_files = operations;
	else if (magic && magic != NSFS_MAGIC)
		*slot_of(other_files, operations) = operations;
	if (operations == socket_files ? !see_socket(record, file)
				       : magic != NSFS_MAGIC || !see_namespace(record, node))
		return false;
	record->inode = BPF_CORE_READ(node, vfs_inode.i_ino);
	return true;
}

/* ---- many files at once ------------------------------------------------------------------------
 */

/*
 * What tells that a file is not worth a look is read of several at once, and without a branch that
 * rests on it: so the processor waits for the memory of all of them together.
 */
struct {
	const void *volatile file, *volatile operations;
	const void *volatile socket, *volatile socket_operations;
	const void *volatile sk;
	uint16_t family, port;
	uint8_t state;
} glances[ABREAST];

/* As `a == b ? yes : no`. */
static __always_inline const void *if_same(const void *a, const void *b, const void *yes,
					   const void *no)
{
	uint64_t differ = (uintptr_t)a ^ (uintptr_t)b;

	barrier_var(differ);
	differ = (uint64_t)((int64_t)(differ | -differ) >> 63);
	return (const void *)(((uintptr_t)yes & ~differ) | ((uintptr_t)no & differ));
}

static __always_inline void glance_at_file(unsigned int i, const struct file *file)
{
	glances[i].file = file;
	glances[i].operations = PEEK(struct file, file, f_op);
	glances[i].socket = PEEK(struct file, file, private_data);
}

/* Where it is none, at what is at hand. */
static __always_inline void glance_at_socket(unsigned int i)
{
	const void *socket =
		if_same(glances[i].operations, socket_files, glances[i].socket, glances[i].file);

	glances[i].socket_operations = PEEK(struct socket, socket, ops);
	glances[i].sk = PEEK(struct socket, socket, sk);
}

static __always_inline void glance_at_sock(unsigned int i)
{
	const void *operations = glances[i].socket_operations;
	const void *sk =
		if_same(glances[i].operations, socket_files, glances[i].sk, glances[i].file);

	sk = if_same(*slot_of(other_sockets, operations), operations, glances[i].file, sk);
	glances[i].family = PEEK(struct sock, sk, __sk_common.skc_family);
	glances[i].port = PEEK(struct sock, sk, __sk_common.skc_num);
	glances[i].state = PEEK(struct sock, sk, __sk_common.skc_state);
}

static __always_inline bool is_worth_a_look(unsigned int i)
{
	if (glances[i].operations != socket_files)
		return !is_of(other_files, glances[i].operations);
	return !is_of(other_sockets, glances[i].socket_operations) &&
	       !is_dull(glances[i].family, glances[i].port, glances[i].state, wants);
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

static __always_inline uint32_t number_of_group(const struct bpf_process *process,
						const struct task_struct *leader)
{
	const struct file *exe = BPF_CORE_READ(leader, mm, exe_file);
	const struct css_set *cgroups = BPF_CORE_READ(leader, cgroups);
	const struct vfsmount *mount = BPF_CORE_READ(exe, f_path.mnt);
	const struct dentry *dentry = BPF_CORE_READ(exe, f_path.dentry);

	if (cgroups != at.group.cgroups || mount != at.group.mount || dentry != at.group.dentry ||
	    process->exe_inode != at.group.exe_inode || process->exe_device != at.group.exe_device)
		at.group_count++;
	at.group.cgroups = cgroups;
	at.group.mount = mount;
	at.group.dentry = dentry;
	at.group.exe_inode = process->exe_inode;
	at.group.exe_device = process->exe_device;
	return at.group_count;
}

/* One whose first thread has ended has to be read thread by thread. */
static __always_inline bool tell_process(const struct task_struct *task)
{
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct bpf_process process = {.kind = RECORD_PROCESS};

	if (leader == at.told || !BPF_CORE_READ(leader, mm))
		return true;
	fill_process(&process, leader);
	process.group = number_of_group(&process, leader);
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
	(void)data;
	if (index >= ABREAST)
		return STOP;
	if (!is_worth_a_look(index))
		return 0;
	index += at.glanced;
	if (index >= AT_ONCE)
		return STOP;
	uint32_t fd = at.base + index;
	const struct file *file = at.files[index];
	if (!file || fd < at.next)
		return 0;
	const void *operations = BPF_CORE_READ(file, f_op);
	struct bpf_record record = {.fd = fd};
	if (!see(&record, file, operations) || file_at(fd) != file)
		return 0;
	fill_holder(&record, at.task);
	at.is_full = (record.kind == RECORD_SOCKET && !tell_process(at.task)) || !emit(&record);
	at.next = fd;
	return at.is_full ? STOP : 0;
}

static long see_abreast(uint32_t index, void *data)
{
	uint32_t first = index * ABREAST;

	if (first > AT_ONCE - ABREAST)
		return STOP;
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < ABREAST; i++)
		glance_at_file(i, at.files[first + i]);
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < ABREAST; i++)
		glance_at_socket(i);
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < ABREAST; i++)
		glance_at_sock(i);
	at.glanced = first;
	bpf_loop(ABREAST, see_file, data, 0);
	return at.is_full ? STOP : 0;
}

static long see_files(uint32_t index, void *data)
{
	uint32_t base = at.base;

	(void)index;
	if (bpf_probe_read_kernel(at.files, sizeof(at.files), at.table + base))
		return STOP;
	bpf_loop(AT_ONCE / ABREAST, see_abreast, data, 0);
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

/*
 * table: a walk over the open files of all tasks that the reader's pid namespace knows, in the
 * kernel. Tasks that share the table of their thread group's leader come out once, as the leader.
 *
 * The tables are read as they lie, without locks and without holding the files, which is where an
 * iterator over files (iter/task_file) spends most of its time. What was read counts if the table
 * still is the task's, and the descriptor still that file's, after it was read: then both were
 * alive all along.
 *
 * Records go into a map of their own, as an iterator loses what a task wrote that is shown again.
 */
#ifndef BPF_TABLE_H
#define BPF_TABLE_H

#include "kernel.h"
#include "records.h"

unsigned int filled; /* records that wait to be taken: the reader sets it back to 0 */
unsigned int begun;  /* this walk has; the reader sets it to 0, too */

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
	const void *socket_files;	/* as known then */
	const struct task_struct *told; /* the process that was last told of, if any is */
} walk;

/* ---- what each program says of its own --------------------------------------------- */

/* All files of these operations are passed over: */
static bool is_other_file(const struct file *file, unsigned long magic);

/* And all sockets of the operations of one that is of such a family. */
static bool is_other_family(unsigned int family);

/*
 * What tells of a socket that it is not worth a look, read of the one at `i` without a branch: `sk`
 * is another's memory where it is none. Whether it is worth one.
 */
static void glance_at_sock(unsigned int i, const void *sk);
static bool is_sock_worth_a_look(unsigned int i);

/* Emit what there is to tell; `sk` is NULL of what is no socket. Returns whether there was room. */
static bool look_at(const struct file *file, const struct sock *sk, uint32_t fd);

/* ---- records ----------------------------------------------------------------------- */

/* Of a pointer to void, bytes would be copied one by one. */
static __always_inline bool emit(const struct bpf_record *record)
{
	uint32_t key = filled;
	struct bpf_record *room = bpf_map_lookup_elem(&records, &key);

	if (!room)
		return false;
	*room = *record;
	filled = key + 1;
	return true;
}

static __always_inline void take_back(uint32_t before)
{
	filled = before;
	walk.told = NULL;
}

/* ---- kinds of files ---------------------------------------------------------------- */

/*
 * The operations of a file, or of a socket, tell its kind, so that what lies behind need not be
 * fetched to know it: most of the time of this walk goes into waiting for memory.
 */
const void *other_files[KINDS];
const void *other_sockets[KINDS];
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

static __always_inline void learn(const void **kinds, const void *operations)
{
	*slot_of(kinds, operations) = operations;
}

/* ---- many files at once ------------------------------------------------------------ */

/*
 * What tells that a file is not worth a look is read of several at once, and without a branch that
 * rests on it: so the processor waits for the memory of all of them together.
 */
struct {
	const void *volatile operations;
	const void *volatile socket, *volatile socket_operations;
	const void *volatile sk;
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
	glances[i].operations = PEEK(struct file, file, f_op);
	glances[i].socket = PEEK(struct file, file, private_data);
}

/* Where it is none, at what is at hand: the task. */
static __always_inline void glance_at_socket(unsigned int i)
{
	const void *socket =
		if_same(glances[i].operations, walk.socket_files, glances[i].socket, walk.task);

	glances[i].socket_operations = PEEK(struct socket, socket, ops);
	glances[i].sk = PEEK(struct socket, socket, sk);
}

static __always_inline void glance_behind(unsigned int i)
{
	const void *operations = glances[i].socket_operations;
	const void *sk =
		if_same(glances[i].operations, walk.socket_files, glances[i].sk, walk.task);

	glance_at_sock(i, if_same(*slot_of(other_sockets, operations), operations, walk.task, sk));
}

static __always_inline bool is_worth_a_look(unsigned int i)
{
	if (glances[i].operations != walk.socket_files)
		return !is_of(other_files, glances[i].operations);
	return !is_of(other_sockets, glances[i].socket_operations) && is_sock_worth_a_look(i);
}

/* ---- each file --------------------------------------------------------------------- */

static __always_inline const struct file *file_at(uint32_t fd)
{
	const struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), walk.table + fd);
	return file;
}

/* Returns whether there was room. A kind is learnt only of a file that was there all along. */
static __always_inline bool see_file_at(const struct file *file, uint32_t fd)
{
	const void *operations = BPF_CORE_READ(file, f_op), *of_socket = NULL;
	const struct sock *sk = NULL;
	unsigned long magic = SOCKFS_MAGIC;
	bool is_other;

	if (operations != socket_files)
		magic = BPF_CORE_READ(inode_of(file), vfs_inode.i_sb, s_magic);
	if (magic == SOCKFS_MAGIC) {
		const struct socket *socket = BPF_CORE_READ(file, private_data);

		of_socket = BPF_CORE_READ(socket, ops);
		sk = BPF_CORE_READ(socket, sk);
		is_other = sk && is_other_family(BPF_CORE_READ(sk, __sk_common.skc_family));
	} else {
		is_other = is_other_file(file, magic);
	}
	if (file_at(fd) != file)
		return true;
	if (magic == SOCKFS_MAGIC)
		socket_files = operations;
	if (is_other && sk)
		learn(other_sockets, of_socket);
	else if (is_other)
		learn(other_files, operations);
	return is_other || (magic == SOCKFS_MAGIC && !sk) || look_at(file, sk, fd);
}

static long see_glanced(uint32_t index, void *data)
{
	uint32_t before = filled;

	(void)data;
	if (index >= ABREAST)
		return STOP;
	if (!is_worth_a_look(index))
		return 0;
	index += walk.glanced;
	if (index >= AT_ONCE)
		return STOP;
	uint32_t fd = walk.base + index;
	const struct file *file = walk.files[index];
	if (!file || fd < walk.next)
		return 0;
	walk.is_full = !see_file_at(file, fd);
	walk.next = fd;
	if (filled != before && (walk.is_full || file_at(fd) != file))
		take_back(before);
	return walk.is_full ? STOP : 0;
}

static long see_abreast(uint32_t index, void *data)
{
	uint32_t first = index * ABREAST;

	if (first > AT_ONCE - ABREAST)
		return STOP;
	/* What is learnt on the way, the glances at these did not know. */
	walk.socket_files = socket_files;
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < ABREAST; i++)
		glance_at_file(i, walk.files[first + i]);
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < ABREAST; i++)
		glance_at_socket(i);
#pragma clang loop unroll(disable)
	for (unsigned int i = 0; i < ABREAST; i++)
		glance_behind(i);
	walk.glanced = first;
	bpf_loop(ABREAST, see_glanced, data, 0);
	return walk.is_full ? STOP : 0;
}

static long see_files(uint32_t index, void *data)
{
	uint32_t base = walk.base;

	(void)index;
	if (bpf_probe_read_kernel(walk.files, sizeof(walk.files), walk.table + base))
		return STOP;
	bpf_loop(AT_ONCE / ABREAST, see_abreast, data, 0);
	if (!walk.is_full)
		walk.base = base + AT_ONCE;
	return walk.is_full ? STOP : 0;
}

/* ---- each table -------------------------------------------------------------------- */

/* Returns whether all of the table was seen. */
static __always_inline bool see_table(const struct files_struct *files)
{
	const struct fdtable *table = BPF_CORE_READ(files, fdt);
	uint32_t size = BPF_CORE_READ(table, max_fds);

	walk.table = BPF_CORE_READ(table, fd);
	walk.base = walk.next / AT_ONCE * AT_ONCE;
	walk.is_full = false;
	if (walk.base >= size)
		return true;
	uint32_t steps = (size - walk.base) / AT_ONCE;
	bpf_loop(steps < STEPS ? steps : STEPS, see_files, NULL, 0);
	if (!walk.is_full)
		walk.next = walk.base;
	return !walk.is_full && walk.base >= size;
}

/* Whether it is the first task of a walk. */
static __always_inline bool begin_walk(const struct task_struct *task)
{
	bool is_first = task && !begun;

	if (is_first) {
		begun = true;
		walk.task = NULL;
		walk.told = NULL;
	}
	return is_first;
}

/* What the program returns. 1: show it again, once the reader is back. */
static __always_inline int walk_table(const struct task_struct *task)
{
	uint32_t before = filled;

	if (!task)
		return 0;
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	const struct files_struct *files = BPF_CORE_READ(task, files);
	if (!files || (task != leader && files == BPF_CORE_READ(leader, files)))
		return 0;
	uint64_t started = BPF_CORE_READ(task, start_boottime);
	if (walk.task != task || walk.started != started)
		walk.next = 0;
	walk.task = task;
	walk.started = started;
	bool is_all = see_table(files);
	if (BPF_CORE_READ(task, files) != files) {
		take_back(before);
		is_all = true;
	}
	if (is_all)
		walk.task = NULL;
	return !is_all;
}

#endif

/*
 * table: a walk over the open files of all tasks that the reader's pid namespace knows, in the
 * kernel. Tasks that share the table of their thread group's leader come out once, as the leader.
 *
 * The tables are read as they lie, without locks and without holding the files, which is where an
 * iterator over files (iter/task_file) spends most of its time. What was read counts if the table
 * still is the task's, and the descriptor still that file's, after it was read: then both were
 * alive all along.
 */
#ifndef BPF_TABLE_H
#define BPF_TABLE_H

#include "kernel.h"
#include "room.bpf.h"

unsigned int begun; /* this walk has; the reader sets it to 0, too */

enum { TABLE_AT_ONCE = 1 << 14 }; /* descriptors, before others may use the processor */

/* Where the walk is. Not on the stack; see search.bpf.h. */
struct {
	const struct task_struct *task;
	uint64_t started;		/* when the task was */
	uint32_t next;			/* descriptor to go on from */
	uint32_t is_full;		/* no room for the records of that one */
	struct file *const *table;	/* of all its files */
	uint32_t before;		/* records, before those of the file that is looked at */
	const struct task_struct *told; /* the process that was last told of, if any is */
} walk;

static __always_inline void table_take_back(uint32_t before)
{
	filled = before;
	walk.told = NULL;
}

/* ---- each file --------------------------------------------------------------------- */

static __always_inline const struct file *table_file(uint32_t fd)
{
	const struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), walk.table + fd);
	return file;
}

/* The next file, or NULL. What is told of it ends with table_end_file(). */
static __always_inline const struct file *table_begin_file(void)
{
	walk.before = filled;
	return table_file(walk.next);
}

/* What the callback returns: whether that was the last one for now. */
static __always_inline long table_end_file(const struct file *file, bool had_room)
{
	if (filled != walk.before && (!had_room || table_file(walk.next) != file))
		table_take_back(walk.before);
	walk.is_full = !had_room;
	walk.next += had_room;
	return !had_room;
}

/* ---- each table -------------------------------------------------------------------- */

/* Whether it is the first task of a walk. */
static __always_inline bool table_begin(const struct task_struct *task)
{
	bool is_first = task && !begun;

	if (is_first) {
		begun = true;
		walk.task = NULL;
		walk.told = NULL;
	}
	return is_first;
}

/*
 * What the program returns. 1: show it again, once the reader is back. `see` is the callback of
 * bpf_loop() for each descriptor.
 */
static __always_inline int table_walk(const struct task_struct *task,
				      long (*see)(uint32_t index, void *data))
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
	walk.is_full = false;
	const struct fdtable *table = BPF_CORE_READ(files, fdt);
	uint32_t size = BPF_CORE_READ(table, max_fds);
	walk.table = BPF_CORE_READ(table, fd);
	uint32_t left = walk.next < size ? size - walk.next : 0;
	bpf_loop(left < TABLE_AT_ONCE ? left : TABLE_AT_ONCE, see, NULL, 0);
	bool is_all = !walk.is_full && walk.next >= size;
	if (BPF_CORE_READ(task, files) != files) {
		table_take_back(before);
		is_all = true;
	}
	if (is_all)
		walk.task = NULL;
	return !is_all;
}

#endif

/* task: who has something open, for the programs that know. */
#ifndef BPF_TASK_H
#define BPF_TASK_H

#include "kernel.h"
#include "records.h"

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

/* Only kernel code names an anonymous inode. */
static __always_inline bool is_uring(const struct file *file)
{
	static const char uring[] = "[io_uring]";
	char name[sizeof(uring)] = {}, differ = 0;

	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return false;
	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	for (unsigned int i = 0; i < sizeof(uring); i++)
		differ |= name[i] ^ uring[i];
	return !differ;
}

#endif

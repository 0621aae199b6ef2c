/* task: who has something open, for the programs that know. */
#ifndef BPF_TASK_H
#define BPF_TASK_H

#include "kernel.h"
#include "records.h"

/* The address is taken as a number: 6.1 lets no variable be added to a pointer that it knows. */
static __always_inline struct upid number_at(const struct task_struct *task, unsigned int level)
{
	const struct pid *pid = BPF_CORE_READ(task, thread_pid);
	const struct upid *number = (const void *)((const char *)&pid->numbers[0] +
						   level * bpf_core_type_size(struct upid));
	struct upid ret = {};

	if (pid && BPF_CORE_READ(pid, level) >= level) {
		ret.nr = BPF_CORE_READ(number, nr);
		ret.ns = BPF_CORE_READ(number, ns);
	}
	return ret;
}

/* Handed over here, as to the verifier a pointer that it knows is no number. */
const struct task_struct *numbered;

/* With linkage, so that the verifier looks into it once, not at each of the places. */
__noinline uint32_t find_number(void)
{
	const struct task_struct *task = numbered;
	const struct task_struct *reader = bpf_get_current_task_btf();
	unsigned int level = BPF_CORE_READ(reader, thread_pid, level);
	struct upid number = number_at(task, level);

	return number.ns == number_at(reader, level).ns ? (uint32_t)number.nr : 0;
}

/* The number of a task as the reader sees it; 0 where it does not. */
static __always_inline uint32_t number_of(const struct task_struct *task)
{
	numbered = task;
	return find_number();
}

/* When a process began, as /proc tells it to the reader, whose time namespace can be another. */
static __always_inline uint64_t start_of(const struct task_struct *leader)
{
	const struct task_struct *reader = bpf_get_current_task_btf();
	const struct nsproxy *proxy = BPF_CORE_READ(reader, nsproxy);
	uint64_t started = BPF_CORE_READ(leader, start_boottime);

	if (bpf_core_field_exists(proxy->time_ns))
		started += (uint64_t)BPF_CORE_READ(proxy, time_ns, offsets.boottime.tv_sec) *
				   1000000000 +
			   (uint64_t)BPF_CORE_READ(proxy, time_ns, offsets.boottime.tv_nsec);
	return started;
}

static __always_inline void fill_holder(struct bpf_record *record, const struct task_struct *task)
{
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	record->pid = number_of(leader);
	record->tid = number_of(task);
	record->started = start_of(leader);
}

static __always_inline void fill_process(struct bpf_process *process,
					 const struct task_struct *leader)
{
	const struct task_struct *reader = bpf_get_current_task_btf();
	const struct file *exe = BPF_CORE_READ(leader, mm, exe_file);

	process->pid = number_of(leader);
	process->ppid = number_of(BPF_CORE_READ(leader, real_parent, group_leader));
	process->started = start_of(leader);
	process->depth =
		BPF_CORE_READ(leader, thread_pid, level) - BPF_CORE_READ(reader, thread_pid, level);
	process->uid = BPF_CORE_READ(leader, real_cred, euid.val);
	process->userns = BPF_CORE_READ(leader, real_cred, user_ns, ns.inum);
	process->exe_inode = BPF_CORE_READ(inode_of(exe), vfs_inode.i_ino);
	process->exe_device = BPF_CORE_READ(inode_of(exe), vfs_inode.i_sb, s_dev);
	bpf_core_read(process->comm, sizeof(process->comm), &leader->comm);
}

/* Where it is not known what is at an address: a task is what its number leads back to. */
static __always_inline bool is_task(const struct task_struct *task)
{
	const struct pid *pid = task ? BPF_CORE_READ(task, thread_pid) : NULL;

	return pid && BPF_CORE_READ(pid, tasks[0].first) == &task->pid_links[0];
}

/* Threads have their leader's memory; where it has exited, each speaks for it. */
static __always_inline bool speaks_for_memory(struct task_struct *task)
{
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	return task == leader || !BPF_CORE_READ(leader, mm);
}

/* Only kernel code names an anonymous inode. */
static __always_inline bool is_uring(const struct file *file)
{
	static const char uring[] = "[io_uring]";
	char name[sizeof(uring)] = {}, differ = 0;

	if (BPF_CORE_READ(inode_of(file), vfs_inode.i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return false;
	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	for (unsigned int i = 0; i < sizeof(uring); i++)
		differ |= name[i] ^ uring[i];
	return !differ;
}

#endif

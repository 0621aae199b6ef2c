/*
 * holders: who has a socket, of all tasks that the reader's pid namespace knows, and what else is
 * open that leads to one.
 */
#include "nets.bpf.h"
#include "references.bpf.h"
#include "socket.bpf.h"
#include "table.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

unsigned int wants; /* enum record_want */

/* Not on the stack; see search.bpf.h. */
struct {
	struct {
		const struct css_set *cgroups;
		const struct vfsmount *mount; /* of the file that it runs */
		const struct dentry *dentry;
		uint64_t exe_inode;
		uint32_t exe_device;
	} group;	      /* what the process last told of has in common with others */
	uint32_t group_count; /* the group's number */
} at;

static long holders_see_net(uint32_t index, void *data)
{
	struct bpf_record record = {};

	(void)index;
	(void)data;
	if (nets_next(&record))
		room_add(&record);
	return nets_are_all();
}

static __always_inline void holders_see_nets(void)
{
	struct bpf_record more = {.kind = RECORD_NETNS};

	nets_begin();
	bpf_loop(RECORDS_ROOM - 1, holders_see_net, NULL, 0);
	if (!nets_are_all())
		room_add(&more);
}

/* ---- processes --------------------------------------------------------------------- */

static __always_inline uint32_t holders_group(const struct bpf_process *process,
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
static __always_inline bool holders_tell_process(const struct task_struct *task)
{
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct bpf_process process = {.kind = RECORD_PROCESS};

	if (leader == walk.told || !BPF_CORE_READ(leader, mm))
		return true;
	fill_process(&process, leader);
	process.group = holders_group(&process, leader);
	if (!room_add((const void *)&process))
		return false;
	walk.told = leader;
	return true;
}

/* ---- files ------------------------------------------------------------------------- */

static __always_inline bool holders_tell_references(const struct file *file, const struct sock *sk)
{
	struct bpf_references told = {};

	return !fill_references(&told, file, sk, walk.task, walk.next) ||
	       room_add((const void *)&told);
}

static __always_inline bool holders_tell_file(const struct file *file, const struct sock *sk)
{
	const struct socket_alloc *node = inode_of(file);
	struct bpf_record record = {.fd = walk.next};

	if (sk) {
		record.kind = RECORD_SOCKET;
		record.cookie = (uint64_t)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		fill_socket(&record, sk);
	} else if (!see_namespace(&record, node)) {
		return true;
	}
	record.inode = BPF_CORE_READ(node, vfs_inode.i_ino);
	fill_holder(&record, walk.task);
	if (!sk)
		return room_add(&record);
	return holders_tell_process(walk.task) && room_add(&record) &&
	       holders_tell_references(file, sk);
}

static __always_inline bool holders_see_file(const struct file *file)
{
	unsigned long magic = file ? magic_of(file) : 0;

	if (magic == SOCKFS_MAGIC) {
		const struct sock *sk = sock_of(file);

		return !sk || !is_wanted(sk, wants) || holders_tell_file(file, sk);
	}
	return magic != NSFS_MAGIC || holders_tell_file(file, NULL);
}

static long holders_see(uint32_t index, void *data)
{
	const struct file *file = table_begin_file();

	(void)index;
	(void)data;
	return table_end_file(file, holders_see_file(file));
}

SEC("iter/task")
int holders(struct bpf_iter__task *ctx)
{
	if (table_begin(ctx->task))
		holders_see_nets();
	return table_walk(ctx->task, holders_see);
}

/*
 * references: what holds the file of a socket, by number. A server that waits in poll(), or one of
 * several threads in accept(), holds its file once more while it waits: these calls are counted.
 * What is held beyond all descriptors and calls is kept by something else.
 */
#ifndef BPF_REFERENCES_H
#define BPF_REFERENCES_H

#include "kernel.h"
#include "records.h"
#include "task.bpf.h"

enum { CALLS_MOST = 128 };

uint64_t salt; /* so that tables have numbers that tell nothing of the kernel's addresses */

/* Not on the stack; see search.bpf.h. */
struct {
	const struct file *file;
	const struct files_struct *files;
	const struct list_head *entry, *end;
	uint32_t calls;
} held;

static __always_inline uint32_t references_of(const struct file *file)
{
	const struct file___before_6_13 *old = (const void *)file;

	if (bpf_core_field_exists(file->f_ref)) /* 0 is one */
		return (uint32_t)BPF_CORE_READ(file, f_ref.refcnt.counter) + 1;
	return (uint32_t)BPF_CORE_READ(old, f_count.counter);
}

/* poll() holds each file that it waits for. */
static __always_inline bool is_poll(const struct wait_queue_entry *waiter)
{
	const struct poll_table_entry *entry =
		(const void *)((const char *)waiter -
			       bpf_core_field_offset(struct poll_table_entry, wait));
	const struct poll_wqueues *poll = BPF_CORE_READ(waiter, private);
	const struct task_struct *task = BPF_CORE_READ(poll, polling_task);

	return BPF_CORE_READ(entry, filp) == held.file && is_task(task) &&
	       BPF_CORE_READ(task, files) == held.files;
}

/*
 * Any other call does where others have its table of descriptors too. Who works for an io_uring
 * waits with the ring's file.
 */
static __always_inline bool is_call(const struct wait_queue_entry *waiter)
{
	const struct task_struct *task = BPF_CORE_READ(waiter, private);
	const struct files_struct *files = held.files;

	return is_task(task) && BPF_CORE_READ(task, files) == files &&
	       BPF_CORE_READ(files, count.counter) > 1 &&
	       !(BPF_CORE_READ(task, flags) & (PF_IO_WORKER | PF_KTHREAD));
}

static long see_call(uint32_t index, void *data)
{
	const struct list_head *entry = held.entry;
	const struct wait_queue_entry *waiter =
		(const void *)((const char *)entry -
			       bpf_core_field_offset(struct wait_queue_entry, entry));

	(void)index;
	(void)data;
	if (!entry || entry == held.end)
		return 1;
	held.calls += is_poll(waiter) || is_call(waiter);
	held.entry = BPF_CORE_READ(entry, next);
	return 0;
}

static __always_inline void count_calls(const struct file *file, const struct sock *sk,
					const struct files_struct *files)
{
	const struct socket_wq *wq = BPF_CORE_READ(sk, sk_wq);

	held.file = file;
	held.files = files;
	held.calls = 0;
	held.end = &wq->wait.head;
	held.entry = wq ? BPF_CORE_READ(wq, wait.head.next) : NULL;
	bpf_loop(CALLS_MOST, see_call, NULL, 0);
}

/*
 * What there is to tell of a socket at descriptor `fd`; false where this is all that holds it. Who
 * comes and goes meanwhile must not seem to hold less: so what is counted twice is the most.
 */
static __always_inline bool fill_references(struct bpf_references *told, const struct file *file,
					    const struct sock *sk, const struct task_struct *task,
					    uint32_t fd)
{
	uint32_t before = references_of(file);

	if (before <= 1)
		return false;
	const struct files_struct *files = BPF_CORE_READ(task, files);
	count_calls(file, sk, files);
	uint32_t after = references_of(file);
	if (!salt)
		salt = (uint64_t)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32();
	told->kind = RECORD_REFERENCES;
	told->references = after > before ? after : before;
	told->calls = held.calls;
	told->table = (uint64_t)files ^ salt;
	told->inode = BPF_CORE_READ(inode_of(file), vfs_inode.i_ino);
	told->fd = fd;
	return true;
}

#endif

/*
 * bpf: walks within the kernel, over tables that no system call shows whole.
 *
 * Each program is loaded at its first walk and kept for the next ones; it takes two descriptors, or
 * three. Loading takes CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN has both), a kernel of 5.17 that
 * tells its own types (CONFIG_DEBUG_INFO_BTF), and no lockdown for confidentiality.
 */
#ifndef COLLECT_BPF_H
#define COLLECT_BPF_H

#include "source/source.h"
#include "bpf/records.h"

enum bpf_walk {
	/* Open files of all tasks of our pid namespace, sockets of any network namespace: who has a
	 * socket, and what else is open that can keep one. */
	BPF_FILES,

	/* The same, loaded in a fraction of the time, without facts of processes: -E2BIG where a
	 * task has hundreds of sockets. */
	BPF_FEW,

	/* For sockets that nobody has, each another thing that can keep one: what is open, what
	 * belongs to a task without being open, what is mapped (since Linux 6.7). */
	BPF_KEPT,
	BPF_TASKS,
	BPF_MAPPED,

	/* Listeners of the network namespace that the calling thread is in, without holders; and
	 * threads that wait for one in a call. */
	BPF_TCP,
	BPF_UDP,
	BPF_TCP_WAITERS,
	BPF_UDP_WAITERS,
};

/* 0 or -errno, which ends the walk. */
typedef int (*record_taker)(void *data, const struct bpf_record *record);

/*
 * Walk. Every record is given to `take` as it comes; one table entry can come twice where tables
 * change meanwhile, and where tasks share it. `wants` are enum record_want, for the walks of tasks.
 *
 * 0; -EPERM: not permitted; -ENOSYS: not built, or this kernel does not take the programs;
 * -ENOMEM: our own want of memory; -errno of `take`; else what the kernel says.
 */
int bpf_records(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
		void *data);

/* By source_ops: without a copy, and with one. */
int bpf_live(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
	     void *data);
int bpf_recording(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
		  void *data);

/*
 * Why a walk was refused with this code, in words: the kernel's lockdown forbids some that EPERM
 * and ENOSYS do not tell apart from others. `root` is the folder in which /sys is.
 */
const char *bpf_refusal(const char *root, int code);

/* Let go of the programs. */
void bpf_release(struct source *source);

/* Records come as what is read; or into `room` by reading, counted there. */
struct records {
	int fd;
	const struct bpf_record *room;
	uint32_t *filled;
};

#endif

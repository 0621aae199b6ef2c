/*
 * ops: what reading facts takes, by what they are read from: the kernel; the kernel, with a copy of
 * what was read; or such a copy. Passes go by source.h, netlink.h, bpf.h and the functions below,
 * and do not ask which.
 *
 * A recording holds proc/ (files as files, links as links; NAME.errno where reading failed),
 * netlink/N (the datagrams of dump number N), bpf/N (the records of walk number N), and host (what
 * came from elsewhere).
 */
#ifndef COLLECT_OPS_H
#define COLLECT_OPS_H

#include "source/bpf.h"
#include "source/netlink.h"
#include "source/source.h"

/* What is NULL has nothing to do, or to tell. */
struct source_ops {
	/* Why `source->proc` tells nothing of us; NULL: it does. */
	const char *(*why_not_proc)(struct source *source);

	/* See the paths of cgroups as pid 1 does, where that is permitted. */
	void (*see_cgroups)(const struct source *source);

	/* See proc_dir_value(); without a place, it is one of the host. */
	enum value_from (*value)(struct source *source, const struct proc_dir *proc_dir,
				 const char *name, value_reader read, void *data,
				 struct pm_buf *ret);

	/* See record_file(), record_link() and source_why(). */
	void (*keep)(struct source *source, const char *folder, const char *name, const void *bytes,
		     size_t len);
	void (*keep_link)(struct source *source, const char *folder, const char *name,
			  const char *target);
	int (*why)(struct source *source, int dir, const char *name, int code);

	/* See netlink_dump() and bpf_records(). */
	int (*dump)(struct source *source, struct dump *dump);
	int (*records)(struct source *source, enum bpf_walk walk, unsigned wants, record_taker take,
		       void *data);

	/* Why this machine refused a walk within the kernel. */
	const char *(*why_no_bpf)(int code);

	/* Below proc, /proc/net of the namespace that we are in, if it is not that of the recording;
	 * and what it comes to that it is not there, or that a file of it is not. */
	const char *net_folder;
	int no_net, no_net_file;

	/* The folder of threads, "812/task": has it more than one, or -errno. NULL: it has. */
	int (*has_threads)(struct source *source, const char *folder);

	/* The order of two threads by their tables of descriptors, as kcmp(2). NULL: each has its
	 * own. */
	long (*order_tables)(int tid, int other);

	/* The folder that is the root of a process, for configuration: 0, NOT_RECORDED or -errno;
	 * and whether what is below it was found in order before it was put there. */
	int (*open_root)(struct source *source, int pid, int *ret_fd);
	bool is_root_in_order;

	/* Let others go on. */
	void (*pause)(int milliseconds);

	size_t walkers_most; /* that may walk over /proc at once */
};

extern const struct source_ops source_live, source_recording, source_replay;

#endif

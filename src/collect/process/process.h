/* process: what is to be known of one process; process.c, for owners.c. */
#ifndef COLLECT_PROCESS_H
#define COLLECT_PROCESS_H

#include "source/collector.h"
#include "bpf/records.h"

/* The longest file that is read: a process can be in 65,536 groups, and its status tells them all. */
enum { READER_BYTES = 1 << 20 };

struct reader {
	struct collector *collector;
	char *text;			/* room for READER_BYTES */
	int64_t boot;			/* seconds since 1970; 0: unknown */
	char userns[64];		/* that of pid 1; "": unknown */
	char cgroups[4096];		/* proc_pid_cgroup(5) of pid 1; "": unknown */
	struct pm_process alike;	/* the one that the walk within the kernel told of last, */
	const struct bpf_process *seen; /* by this; NULL: none was */
};

/* 0 or -ENOMEM; to be closed in either case. */
int reader_open(struct reader *reader);
void reader_close(struct reader *reader);

/*
 * The process of `task`, whose folder is opened at `ret`, to be closed unless this fails: -ENOMEM;
 * any other error: it is gone, or another has its number.
 */
int process_read(struct reader *reader, const struct task *task, struct proc_dir *ret,
		 struct pm_process *process);

/*
 * The same of one that the walk within the kernel told of, with what that walk did not tell read
 * now. PROCESS_CHANGED: it may be another by now, or more of it has to be read, by process_read().
 */
int process_of_seen(struct reader *reader, const struct bpf_process *seen,
		    struct pm_process *process);

/* The same of one that is gone: what that walk told of it, which is not what it ran. 0 or -ENOMEM. */
int process_of_gone(struct reader *reader, const struct bpf_process *seen,
		    struct pm_process *process);

/* Add a copy to the snapshot. 0 or -ENOMEM. */
int process_keep(struct pm_snapshot *snapshot, const struct pm_process *process);

/* The same of one that may be a holder: its number in snapshot.processes, or -errno. */
int process_add(struct collector *collector, const struct task *task, size_t *ret);

#endif

/*
 * source: where facts are read from. The kernel; or the kernel, with a copy of what was read; or
 * such a copy: see ops.h.
 */
#ifndef COLLECT_SOURCE_H
#define COLLECT_SOURCE_H

#include "source/step.h"

#include <portmote/collect.h>

#include <stdatomic.h>
#include <sys/stat.h>

/* The network namespaces; numbers are those of snapshot.netns. See netns.h. */
struct namespace
{
	int door; /* a descriptor to enter it by; -1: none */
};

struct namespaces {
	int home; /* our own; -1: unknown */
	struct namespace *each;
	size_t count, room;
	size_t dumped;	   /* those below this number were asked for their sockets */
	size_t kept;	   /* those below this number are on the recording */
	unsigned searches; /* so far */
	bool wants_all;	   /* whatever is met joins them */
};

struct source {
	const struct source_ops *ops;
	int proc;	    /* /proc or its copy; -1: none */
	int copy;	    /* folder of the recording that is made or read, or -1 */
	int opened;	    /* the `proc` that was not given to us, or -1 */
	int record_failed;  /* first -errno of writing the recording */
	bool is_starved;    /* a value was lost for want of memory */
	unsigned dumps;	    /* netlink dumps so far */
	struct steps steps; /* what can block */
	struct namespaces namespaces;
	int64_t deadline; /* CLOCK_MONOTONIC, in milliseconds; 0: none */
	atomic_bool is_out_of_time;
	atomic_bool is_search_cut; /* not all was looked at that can hold a listener */
	int unreadable;		   /* the lowest pid of those whose descriptors could not be read */
	bool is_proc_partial;	   /* /proc does not show all processes */
	int *overmounted;	   /* pids of whose folders something hides a part */
	size_t overmounted_count, overmounted_room;

	/* Walks in the kernel so far, and the programs that are loaded for them; see bpf.h. */
	unsigned walks;
	struct bpf_state *bpf;
};

/* From these options, and this /proc. -EINVAL: the recording has no folder proc. */
int source_open(struct source *source, const struct pm_collect_options *options, int proc);
void source_close(struct source *source);

/* What a look-up can come to that is no error: beside 0 and -errno. */
enum { NOT_RECORDED = 1, NO_PROC };

/* Is the time up that collecting was given? */
bool is_late(struct source *source);

/* Where a descriptor is: that of a process, or of a thread with a table of its own. */
struct task {
	int pid, tid; /* tid == pid: that of the process */
	unsigned fd;
	bool is_kept;	  /* kept by what is behind this descriptor, as the kernel's tables say */
	bool is_mapping;  /* held by a mapping of the socket */
	bool is_ring;	  /* held by the io_uring behind this descriptor, not by itself */
	uint64_t started; /* of the process, in ns since boot; 0: unknown */
};

/* Sockets held that no dump has shown so far. */
struct unlisted_list {
	struct unlisted {
		uint32_t inode;
		struct task task;
	} * found;
	size_t count, room;
};

/* Open a folder below proc; nothing that is mounted over a part of it is believed: -EXDEV. */
int proc_open(struct source *source, const char *name);

/* "812/fd/5", "812/task/815/fd/5": where the descriptor is below proc; `kind` is fd or fdinfo. */
#define TASK_PATH_SIZE 64
const char *task_path(const struct task *task, const char *kind, char buf[TASK_PATH_SIZE]);

/* A folder below proc, opened once: all that is read through it is of one process. */
struct proc_dir {
	struct source *source;
	int fd;
	int pid;       /* 0: of no process */
	char name[48]; /* path below proc, for the recording */
};

/* 0 or -errno. A place whose opening failed needs no closing. */
int proc_dir_open(struct source *source, const char *name, struct proc_dir *ret);
void proc_dir_close(struct proc_dir *proc_dir);

/* As pm_read_small() and readlinkat(2), ended by a NUL; -ENAMETOOLONG when `size` does not do. */
ssize_t proc_dir_read(const struct proc_dir *proc_dir, const char *name, char *buf, size_t size);
ssize_t proc_dir_link(const struct proc_dir *proc_dir, const char *name, char *buf, size_t size);

/* Keep bytes, a link or an error below proc/ of the recording; nothing where none is made. */
void record_file(struct source *source, const char *folder, const char *name, const void *bytes,
		 size_t len);
void record_link(struct source *source, const char *folder, const char *name, const char *target);
void record_errno(struct source *source, const char *folder, const char *name, int code);

/* `code` of NAME in `dir`, which could not be read; or what the recording says of it. */
int source_why(struct source *source, int dir, const char *name, int code);

/* Where a value is from. */
enum value_from { VALUE_ABSENT, VALUE_LIVE, VALUE_RECORDED };

/* Add a value to what is empty: false: it is not to be had. */
typedef bool (*value_reader)(void *data, struct pm_buf *ret);

/*
 * A value that does not come from /proc, by its name: read, and kept in the recording's file
 * host/NAME; or read from there.
 */
enum value_from source_value(struct source *source, const char *name, value_reader read, void *data,
			     struct pm_buf *ret);

/* The same of a process, that no file in its folder tells: in the recording one does. */
enum value_from proc_dir_value(const struct proc_dir *proc_dir, const char *name, value_reader read,
			       void *data, struct pm_buf *ret);

/*
 * A file of /proc/net, of the namespace that we are in, number `netns`. NO_PROC: there is no
 * /proc/net at all; NOT_RECORDED; or -errno.
 */
int procnet_file(struct source *source, const char *name, size_t netns, struct pm_buf *ret);

#define NS_PER_SECOND 1000000000

/* Clock ticks of proc(5), in a second. */
uint64_t proc_ticks(void);

#endif

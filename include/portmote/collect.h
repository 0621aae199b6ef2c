/*
 * collect: the only room that talks to the kernel. It gathers facts into a snapshot and judges
 * nothing.
 */
#ifndef PORTMOTE_COLLECT_H
#define PORTMOTE_COLLECT_H

#include <portmote/model.h>

/* How to search for holders. */
enum pm_holders {
	PM_HOLDERS_AUTO, /* whichever is faster; where an owner is missing, the surer one */
	PM_HOLDERS_BPF,	 /* within the kernel (Linux 5.17, CAP_BPF and CAP_PERFMON), else as PROC */
	PM_HOLDERS_PROC, /* by a walk over /proc */
	PM_HOLDERS_NONE, /* not at all: every owner is unknown, and the audit incomplete */
	PM_HOLDERS,
};
const char *pm_holders_name(enum pm_holders holders); /* "auto" */

/* What to look for. All zero: everything. */
struct pm_collect_options {
	struct pm_filter filter;
	const char *netns; /* NULL: all; "self", "host", a name in /run/netns, a path, or a pid */
	bool cross_check;  /* hold the kernel's lists against each other */
	enum pm_holders holders;
	bool bound;    /* also PM_STATE_BOUND and PM_STATE_CONNECTED */
	bool portless; /* also raw and packet sockets */
	int record; /* folder in which to keep all that was read (see portmote(8), --record), or -1 */
	int replay;		/* folder of a recording to read in place of the kernel, or -1 */
	int64_t deadline;	/* CLOCK_MONOTONIC, in milliseconds, when to end so; 0: never */
	struct pm_watch *watch; /* who collects is watched by it, or NULL */
	bool is_again;		/* another was given up before: what it recorded goes */
};

/*
 * The kernel can keep who collects waiting for ever, where no signal reaches him. So another process
 * watches: memory that both share tells what is stood in. Whoever is given up there is not waited
 * for; the next one leaves that alone, and tells so. NULL: out of memory.
 */
struct pm_watch *pm_watch_new(void);
void pm_watch_free(struct pm_watch *watch);

/* How long each thread of the watched has stood where it stands. All zero: nothing was seen. */
enum { PM_WATCHED = 8 };
struct pm_patience {
	unsigned count[PM_WATCHED];
	int64_t since[PM_WATCHED];
};

/*
 * Has the process `pid` been kept waiting for `most` milliseconds in one step? Then that is left
 * alone by those who come after it. Called again and again, with the time of now.
 */
bool pm_watch_gives_up(struct pm_watch *watch, struct pm_patience *patience, int proc, int pid,
		       int64_t now, int64_t most);

/* Is there no room for more that is left alone? And one to watch another by, who leaves the same. */
bool pm_watch_is_full(const struct pm_watch *watch);
struct pm_watch *pm_watch_next(const struct pm_watch *watch);

/* The letter of proc_pid_stat(5) for a task: 'R' runs or waits for a processor; NUL: unknown. */
char pm_task_state(int proc, int pid, int tid);

/*
 * Collect. `proc` is a descriptor of the folder /proc, or -1 where there is none: sockets are then
 * listed without holders. No file format is parsed here but the kernel's, no path found in /proc
 * is opened but by O_PATH or statx(AT_STATX_DONT_SYNC), no program is run, no NSS is asked.
 *
 * What cannot be seen is no error: it stands in the coverage. 0; -ENOMEM; -EIO with the sentence
 * where a recording cannot be written, -EINVAL where one cannot be read or there is no such network
 * namespace as is asked for. `*snapshot` must be
 * released in either case.
 *
 * Sources: sock_diag(7), proc(5), namespaces(7).
 */
int pm_collect(const struct pm_collect_options *options, int proc, struct pm_snapshot *snapshot,
	       struct pm_error *err);

#endif

/*
 * blocking: reading what can block for ever: command lines (the memory of a process can be on a dead
 * server), and files that a process merely names (which can be on a file system of its own making).
 * Each is a step, see step.h.
 */
#ifndef COLLECT_BLOCKING_H
#define COLLECT_BLOCKING_H

#include "source/source.h"

#include <limits.h>
#include <portmote/collect.h>

enum { BLOCKING_BYTES = 64 * 1024 };

/* What is to be known of a file by its path. */
struct found_file {
	int error; /* 0 or -errno of finding it; the rest is of a file that was found */
	uint64_t device, inode, size;
	int64_t modified;
	uint32_t links;
	enum pm_writers writers;
	bool is_open, is_free, is_sticky; /* as in struct guard; and */
	char writable[PATH_MAX];	  /* ... this */
	char path[PATH_MAX];		  /* without symbolic links */
};

/*
 * The beginning of a file of a process, at most BLOCKING_BYTES: its length, or -errno; -ETIME: it is
 * left alone.
 */
ssize_t blocking_read(const struct proc_dir *dir, const char *name, char *buf);

/* Texts to look for, "" for none. */
struct needles {
	char text[3][32];
};

/* Which of them are in /proc/PID/NAME, a bit for each; or -errno as by blocking_read(). */
int blocking_search(struct source *source, int pid, const char *name,
		    const struct needles *needles);

/* The file at `path` as the process sees it; relative paths from where it stands. 0 or -ETIME. */
int blocking_file(struct source *source, int pid, const char *path, struct found_file *ret);

/* The same from above the root of the process, where it went into a chroot(2). */
int blocking_file_above(struct source *source, int pid, const char *path, struct found_file *ret);

#endif

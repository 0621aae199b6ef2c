/*
 * guard: who can replace a file, from the file itself and all that stands on the way to it: its
 * folders, the folders of each link, and the file systems that these are on.
 *
 * What tells: mode and owner (inode(7)), access control lists (acl(5), and those of NFS), the
 * members of root's group (group(5), passwd(5)), and who mounted a file system
 * in user space (proc_pid_mountinfo(5)).
 */
#ifndef COLLECT_GUARD_H
#define COLLECT_GUARD_H

#include <portmote/collect.h>

#include <limits.h>

/* From where paths are looked up; descriptors are the caller's. */
struct way {
	int proc, pid; /* for whom */
	int root;      /* below which all of it is */
};

/* Begins as {.writers = PM_WRITERS_ROOT}. */
struct guard {
	enum pm_writers writers;
	bool is_open;		 /* a folder on the way is one in which anybody can put files */
	bool is_free;		 /* those who can write a folder on the way can replace this */
	bool is_sticky;		 /* they can unless what comes next is root's: the sticky bit */
	char writable[PATH_MAX]; /* the first that others can write, without links; "": none */
};

/* Others go before what is not known, and that before root. */
void guard_worsen(struct guard *guard, enum pm_writers writers);

/* Put what `fd` stands for into `guard`, as the next on the way. */
void guard_add(const struct way *way, int fd, struct guard *guard);

/* The path of what was opened, without links; "" where that is not to be had. */
void guard_path(int proc, int fd, char path[PATH_MAX]);

#endif

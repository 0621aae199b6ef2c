/*
 * ring: what an io_uring holds for its process: files registered with it have no descriptor any
 * more. Source: io_uring_register_files(3), io_uring/fdinfo.c.
 */
#ifndef COLLECT_RING_H
#define COLLECT_RING_H

#include "source/source.h"

/* The sockets registered with the io_uring behind this descriptor. -errno, or: ask later. */
enum { RING_IN_USE = 1 };
int ring_sockets(const struct proc_dir *dir, const struct task *task,
		 int (*each)(void *data, uint32_t inode), void *data);
bool ring_holds(const struct proc_dir *dir, const struct task *task, uint32_t inode);

#endif

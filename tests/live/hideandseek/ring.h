/* ring: an io_uring, by its bare system calls. A call that fails ends the program. */
#ifndef RING_H
#define RING_H

#include <linux/io_uring.h>

int ring_new(void);

void ring_register(int ring, unsigned what, void *of, unsigned n);

/* As one of the ring's fixed files. */
void ring_keeps(int ring, int fd);

/* One of the ring's regions. */
void *ring_map(int ring, off_t region);

/* A ring with an accept that nobody will fulfil. */
void ring_that_accepts(int fd);

/* A fixed file of a ring that never had a descriptor, in memory that was ours before. */
void ring_without_descriptor_keeps(int fd);

#endif

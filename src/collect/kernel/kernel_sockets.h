/*
 * kernel_sockets: sockets that the kernel made for itself, whatever for: its own tables say so
 * (sk_kern_sock), or there is no file that a process could have open.
 */
#ifndef COLLECT_KERNEL_SOCKETS_H
#define COLLECT_KERNEL_SOCKETS_H

#include "source/collector.h"

/* Others of the kernel's own, by its tables, which say of none what it is for. */
int pass_kernel_sockets(struct collector *collector);

#endif

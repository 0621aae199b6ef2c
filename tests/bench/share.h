/* share: what one process of a load makes and holds. Each call ends the process where it fails,
 * saying why. */
#ifndef SHARE_H
#define SHARE_H

#include <stdbool.h>

struct plan {
	unsigned long processes, holders, threads, descriptors;
	unsigned long tcp, udp, established, namespaces;
	bool namespace_listeners;
};

/* Counted one by one, as each is made. */
struct made {
	unsigned long processes, threads, descriptors;
	unsigned long tcp, udp, established, namespaces, namespace_listeners;
};

/* "WHAT: the error number's text" on stderr; exit 1. */
__attribute__((noreturn)) void failed(const char *what);

/* What the process with this number is to have of `total`, shared out among `among` processes. */
unsigned long part(unsigned long total, unsigned long among, unsigned long number);

/* The sockets among this process's part, and the descriptors that they take. */
unsigned long part_sockets(const struct plan *plan, unsigned long number);

/*
 * Everything that process `number` holds, `held` descriptors of which it has already: sockets,
 * threads, then descriptors of all kinds till it has as many as the plan says.
 */
void make_part(const struct plan *plan, unsigned long number, unsigned long held,
	       struct made *made);

/* A network namespace that nothing but this process keeps; with a listener, where one is asked for. */
void make_namespace(const struct plan *plan, struct made *made);

#endif

/* mksock: the calls that mklisten's and hide's sockets are made of. Each ends the program where it
 * fails, saying why. */
#ifndef MKSOCK_H
#define MKSOCK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MOST = 4096 };

struct place {
	union {
		struct sockaddr any;
		struct sockaddr_in in4;
		struct sockaddr_in6 in6;
	} at;
	socklen_t length;
};

struct want {
	const char *kind;
	int family; /* 0: as the address says */
	int type;
	int protocol; /* 0: the family's own of that type */
	bool v6only, reuseport, bound_only;
	const char *device;
	const char *comm_hex;
	bool mixed;	    /* random: MPTCP and UDP-Lite too */
	bool taken_is_fine; /* EADDRINUSE gives -1 in place of the end */
};

/* One sentence on stderr; exit 2. */
__attribute__((noreturn, format(printf, 1, 2))) void misused(const char *format, ...);

/* "WHERE: WHAT: the error number's text" on stderr; exit 1. */
__attribute__((noreturn)) void failed(const char *what, const char *where);

/* Close everything but 0, 1 and 2, so that nothing given by chance is held. First of all calls. */
void begin(void);

/* Notes a descriptor, so that children close it; gives it back. */
int tracked(int fd);

void shut(int fd);

/* A whole decimal number, at most most; what names it in the sentence where it is none. */
unsigned long number(const char *text, unsigned long most, const char *what);

in_port_t port_number(const char *text);

/* Address and port as sockaddr, of want's family where it has one. */
struct place place_of(const char *address, in_port_t port, const struct want *want);

/* Where the socket is bound, as the kernel says. */
struct place place_bound(int fd);

/* A socket bound (and, for TCP not bound_only, listening) at place; -1 only where it is taken and
 * that is fine. */
int open_at(const struct want *want, const struct place *place);

/* The line of JSON for fd, held by pids. */
void tell(int fd, const struct want *want, const pid_t *pids, size_t n_pids);

/* The same for a socket without port; family and address may be NULL. */
void tell_portless(int fd, const struct want *want, const char *family, const char *address,
		   unsigned long what);

/* A child that holds fds, and nothing else that was made here, till the parent ends; comm may be
 * NULL. */
pid_t held_by_child(const int *fds, size_t n, const char *comm);

/* A child that holds nothing yet, and the way to it. pass_to() sends fd over SCM_RIGHTS and awaits
 * its being there. */
pid_t receiving_child(int *ret_way);
void pass_to(int way, int fd);

/* One descriptor, with one byte, over a unix socket. */
void send_fd(int to, int fd);
int receive_fd(int from);

/* Kills and reaps the children. */
void end_children(void);

#endif

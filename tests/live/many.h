/* many: what the programs share that keep thousands of sockets. A call ends the program where it
 * fails, saying why. */
#ifndef MANY_H
#define MANY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BROKEN = 125 }; /* the exit code for that: no command under test has it */

/* "PROGRAM: WHAT: the error number's text" on stderr. */
__attribute__((noreturn)) void stop(const char *what);

/* A whole decimal number from `least` to `most`, else the program ends. */
size_t number(const char *text, size_t least, size_t most);

/* SOCK_STREAM for "tcp", SOCK_DGRAM for "udp". */
int type_named(const char *text);

/* Let this process and its children have that many sockets, and the descriptors that one needs. */
void allow_sockets(size_t count);

/*
 * A socket on 0.0.0.0, for TCP listening; port 0: one that the kernel chooses. With `shared` any
 * number can have one port, and stand in one bucket of the kernel's table, the newest first. -1
 * where the port is taken.
 */
int open_socket(int type, in_port_t port, bool shared);

uint32_t inode_of(int fd);

/* Public domain, by Sebastiano Vigna: splitmix64. The second is below `bound`. */
uint64_t next_random(uint64_t *state);
size_t random_below(uint64_t *state, size_t bound);

/* Nanoseconds of a clock that only goes on; and sleep until then. */
int64_t now(void);
void sleep_until(int64_t then);

#endif

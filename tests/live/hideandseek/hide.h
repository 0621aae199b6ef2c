/* hide: what its ways of holding a listener are made of. A call that fails ends the program. */
#ifndef HIDE_H
#define HIDE_H

#include "../mksock.h"

/* What a test should know of a socket, beside what the kernel says of it. */
struct known {
	const char *comm;	 /* the name of every holder, where that is a question */
	const char *generations; /* a file with a bit for every pid that ever held it */
	bool look_inside;	 /* looked for from the mount namespace of this process */
};

/* TCP on 0.0.0.0: namespaces without a loopback that is up have no other address. */
int listener(in_port_t port);

/* Prints one line of facts: the socket as the kernel says, held by these processes (of this pid
 * namespace). Anything that is needed to ask is still there: before the hiding is done. */
void say(int fd, const pid_t *pids, size_t n_pids, const struct known *known);
void say_held_by(int fd, pid_t pid);

/* Prints "ready", then waits till stdin ends, and ends. */
__attribute__((noreturn)) void stay(void);

/* Exit 77 where errno says that this kernel has no such thing, else failed(). */
__attribute__((noreturn)) void lacking(const char *what, const char *where);

/* fork(): 0 in the child, which ends when the parent does. The child stands when all is done, and
 * the parent awaits that. */
pid_t born(int *ret_way);
__attribute__((noreturn)) void stand(int way);
void await(int way);

/* A child that holds fd, which is then closed here, and of what is here not not_this. */
pid_t keeper(int fd, int not_this);

/* Ends with the parent: to be said anew after a change of user, which takes it back. */
void end_with_parent(void);

/* A thread that runs, its number given back once it does. */
pid_t thread(void (*run)(void *), void *of);

/* Returns when that thread of this process waits in the kernel in this system call. */
void await_call(pid_t tid, long call);

/* A mount namespace of our own, from which nothing gets out. */
void own_mounts(void);

/* This program's file, to copy from; all of it to a descriptor, or to a new file. */
int self_file(void);
void copy_to(int from, int to);
void copy_as(int from, const char *path);

/* Runs that file, which is a copy of this program, and there stay(); descriptors stay open. */
__attribute__((noreturn)) void stay_as(const char *path);

/* The ways. */
void hide_plain(in_port_t port, char **args);
void hide_udp(in_port_t port, char **args);
void hide_dual(in_port_t port, char **args);
void hide_v6only(in_port_t port, char **args);
void hide_udplite(in_port_t port, char **args);
void hide_mptcp(in_port_t port, char **args);
void hide_workers(in_port_t port, char **args);
void hide_vxlan(in_port_t port, char **args);
void hide_passed(in_port_t port, char **args);

void hide_uring(in_port_t port, char **args);
void hide_uring_locked(in_port_t port, char **args);
void hide_uring_mapped(in_port_t port, char **args);
void hide_uring_registered(in_port_t port, char **args);
void hide_uring_request(in_port_t port, char **args);
void hide_aio(in_port_t port, char **args);
void hide_mapped(in_port_t port, char **args);
void hide_in_accept(in_port_t port, char **args);

void hide_flight(in_port_t port, char **args);
void hide_flight_twice(in_port_t port, char **args);
void hide_flight_unaccepted(in_port_t port, char **args);

void hide_netns_left(in_port_t port, char **args);
void hide_netns_named(in_port_t port, char **args);
void hide_netns_mounted(in_port_t port, char **args);
void hide_netns_mounted_inside(in_port_t port, char **args);
void hide_netns_descriptor(in_port_t port, char **args);
void hide_netns_thread(in_port_t port, char **args);
void hide_netns_lived(in_port_t port, char **args);
void hide_netns_uring(in_port_t port, char **args);
void hide_netns_flight(in_port_t port, char **args);
void hide_netns_thread_left(in_port_t port, char **args);

void hide_thread(in_port_t port, char **args);
void hide_zombie(in_port_t port, char **args);
void hide_shared_table(in_port_t port, char **args);
void hide_pidns(in_port_t port, char **args);
void hide_container(in_port_t port, char **args);
void hide_hopper_slow(in_port_t port, char **args);
void hide_hopper_fast(in_port_t port, char **args);
void hide_alternating(in_port_t port, char **args);
void hide_stopped(in_port_t port, char **args);
void hide_traced(in_port_t port, char **args);
void hide_nobody(in_port_t port, char **args);

void hide_overmounted(in_port_t port, char **args);
void hide_overmounted_fd(in_port_t port, char **args);
void hide_hidepid(in_port_t port, char **args);
void hide_memfd(in_port_t port, char **args);
void hide_spoofed(in_port_t port, char **args);
void hide_deleted(in_port_t port, char **args);
void hide_long_path(in_port_t port, char **args);
void hide_comm_newline(in_port_t port, char **args);
void hide_comm_paren(in_port_t port, char **args);
void hide_comm_both(in_port_t port, char **args);
void hide_comm_escape(in_port_t port, char **args);
void hide_comm_empty(in_port_t port, char **args);

/* Goes on as the program alternating between two files; args are those after its word. */
__attribute__((noreturn)) void alternate(char **args);

#endif

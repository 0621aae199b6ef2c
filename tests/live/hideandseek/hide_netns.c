/* Listeners in a network namespace that their holder is not in, or that has no name. */
#include "hide.h"
#include "ring.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int netns_here(void)
{
	const int netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (netns < 0)
		failed("open", "/proc/thread-self/ns/net");
	return netns;
}

static int enter_new(void)
{
	const int old = netns_here();

	if (unshare(CLONE_NEWNET))
		failed("unshare", "network namespace");
	return old;
}

static void go_back(int old)
{
	if (setns(old, CLONE_NEWNET))
		failed("setns", "network namespace");
	shut(old);
}

static int listener_left(in_port_t port)
{
	const int old = enter_new(), fd = listener(port);

	go_back(old);
	return fd;
}

void hide_netns_left(in_port_t port, char **args)
{
	(void)args;
	say_held_by(listener_left(port), getpid());
}

/* The namespace is args[0]. */
void hide_netns_named(in_port_t port, char **args)
{
	const int old = netns_here(), named = args[0] ? open(args[0], O_RDONLY | O_CLOEXEC) : -1;

	if (named < 0)
		misused("netns-named PORT PATH");
	go_back(named);
	say_held_by(listener(port), getpid());
	go_back(old);
}

/* The mount namespace is ours either way, so that no mount outlives us. */
static void hold_mounted(in_port_t port, const struct known *known)
{
	const int file = open("netns", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	const pid_t self = getpid();
	int old;

	if (file < 0)
		failed("open", "netns");
	shut(file);
	own_mounts();
	old = enter_new();
	say(listener(port), &self, 1, known);
	if (mount("/proc/thread-self/ns/net", "netns", NULL, MS_BIND, NULL))
		failed("mount --bind", "netns");
	go_back(old);
}

void hide_netns_mounted(in_port_t port, char **args)
{
	(void)args;
	hold_mounted(port, &(struct known){.look_inside = true});
}

void hide_netns_mounted_inside(in_port_t port, char **args)
{
	(void)args;
	hold_mounted(port, NULL);
}

void hide_netns_descriptor(in_port_t port, char **args)
{
	const int old = enter_new(), netns = netns_here(), fd = listener(port);

	(void)args;
	go_back(old); /* before there is a keeper: it is outside too */
	keeper(netns, fd);
	say_held_by(fd, getpid());
}

static int made_there;

static void wait_there(void *of)
{
	const int *const port = of;

	if (unshare(CLONE_NEWNET))
		failed("unshare", "network namespace");
	made_there = listener((in_port_t)*port);
	for (;;)
		pause();
}

void hide_netns_thread(in_port_t port, char **args)
{
	int at = port;

	(void)args;
	await_call(thread(wait_there, &at), SYS_pause);
	say_held_by(made_there, getpid());
}

static void wait_having_left(void *of)
{
	const int *const port = of;

	if (unshare(CLONE_FILES))
		failed("unshare", "descriptor table");
	say_held_by(listener_left((in_port_t)*port), getpid());
	for (;;)
		pause();
}

void hide_netns_thread_left(in_port_t port, char **args)
{
	int at = port;

	(void)args;
	await_call(thread(wait_having_left, &at), SYS_pause);
}

void hide_netns_lived(in_port_t port, char **args)
{
	const int old = enter_new(), fd = listener(port);
	int way;
	const pid_t pid = born(&way);

	(void)args;
	if (!pid) {
		shut(old);
		stand(way);
	}
	await(way);
	go_back(old);
	say_held_by(fd, pid);
	shut(fd);
}

void hide_netns_uring(in_port_t port, char **args)
{
	const int fd = listener_left(port);

	(void)args;
	ring_keeps(ring_new(), fd);
	say_held_by(fd, getpid());
	shut(fd);
}

void hide_netns_flight(in_port_t port, char **args)
{
	int pair[2], fd;
	pid_t pid;

	(void)args;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		failed("socketpair", "flight");
	pid = keeper(pair[1], pair[0]);
	fd = listener_left(port);
	say_held_by(fd, pid);
	send_fd(pair[0], fd);
	shut(fd);
}

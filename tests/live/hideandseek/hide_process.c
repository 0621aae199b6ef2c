/* Listeners held as ever, by what is not one process with one descriptor table that stays. */
#include "hide.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void own_the_table(void *of)
{
	const int *const port = of;

	if (unshare(CLONE_FILES))
		failed("unshare", "descriptor table");
	say_held_by(listener((in_port_t)*port), getpid());
	for (;;)
		pause();
}

void hide_thread(in_port_t port, char **args)
{
	int at = port;

	(void)args;
	await_call(thread(own_the_table, &at), SYS_pause);
}

static bool first_thread_ended(void)
{
	char stat[512];
	const int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	const ssize_t got = fd < 0 ? -1 : read(fd, stat, sizeof(stat) - 1);

	if (got < 0)
		failed("open or read", "/proc/self/stat");
	stat[got] = 0;
	shut(fd);
	return strstr(stat, ") Z ");
}

static void outlive_first_thread(void *of)
{
	const struct timespec while_ = {.tv_nsec = 1000000};

	(void)of;
	while (!first_thread_ended())
		nanosleep(&while_, NULL);
	stay();
}

void hide_zombie(in_port_t port, char **args)
{
	(void)args;
	say_held_by(listener(port), getpid());
	thread(outlive_first_thread, NULL);
	pthread_exit(NULL);
}

void hide_shared_table(in_port_t port, char **args)
{
	const int fd = listener(port);
	const struct clone_args wanted = {.flags = CLONE_FILES, .exit_signal = SIGCHLD};
	pid_t pids[2] = {getpid(), (pid_t)syscall(SYS_clone3, &wanted, sizeof(wanted))};

	(void)args;
	if (pids[1] < 0)
		lacking("clone3", "shared-table");
	if (!pids[1]) {
		end_with_parent();
		if (getppid() != pids[0])
			_exit(1);
		for (;;)
			pause();
	}
	say(fd, pids, 2, NULL);
}

void hide_pidns(in_port_t port, char **args)
{
	const int fd = listener(port);
	pid_t pid;
	int way;

	(void)args;
	if (unshare(CLONE_NEWPID))
		failed("unshare", "pid namespace");
	pid = born(&way);
	if (!pid)
		stand(way);
	await(way);
	say_held_by(fd, pid);
	shut(fd);
}

/* The child's, while we stay where we are. */
static void be_contained(in_port_t port, int way, int facts)
{
	int fd;

	if (unshare(CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC))
		failed("unshare", "container");
	own_mounts();
	if (mount("proc", "/proc", "proc", 0, NULL))
		failed("mount", "/proc");
	fd = listener(port);
	send_fd(facts, fd);
	shut(facts);
	stand(way);
}

void hide_container(in_port_t port, char **args)
{
	int way, fd, pair[2];
	pid_t pid;

	(void)args;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		failed("socketpair", "container");
	if (unshare(CLONE_NEWPID))
		failed("unshare", "pid namespace");
	pid = born(&way);
	if (!pid)
		be_contained(port, way, pair[1]);
	fd = receive_fd(pair[0]);
	await(way);
	say_held_by(fd, pid);
	shut(fd);
	shut(pair[0]);
	shut(pair[1]);
}

static const char generations[] = "generations";

/* A bit for each pid there can be, in a file that all generations write to. */
static unsigned char *map_generations(void)
{
	const int file = open(generations, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	const size_t size = (4 << 20) / 8; /* PID_MAX_LIMIT */
	unsigned char *bits;

	if (file < 0 || ftruncate(file, (off_t)size))
		failed("open or ftruncate", generations);
	bits = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (bits == MAP_FAILED)
		failed("mmap", generations);
	shut(file);
	return bits;
}

/*
 * Each generation lives that long, is noted, hands the listener on and ends. When the last writer
 * of end is gone, which is the process that all this began in, no next one is born. A fork that
 * fails (a pid less in the namespace) is tried again.
 */
__attribute__((noreturn)) static void hop(int end, const struct timespec *life,
					  unsigned char *noted)
{
	struct pollfd polled = {.fd = end, .events = POLLIN};

	for (;;) {
		const pid_t self = getpid();

		__atomic_fetch_or(&noted[self / 8], (unsigned char)(1 << self % 8),
				  __ATOMIC_RELAXED);
		if (ppoll(&polled, 1, life, NULL))
			_exit(0);
		if (fork() > 0)
			_exit(0);
	}
}

static void hide_hopper(in_port_t port, long nanoseconds)
{
	const struct timespec life = {.tv_nsec = nanoseconds};
	const struct known known = {.comm = program_invocation_short_name,
				    .generations = generations};
	unsigned char *const noted = map_generations();
	const int fd = listener(port);
	int end[2];
	pid_t pid;

	if (prctl(PR_SET_TIMERSLACK, 1) || prctl(PR_SET_CHILD_SUBREAPER, 1))
		failed("prctl", "hopper");
	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR) /* the orphans come to us, and leave no zombies */
		failed("signal", "hopper");
	if (pipe(end))
		failed("pipe", "hopper");
	pid = fork();
	if (pid < 0)
		failed("fork", "hopper");
	if (!pid) {
		shut(end[1]);
		shut(0);
		shut(1);
		hop(end[0], &life, noted);
	}
	shut(end[0]);
	say(fd, NULL, 0, &known);
	shut(fd);
}

void hide_hopper_slow(in_port_t port, char **args)
{
	(void)args;
	hide_hopper(port, 1000000);
}

void hide_hopper_fast(in_port_t port, char **args)
{
	(void)args;
	hide_hopper(port, 50000);
}

/* args: what we are now, what comes next. */
void alternate(char **args)
{
	struct pollfd polled = {.fd = 0, .events = POLLIN};

	if (poll(&polled, 1, 1))
		_exit(0);
	execl(args[1], args[1], "@alternate", args[1], args[0], NULL);
	failed("execl", args[1]);
}

void hide_alternating(in_port_t port, char **args)
{
	char one[] = "./one", two[] = "./two", *first[] = {one, two, NULL};
	const int file = self_file();

	(void)args;
	copy_as(file, "one");
	copy_as(file, "two");
	say_held_by(listener(port), getpid());
	puts("ready");
	if (fflush(stdout))
		failed("write", "stdout");
	alternate(first);
}

static void hold_stopped(in_port_t port, bool traced)
{
	const int fd = listener(port);
	int way, status;
	const pid_t pid = born(&way);

	if (!pid) {
		if (traced && ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			failed("ptrace", "traced");
		raise(SIGSTOP);
		_exit(1); /* somebody let it go on */
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		failed("waitpid", "a child did not stop");
	shut(way);
	say_held_by(fd, pid);
	shut(fd);
}

void hide_stopped(in_port_t port, char **args)
{
	(void)args;
	hold_stopped(port, false);
}

void hide_traced(in_port_t port, char **args)
{
	(void)args;
	hold_stopped(port, true);
}

void hide_nobody(in_port_t port, char **args)
{
	(void)args;
	say_held_by(listener(port), getpid());
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		failed("setresuid", "nobody");
	end_with_parent();
}

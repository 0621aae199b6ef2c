/*
 * pid_swap FOLDER FIRST SECOND AT CMD...: run CMD, and before the AT-th system call by which it looks
 * at something (0: never), give the pid of one process to another.
 *
 * FOLDER has the folders `one`, `two`, `three`, each with a copy of this program as `python3`, so
 * that its command line counts, and a script `run.py`. What runs in `one` and `two` holds the
 * listener on port 7001, in `three` nothing; each is run by a user of its own. FIRST has the pid
 * 3000 when CMD begins; it ends, and SECOND gets that pid, while CMD waits: it sees the one or the
 * other. We hold the listener too, to give it to SECOND; but with `three` it closes when FIRST
 * ends. This needs a pid namespace of its own.
 *
 * The last line on stderr is the number of calls that there were. Exit: that of CMD; 125 where it
 * could not be tried.
 */
#include "many.h"
#include "notify.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NUMBER = 3000, PORT = 7001, LISTENER = 3, READY = 4, FIRST_UID = 61001 };

struct swap {
	const char *folder, *second;
	size_t at, calls;
	int listener, last_pid;
	pid_t child;
};

/* What the programs in FOLDER do: say that they run, and hold what they were given. */
__attribute__((noreturn)) static void hold(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(READY, "x", 1) != 1)
		stop("write");
	close(READY);
	for (;;)
		pause();
}

static void give(int fd, int as)
{
	if (dup2(fd, as) != as)
		stop("dup2");
}

__attribute__((noreturn)) static void become(const struct swap *swap, const char *name, int way)
{
	static const char *const names[] = {"one", "two", "three"};
	char path[PATH_MAX], script[PATH_MAX];
	uid_t uid = FIRST_UID;
	const int ready = fcntl(way, F_DUPFD_CLOEXEC, 100);
	const int listener = fcntl(swap->listener, F_DUPFD_CLOEXEC, 100);

	while (uid < FIRST_UID + 3 && strcmp(names[uid - FIRST_UID], name) != 0)
		uid++;
	if (uid == FIRST_UID + 3)
		stop(name);
	if (strcmp(name, "three") != 0)
		give(listener, LISTENER);
	else
		close(LISTENER);
	give(ready, READY);
	snprintf(path, sizeof(path), "%s/%s/python3", swap->folder, name);
	snprintf(script, sizeof(script), "%s/%s/run.py", swap->folder, name);
	if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
		stop("setresuid");
	execl(path, "python3", script, (char *)NULL);
	stop(path);
}

/* A child with the number NUMBER, which runs what is in `name` when this returns. */
static void give_birth(struct swap *swap, const char *name)
{
	char number[16], byte;
	int ends[2];

	const int len = snprintf(number, sizeof(number), "%d", NUMBER - 1);
	if (pipe2(ends, O_CLOEXEC) < 0 || pwrite(swap->last_pid, number, (size_t)len, 0) != len)
		stop("pipe2 or ns_last_pid");
	swap->child = fork();
	if (swap->child < 0)
		stop("fork");
	if (swap->child == 0)
		become(swap, name, ends[1]);
	close(ends[1]);
	if (swap->child != NUMBER || read(ends[0], &byte, 1) != 1)
		stop("a child with the number");
	close(ends[0]);
}

static void bury(const struct swap *swap)
{
	if (kill(swap->child, SIGKILL) < 0 || waitpid(swap->child, NULL, 0) < 0)
		stop("the end of a child");
}

static void before_call(void *data, const struct notified *notified)
{
	struct swap *swap = data;

	(void)notified;
	if (++swap->calls != swap->at)
		return;
	bury(swap);
	give_birth(swap, swap->second);
}

int main(int argc, char **argv)
{
	static const char *const calls[] = {"openat",	  "openat2",  "read",	    "pread64",
					    "readlinkat", "readlink", "getdents64", "statx",
					    "newfstatat", "recvmsg",  NULL};
	struct swap swap = {.listener = -1};

	if (argc == 2)
		hold();
	if (argc < 6) {
		errno = EINVAL;
		stop("pid_swap FOLDER FIRST SECOND AT CMD...");
	}
	swap.folder = argv[1];
	swap.second = argv[3];
	swap.at = number(argv[4], 0, 1000000);
	swap.last_pid = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	swap.listener = open_socket(SOCK_STREAM, PORT, false);
	if (swap.last_pid < 0)
		stop("ns_last_pid");
	give_birth(&swap, argv[2]);
	if (!strcmp(argv[3], "three"))
		close(swap.listener);
	const int code = run_notified(argv + 5, calls, before_call, &swap);
	bury(&swap);
	fprintf(stderr, "%zu\n", swap.calls);
	return code;
}

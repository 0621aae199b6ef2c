/*
 * Loaded into portmote (LD_PRELOAD), to try at its end what code within it could still do: a line on standard error
 * for each call that is not refused. VICTIM is the pid of another process, FOLDER one of root's with a file "x".
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static long victim;
static char folder[256], page[65536];

__attribute__((constructor)) static void remember(void)
{
	const char *pid = getenv("VICTIM"), *path = getenv("FOLDER");

	victim = pid ? strtol(pid, NULL, 10) : 0;
	snprintf(folder, sizeof(folder), "%s/x", path ? path : "");
}

static void tell(const char *what, long result)
{
	char line[128];
	const int len = snprintf(line, sizeof(line), "%s %s\n",
				 result < 0 && errno == EPERM ? "refused" : "allowed", what);

	syscall(SYS_write, STDERR_FILENO, line, (size_t)len);
}

#define TRY(what, ...) (errno = 0, tell(what, syscall(__VA_ARGS__)))

static void try_signals(void)
{
	siginfo_t info = {.si_code = SI_QUEUE};
	const pid_t self = getpid(), thread = (pid_t)syscall(SYS_gettid);

	TRY("tgkill self", SYS_tgkill, self, thread, 0);
	TRY("tgkill", SYS_tgkill, victim, victim, SIGKILL);
	TRY("tgkill group", SYS_tgkill, -1, victim, SIGKILL);
	TRY("tkill", SYS_tkill, victim, SIGKILL);
	TRY("kill", SYS_kill, victim, SIGKILL);
	TRY("kill all", SYS_kill, -victim, SIGKILL);
	TRY("sigqueue", SYS_rt_sigqueueinfo, victim, SIGKILL, &info);
	TRY("tgsigqueue", SYS_rt_tgsigqueueinfo, victim, victim, SIGKILL, &info);
	TRY("pidfd", SYS_pidfd_open, victim, 0);
	TRY("pidfd signal", SYS_pidfd_send_signal, 0, SIGKILL, NULL, 0);
	TRY("pidfd getfd", SYS_pidfd_getfd, 0, 0, 0);
}

static void try_memory(void)
{
	void *const own = (void *)(((uintptr_t)page + 16383) & ~(uintptr_t)16383);
	const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

	TRY("map data", SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, anonymous, -1, 0);
	TRY("map code", SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, anonymous, -1, 0);
	TRY("map code to write", SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, anonymous, -1, 0);
	TRY("map code alone", SYS_mmap, NULL, 4096, PROT_EXEC, anonymous, -1, 0);
	TRY("protect data", SYS_mprotect, own, 4096, PROT_READ);
	TRY("protect code", SYS_mprotect, own, 4096, PROT_READ | PROT_EXEC);
	TRY("protect code to write", SYS_mprotect, own, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
	TRY("protect key", SYS_pkey_mprotect, own, 4096, PROT_READ | PROT_EXEC, -1);
	TRY("memory file", SYS_memfd_create, "x", 0);
}

static void try_processes(void)
{
	struct iovec here = {page, 8}, there = {page, 8};

	TRY("trace", SYS_ptrace, 16 /* PTRACE_ATTACH */, victim, 0, 0);
	TRY("read memory", SYS_process_vm_readv, victim, &here, 1, &there, 1, 0);
	TRY("write memory", SYS_process_vm_writev, victim, &here, 1, &there, 1, 0);
	TRY("clone", SYS_clone, SIGCHLD, 0, 0, 0, 0);
	TRY("clone3", SYS_clone3, NULL, 0);
	TRY("exec", SYS_execve, "/bin/true", NULL, NULL);
	TRY("execat", SYS_execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0);
	TRY("namespace", SYS_unshare, CLONE_NEWUSER);
	TRY("setns", SYS_setns, 0, 0);
	TRY("setuid", SYS_setuid, 0);
	TRY("prctl", SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
	TRY("priority", SYS_setpriority, 0, victim, 19);
	TRY("limit", SYS_prlimit64, victim, 0, NULL, NULL);
#ifdef SYS_fork
	TRY("fork", SYS_fork);
	TRY("x32", 0x40000000 | SYS_getpid);
#endif
}

static void try_files(void)
{
	struct stat st;

	TRY("socket", SYS_socket, 1, 1, 0);
	TRY("connect", SYS_connect, 0, NULL, 0);
	TRY("send", SYS_sendmsg, 1, NULL, 0);
	TRY("receive", SYS_recvmsg, 0, NULL, 0);
	TRY("open", SYS_openat, AT_FDCWD, folder, O_RDONLY);
	TRY("open2", SYS_openat2, AT_FDCWD, folder, NULL, 0);
	TRY("stat", SYS_newfstatat, AT_FDCWD, folder, &st, 0);
	TRY("statx", SYS_statx, AT_FDCWD, folder, 0, 0, NULL);
	TRY("link", SYS_symlinkat, folder, AT_FDCWD, "y");
	TRY("chmod", SYS_fchmodat, AT_FDCWD, folder, 0777);
	TRY("chown", SYS_fchownat, AT_FDCWD, folder, 0, 0, 0);
	TRY("ring", SYS_io_uring_setup, 1, NULL);
	TRY("bpf", SYS_bpf, 0, NULL, 0);
	TRY("type at the terminal", SYS_ioctl, 0, 0x5412 /* TIOCSTI */, "x");
	TRY("remove", SYS_unlinkat, AT_FDCWD, folder, 0);
}

__attribute__((destructor)) static void try_all(void)
{
	/* Who watches it reads nothing of others, and has no filter. */
	if (!victim || prctl(PR_GET_SECCOMP) == 0)
		return;
	try_signals();
	try_memory();
	try_processes();
	try_files();
}

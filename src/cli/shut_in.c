/* Once all is collected, no right is needed any more but to write the report. */
#include "cli.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/* The folders of what is written. */
struct folders {
	const int *fd;
	size_t count;
};

static int drop_capabilities(const struct folders *folders)
{
	(void)folders;
	bool may_bound = capng_get_caps_process() == 0 &&
			 capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);

	capng_clear(CAPNG_SELECT_ALL);
	/*
	 * What counts is what is held; the bounding set can only be cleared by who may, and first.
	 * From others libcap-ng has a line in the system's log that it could not.
	 */
	if (may_bound)
		capng_apply(CAPNG_SELECT_BOUNDS);
	return capng_apply(CAPNG_SELECT_CAPS) == 0 ? 0 : -EPERM;
}

static int forbid_new_privileges(const struct folders *folders)
{
	(void)folders;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

#ifndef PM_INSTRUMENTED

/* All that the kernel's version of Landlock can forbid. */
static uint64_t landlock_rights(long version)
{
	uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

	if (version >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	return rights;
}

static int allow_folder(int rules, int folder)
{
	struct landlock_path_beneath_attr attr = {
		.allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
				  LANDLOCK_ACCESS_FS_REMOVE_FILE,
		.parent_fd = folder,
	};

	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attr, 0) < 0
		       ? -errno
		       : 0;
}

/* Files: none, but to make, write and rename in the folders of the output. */
static int restrict_files(const struct folders *folders)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 0)
		return -errno;
	struct landlock_ruleset_attr rules = {.handled_access_fs = landlock_rights(version)};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (fd < 0)
		return -errno;
	int r = 0;
	for (size_t i = 0; i < folders->count && r == 0; i++)
		r = allow_folder(fd, folders->fd[i]);
	if (r == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* System calls of reading what is open, computing, and writing; all others answer EPERM. */
static int restrict_system_calls(const struct folders *folders)
{
	static const int always[] = {
		SCMP_SYS(read),
		SCMP_SYS(write),
		SCMP_SYS(writev),
		SCMP_SYS(close),
		SCMP_SYS(lseek),
		SCMP_SYS(fstat),
		SCMP_SYS(newfstatat),
		SCMP_SYS(brk),
		SCMP_SYS(mmap),
		SCMP_SYS(munmap),
		SCMP_SYS(mremap),
		SCMP_SYS(mprotect),
		SCMP_SYS(madvise),
		SCMP_SYS(exit),
		SCMP_SYS(exit_group),
		SCMP_SYS(rt_sigreturn),
		SCMP_SYS(rt_sigaction),
		SCMP_SYS(rt_sigprocmask),
		SCMP_SYS(restart_syscall),
		SCMP_SYS(getpid),
		SCMP_SYS(gettid),
		SCMP_SYS(tgkill),
		SCMP_SYS(futex),
		SCMP_SYS(clock_gettime),
		SCMP_SYS(getrandom),
		SCMP_SYS(sysinfo),
	};
	static const int for_output[] = {
		SCMP_SYS(fchmod),    SCMP_SYS(fsync),	 SCMP_SYS(renameat),
		SCMP_SYS(renameat2), SCMP_SYS(unlinkat),
	};
	/* isatty(3), and the width of the terminal */
	static const unsigned long terminal[] = {TCGETS, TIOCGWINSZ};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < PM_COUNT(always) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
	for (size_t i = 0; i < PM_COUNT(for_output) && r == 0 && folders->count; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, for_output[i], 0);
	for (size_t i = 0; i < PM_COUNT(terminal) && r == 0; i++) {
		const struct scmp_arg_cmp is_it = {
			.arg = 1, .op = SCMP_CMP_EQ, .datum_a = terminal[i]};

		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, &is_it);
	}
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}

#else

/* Sanitizers and gcov open files and make system calls of their own at exit. */
static int restrict_files(const struct folders *folders)
{
	(void)folders;
	return -ENOSYS;
}

static int restrict_system_calls(const struct folders *folders)
{
	(void)folders;
	return -ENOSYS;
}

#endif

void shut_in(const int *fd, size_t count, bool tell)
{
	const struct folders folders = {.fd = fd, .count = count};
	static const struct {
		const char *name;
		int (*give_up)(const struct folders *folders);
	} steps[] = {
		{"capabilities", drop_capabilities},
		{"new privileges", forbid_new_privileges},
		{"files (Landlock)", restrict_files},
		{"system calls (seccomp)", restrict_system_calls},
	};

	for (size_t i = 0; i < PM_COUNT(steps); i++) {
		int r = steps[i].give_up(&folders);

		if (tell)
			fprintf(stderr, "portmote: %s: %s\n", steps[i].name,
				r == 0 ? "given up" : strerror(-r));
	}
}

#include "run/shut_in.h"
#include "run/rights.h"
#include "run/system_calls.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/* The folders of what is written. */
struct folders {
	const int *fd;
	size_t count;
};

/* Without our capabilities: can what is in this folder be made and replaced? */
static bool can_write(int folder)
{
	struct stat st;

	return faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) == 0 && fstat(folder, &st) == 0 &&
	       (!(st.st_mode & S_ISVTX) || st.st_uid == geteuid());
}

/*
 * What root writes in a user's folder takes a right that the user gave nobody. It is asked without
 * the capabilities in effect; those that came from portmote's file opened no output.
 */
static bool needs_override(const struct folders *folders)
{
	bool needs = false;

	if (rights_are_of_file() || !capng_have_capability(CAPNG_EFFECTIVE, CAP_DAC_OVERRIDE))
		return false;
	capng_clear(CAPNG_SELECT_CAPS);
	capng_updatev(CAPNG_ADD, CAPNG_PERMITTED, CAP_DAC_OVERRIDE, CAP_FOWNER, -1);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return false;
	for (size_t i = 0; i < folders->count; i++)
		needs |= !can_write(folders->fd[i]);
	return needs;
}

/* 1: but for writing in a user's folder. */
static int drop_capabilities(const struct folders *folders)
{
	bool may_bound = capng_get_caps_process() == 0 &&
			 capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);

	/*
	 * What counts is what is held; the bounding set can only be cleared by who may, and first.
	 * From others libcap-ng has a line in the system's log that it could not.
	 */
	if (may_bound) {
		capng_clear(CAPNG_SELECT_BOUNDS);
		capng_apply(CAPNG_SELECT_BOUNDS);
	}
	bool keep = needs_override(folders);
	capng_clear(CAPNG_SELECT_ALL);
	if (keep)
		capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_DAC_OVERRIDE,
			      CAP_FOWNER, -1);
	return capng_apply(CAPNG_SELECT_CAPS) == 0 ? keep : -EPERM;
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

#else

/* Sanitizers and gcov open files of their own at exit. */
static int restrict_files(const struct folders *folders)
{
	(void)folders;
	return -ENOSYS;
}

#endif

static int leave_system_calls(const struct folders *folders)
{
	return restrict_system_calls(folders->count);
}

struct shut_in_step {
	const char *what, *done, *by;
	int (*give_up)(const struct folders *folders);
};

/* "sandbox: capabilities dropped", or "sandbox: capabilities not dropped: why". */
static void tell_step(const struct shut_in_step *step, int r)
{
	const char *fault = r < 0 ? strerror(-r) : "but for writing in a folder of another user";

	fprintf(stderr, "portmote: sandbox: %s %s%s%s%s%s\n", step->what, r < 0 ? "not " : "",
		step->done, step->by, r ? ": " : "", r ? fault : "");
}

void shut_in(const int *fd, size_t count, bool tell)
{
	const struct folders folders = {.fd = fd, .count = count};
	static const struct shut_in_step steps[] = {
		{"capabilities", "dropped", "", drop_capabilities},
		{"new privileges", "ruled out", " (no_new_privs)", forbid_new_privileges},
		{"file access", "dropped", " (Landlock)", restrict_files},
		{"system calls", "restricted", " (seccomp)", leave_system_calls},
	};

	for (size_t i = 0; i < PM_COUNT(steps); i++) {
		int r = steps[i].give_up(&folders);

		if (tell)
			tell_step(&steps[i], r);
	}
}

/*
 * deny: run a command for which some system calls fail.
 *
 *     deny openat2=ENOSYS bpf=EPERM socket:AF_NETLINK=EAFNOSUPPORT -- portmote audit
 *
 * A rule is SYSCALL=ERROR, or SYSCALL:VALUE=ERROR for those calls alone whose first argument is
 * VALUE (a number, AF_NETLINK or AF_INET). Exit: the command's; 126 where a rule can't be laid, 127
 * where the command can't be run, 2 usage.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((noreturn)) static void stop(int code, const char *what, const char *where)
{
	fprintf(stderr, "deny: %s: %s\n", where, what);
	exit(code);
}

static int error_named(const char *name)
{
	for (int error = 1; error < 256; error++) {
		const char *const known = strerrorname_np(error);

		if (known && !strcmp(known, name))
			return error;
	}
	stop(2, "no such error", name);
}

static unsigned long long value_of(const char *text)
{
	char *end;
	unsigned long long value;

	if (!strcmp(text, "AF_NETLINK"))
		return AF_NETLINK;
	if (!strcmp(text, "AF_INET"))
		return AF_INET;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (end == text || *end || errno)
		stop(2, "no number, AF_NETLINK or AF_INET", text);
	return value;
}

static void lay(scmp_filter_ctx filter, const char *rule)
{
	struct scmp_arg_cmp first = {.arg = 0, .op = SCMP_CMP_EQ};
	char *const copy = strdup(rule), *error, *value;
	int call, failed;

	if (!copy)
		stop(126, strerror(errno), rule);
	error = strchr(copy, '=');
	if (!error)
		stop(2, "not of the form SYSCALL[:VALUE]=ERROR", rule);
	*error++ = '\0';
	value = strchr(copy, ':');
	if (value) {
		*value++ = '\0';
		first.datum_a = value_of(value);
	}
	call = seccomp_syscall_resolve_name(copy);
	if (call == __NR_SCMP_ERROR)
		stop(2, "no such system call", copy);
	failed = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((unsigned)error_named(error)), call,
					value ? 1 : 0, &first);
	if (failed)
		stop(126, strerror(-failed), rule);
	free(copy);
}

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int i, failed;

	if (!filter)
		stop(126, "failed", "seccomp_init");
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		lay(filter, argv[i]);
	if (i < 2 || i + 1 >= argc)
		stop(2, "deny SYSCALL[:VALUE]=ERROR ... -- COMMAND [ARGUMENTS]", "usage");
	failed = seccomp_load(filter);
	if (failed)
		stop(126, strerror(-failed), "seccomp_load");
	seccomp_release(filter);
	execvp(argv[i + 1], argv + i + 1);
	stop(127, strerror(errno), argv[i + 1]);
}

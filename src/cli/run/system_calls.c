/* The filter of what may still be asked of the kernel: constant, so that nothing in its making can
 * fail. */
#include "run/system_calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Those whose calls take their arguments as below; elsewhere there is no filter. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && !defined(__ARMEB__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#if defined(ARCHITECTURE) && !defined(PM_INSTRUMENTED)

/* All of these are little-endian: the lower half, which is all that the kernel reads of an int, is
 * first. */
#define LOAD(member)	  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define IF_EQUAL(value)	  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)
#define UNLESS_BITS(bits) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0)
#define PERMIT		  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE		  BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* Each of these ends, or leaves the number of the call loaded. */
#define ALLOW(call) IF_EQUAL(SYS_##call), PERMIT
#define ALLOW_IF(call, argument, condition)                                                        \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 4), LOAD(args[argument]), condition,    \
		PERMIT, REFUSE
/* Never executable: nothing is loaded any more. */
#define ALLOW_MEMORY(call) ALLOW_IF(call, 2, UNLESS_BITS(PROT_EXEC))

/* By another architecture's door the same numbers are other calls; those of x32 equal none of ours. */
static const struct sock_filter entrance[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
	REFUSE,
	LOAD(nr),
};

/* Reading what is open, computing, and writing. */
static const struct sock_filter always[] = {
	ALLOW(read),
	ALLOW(write),
	ALLOW(writev),
	ALLOW(close),
	ALLOW(lseek),
	ALLOW(fstat),
	ALLOW(brk),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(madvise),
	ALLOW_MEMORY(mprotect),
#ifdef SYS_mmap2
	ALLOW_MEMORY(mmap2),
#else
	ALLOW_MEMORY(mmap),
#endif
	ALLOW(exit),
	ALLOW(exit_group),
	ALLOW(rt_sigreturn),
	ALLOW(rt_sigaction),
	ALLOW(rt_sigprocmask),
	ALLOW(restart_syscall),
	ALLOW(getpid),
	ALLOW(gettid),
	ALLOW(futex),
	ALLOW(clock_gettime),
	ALLOW(getrandom),
	ALLOW(sysinfo),
	/* isatty(3), and the width of the terminal */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 6),
	LOAD(args[1]),
	IF_EQUAL(TCGETS),
	PERMIT,
	IF_EQUAL(TIOCGWINSZ),
	PERMIT,
	REFUSE,
#ifdef SYS__llseek /* 32 bits */
	ALLOW(_llseek),
	ALLOW(fstat64),
#endif
#ifdef SYS_clock_gettime64 /* Linux 5.1 */
	ALLOW(clock_gettime64),
	ALLOW(futex_time64),
#endif
#ifdef SYS_sigreturn
	ALLOW(sigreturn),
#endif
};

/* Putting a file in its place. */
static const struct sock_filter for_output[] = {
	ALLOW(fchmod),	    ALLOW(fsync),    ALLOW(ftruncate),
#ifdef SYS_renameat
	ALLOW(renameat),
#endif
	ALLOW(renameat2),   ALLOW(unlinkat),
#ifdef SYS_ftruncate64
	ALLOW(ftruncate64),
#endif
};

struct system_calls_program {
	struct sock_filter steps[128];
	unsigned short len;
};

#define ADD(program, part)                                                                         \
	do {                                                                                       \
		memcpy((program)->steps + (program)->len, part, sizeof(part));                     \
		(program)->len = (unsigned short)((program)->len + PM_COUNT(part));                \
	} while (0)

int restrict_system_calls(bool writes_files)
{
	/* raise(3) in a handler: signals to nobody else. */
	const struct sock_filter end_self[] = {ALLOW_IF(tgkill, 0, IF_EQUAL((uint32_t)getpid()))};
	static const struct sock_filter otherwise[] = {REFUSE};
	struct system_calls_program program = {.len = 0};

	_Static_assert(PM_COUNT(entrance) + PM_COUNT(always) + PM_COUNT(for_output) +
				       PM_COUNT(end_self) + PM_COUNT(otherwise) <=
			       PM_COUNT(program.steps),
		       "room for all steps");
	ADD(&program, entrance);
	ADD(&program, always);
	ADD(&program, end_self);
	if (writes_files)
		ADD(&program, for_output);
	ADD(&program, otherwise);
	const struct sock_fprog whole = {.len = program.len, .filter = program.steps};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) < 0 ? -errno : 0;
}

#else

/* Sanitizers and gcov make system calls of their own at exit. */
int restrict_system_calls(bool writes_files)
{
	(void)writes_files;
	return -ENOSYS;
}

#endif

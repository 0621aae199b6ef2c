/*
 * judge: does the owner belong where it listens? Pure: no stdio, no clock, no environment. From one
 * snapshot, one registry and its labels always the same verdicts.
 *
 * Every verdict carries its reasons as data: the rule, the value that decided, and the row or file
 * that the rule rests on.
 */
#ifndef PORTMOTE_JUDGE_H
#define PORTMOTE_JUDGE_H

#include <portmote/label.h>

/* In the order in which they are asked; the first that holds is the verdict. */
enum pm_verdict_kind {
	PM_VERDICT_UNKNOWN,   /* no owner could be seen */
	PM_VERDICT_IMPOSTOR,  /* a name says match, the evidence says deceit */
	PM_VERDICT_MATCH,     /* an owner implements a registration of this port */
	PM_VERDICT_KNOWN,     /* an owner is known to sit here, or one that would match has a file
				 that others can write */
	PM_VERDICT_EPHEMERAL, /* UDP on a port the kernel chose from its range */
	PM_VERDICT_MISMATCH,  /* IANA has this port for a service no owner is known to implement */
	PM_VERDICT_UNREGISTERED, /* IANA has nothing here */
	PM_VERDICTS,
};
const char *pm_verdict_name(enum pm_verdict_kind kind); /* "mismatch" */

/* Worst first, for people: impostor, mismatch, unknown, unregistered, known, ephemeral, match. */
int pm_verdict_rank(enum pm_verdict_kind kind);

enum pm_severity { PM_SEVERITY_INFO, PM_SEVERITY_WARNING, PM_SEVERITY_HIGH, PM_SEVERITIES };
const char *pm_severity_name(enum pm_severity severity);

/* Facts that speak beside the verdict. */
enum pm_flag {
	PM_FLAG_DELETED,       /* the file is gone: an upgrade without restart, as a rule */
	PM_FLAG_USER_WRITABLE, /* others than root can replace the file */
	PM_FLAG_UNVERIFIED,    /* it has its name from what its user says, or could not be seen */
	PM_FLAG_ROOT_RUNS_USER_WRITABLE, /* ... and root runs it */
	PM_FLAG_PORT_SHARED,	/* another program or user has the same port at the same address */
	PM_FLAG_HIDDEN,		/* by the cross-check, a list of the kernel's lacks the listener */
	PM_FLAG_PROC_OVERMOUNT, /* something was mounted over what /proc tells of a holder */
	PM_FLAG_IN_CONTAINER,	/* the owner lives in a container */
	PM_FLAG_IN_MEMORY,	/* what a holder runs has no file that could be looked at */
	PM_FLAGS,
};
const char *pm_flag_name(enum pm_flag flag); /* "user-writable" */
enum pm_severity pm_flag_severity(enum pm_flag flag);

/* The rules, each with the verdict that it gives; see the table in src/judge/rules.c. */
enum pm_rule {
	PM_RULE_OWNER_DENIED,
	PM_RULE_OWNER_NONE,
	PM_RULE_KERNEL_UNNAMED,
	PM_RULE_OWNER_PIDNS,
	PM_RULE_OWNER_VANISHED,
	PM_RULE_OWNER_LIMITED,
	PM_RULE_UNREAD,
	PM_RULE_STANDS_FOR_OTHERS,
	PM_RULE_EXE_UNKNOWN,
	PM_RULE_COMMAND_UNKNOWN,
	PM_RULE_EXE_IN_MEMORY,
	PM_RULE_EXE_WORLD_WRITABLE,
	PM_RULE_FALSE_PATH,
	PM_RULE_FOREIGN_USERNS,
	PM_RULE_FOREIGN_COMM,
	PM_RULE_IMPLEMENTER,
	PM_RULE_SAME_NAME,
	PM_RULE_UNTRUSTED_FILE,
	PM_RULE_OCCUPANT,
	PM_RULE_EPHEMERAL_RANGE,
	PM_RULE_ANY_PORT,
	PM_RULE_REGISTERED_TO_ANOTHER,
	PM_RULE_NOT_REGISTERED,
	PM_RULE_NO_PORT,
	/* Beside the one that decided: */
	PM_RULE_ALIAS,
	PM_RULE_RUNS,
	PM_RULE_TITLE,
	PM_RULE_SYSTEM_UNIT,
	PM_RULE_BEHIND,
	PM_RULES,
};
const char *pm_rule_name(enum pm_rule rule); /* "registered-to-another" */

struct pm_reason {
	enum pm_rule rule;
	const char *evidence; /* the value that decided */
	const char
		*source; /* what the rule rests on: a registry or knowledge row, a file of /proc */
};

struct pm_verdict {
	enum pm_verdict_kind kind;
	const struct pm_process
		*owner;	     /* the holder that best explains it, then the oldest; or NULL */
	const char *behind;  /* whom the owner stands for, or NULL */
	const char *program; /* by what name it was judged; NULL: by none */
	enum pm_kind kind_of_program; /* what that is the name of */
	struct pm_reason *reasons;
	size_t reason_count;
	unsigned flags; /* bit 1 << enum pm_flag */
};

struct pm_judgement {
	struct pm_arena arena;	     /* owns verdicts, reasons and their text */
	struct pm_verdict *verdicts; /* one for each listener, in the snapshot's order */
	size_t count;
};

/*
 * Judge all. 0 or -ENOMEM; release `ret` in either case. Reasons name rows of the registry and of
 * the knowledge by text of their own: both may go before the judgement does.
 */
int pm_judge(const struct pm_snapshot *snapshot, const struct pm_registry *registry,
	     const struct pm_knowledge *knowledge, const struct pm_label *labels,
	     struct pm_judgement *ret, struct pm_error *err);
void pm_judgement_release(struct pm_judgement *judgement);

/*
 * What verdicts can rest on of each configuration, for those who judge later: of a unit the lines
 * with the keys that are asked for, without the arguments of a command; of inetd and xinetd all.
 * Added to `ret`, which has a buffer for each; nothing where no verdict asks for it. Configurations
 * can hold secrets: what this leaves out is nobody's business. 0 or -ENOMEM.
 */
int pm_config_extracts(const struct pm_snapshot *snapshot, struct pm_buf *ret);

/*
 * The row of an occupants file that would make listener `i`, judged a mismatch or unregistered,
 * `known`: "3643,tcp,foo,exe,foo,local", added to `ret`. Nothing where no row would: other
 * verdicts, and files in memory or in a place where anybody can put one.
 */
void pm_acceptance(const struct pm_snapshot *snapshot, const struct pm_judgement *judgement,
		   size_t i, struct pm_buf *ret);

/* Which verdicts, flags and severities count as a finding that fails an audit. */
struct pm_fail_on {
	unsigned verdicts, flags, severities; /* bits */
};

/* impostor, mismatch and whatever is of severity high. */
extern const struct pm_fail_on pm_fail_on_default;

/* Does a flag fail by it? A verdict, or a flag beside it? Does any? */
bool pm_flag_fails(enum pm_flag flag, const struct pm_fail_on *fail_on);
bool pm_verdict_fails(const struct pm_verdict *verdict, const struct pm_fail_on *fail_on);
bool pm_judgement_fails(const struct pm_judgement *judgement, const struct pm_fail_on *fail_on);

/* Do a program and a service bear one name? ("mysqld" and "mysql", "redis-server" and "redis") */
bool pm_same_name(const char *program, const char *service);

/*
 * In a user namespace of his own any user can make /proc/PID/exe what he likes (PR_SET_MM_MAP in
 * prctl(2)), and mount what he likes over its path. Is it in one that neither a container nor a
 * service of root's accounts for?
 */
bool pm_process_is_in_strange_userns(const struct pm_process *process);

/* Can root alone have written all the files that it runs, as far as these are known? */
bool pm_process_is_trusted(const struct pm_process *process);

/* Is it in a container, and not just by the word of a user? */
bool pm_process_is_contained(const struct pm_process *process);

#endif

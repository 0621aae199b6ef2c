/*
 * policy: what may listen, as a person wrote it down (portmote-policy(5)), and where a snapshot
 * breaks it. Part of judge: pure, from bytes and structs to structs.
 *
 * All text in a policy is in the alphabet of pm_escape(), as in a snapshot: the two can be
 * compared. In a policy a byte may stand as itself or as the "\xNN" that a report has for it.
 */
#ifndef PORTMOTE_POLICY_H
#define PORTMOTE_POLICY_H

#include <portmote/judge.h>

/* What a listener is that no rule speaks of. */
enum pm_default {
	PM_DEFAULT_DENY,  /* not allowed */
	PM_DEFAULT_JUDGE, /* allowed, unless its verdict or a flag is in fail-on */
};

/* What a listener is whose owner lives in a container, and that no rule speaks of. */
enum pm_containers {
	PM_CONTAINERS_JUDGE,  /* as if the default were `judge` */
	PM_CONTAINERS_DENY,   /* not allowed */
	PM_CONTAINERS_IGNORE, /* not looked at */
};

/*
 * One owner that a rule allows: all members that are not NULL must hold. They are globs of
 * fnmatch(3), without FNM_PATHNAME: "*" is any text. A backslash stands for itself there; "[*]" is
 * the star. `kernel` is the name of a kernel service ("vxlan"), or "*".
 */
struct pm_policy_owner {
	const char *exe, *program, *unit, *user, *container, *kernel;
};

struct pm_policy_port {
	uint16_t first, last;
	enum pm_protocol protocol; /* tcp or udp, which stand for mptcp and udplite too */
	bool is_ephemeral; /* the range of the listener's network namespace, in place of these */
};

struct pm_policy_rule {
	size_t line, column; /* where it begins, from 1 */
	struct pm_policy_port *ports;
	size_t port_count;
	struct pm_policy_owner *owners; /* one of them; none: whoever */
	size_t owner_count;
	enum pm_exposure exposure; /* at most */
	bool is_denied;		   /* "none": these owners may not listen here at all */
	const char *netns;   /* glob of a label; "any"; NULL: "host", that of pid 1, else ours */
	bool required;	     /* somebody has to listen */
	const char *why;     /* or NULL */
	const char *expires; /* "2027-01-31": it holds to the end of this day, UTC; or NULL */
	int64_t expired;     /* the first second at which it does not hold any more, since 1970 */
};

struct pm_policy {
	struct pm_arena arena; /* owns all of it */
	const char *path;      /* for sentences */
	enum pm_default by_default;
	enum pm_containers containers;
	struct pm_fail_on fail_on;
	struct pm_policy_rule *rules; /* in the order of the file */
	size_t rule_count;
};

/*
 * Read a policy: YAML, through libyaml. `path` is for the sentences, which begin with
 * "PATH:LINE:COLUMN: ": an unknown key, a key twice, a wrong type, a bad port, an alias, a second
 * document, too deep, too large. `registry` tells the ports of services, and may go before the
 * policy does. 0, -EINVAL with the sentence, -ENOMEM. Release `ret` in any case.
 */
int pm_policy_parse(const char *path, const char *bytes, size_t len,
		    const struct pm_registry *registry, struct pm_policy *ret,
		    struct pm_error *err);
void pm_policy_release(struct pm_policy *policy);

/* The most bytes that a policy can have. */
#define PM_POLICY_MAX ((size_t)1 << 20)

/* How a snapshot breaks a policy. */
enum pm_violation_kind {
	PM_VIOLATION_NOT_ALLOWED, /* no rule speaks of it, and the default is to deny; or a rule says
				  that it may not be */
	PM_VIOLATION_OWNER,	  /* a rule has its port, for another owner */
	PM_VIOLATION_EXPOSURE,	  /* a rule has it, for fewer to reach */
	PM_VIOLATION_MISSING,	  /* required, and nobody listens */
	PM_VIOLATION_EXPIRED,	  /* the rule that would allow it does not hold any more */
	PM_VIOLATION_VERDICT,	  /* its verdict or a flag is in fail-on */
	PM_VIOLATIONS,
};
const char *pm_violation_name(
	enum pm_violation_kind kind); /* "not-allowed", "wrong-owner", "too-exposed",
				     "missing", "expired", "verdict" */

/*
 * Does a rule for this owner have to name its user, beside exe or program? In a user namespace of
 * his own a user can look like any file: what such a process is, only a rule that names the user
 * takes from him.
 */
bool pm_policy_needs_user(const struct pm_process *owner);

struct pm_violation {
	enum pm_violation_kind kind;
	size_t listener;		   /* PM_NO_LISTENER: that is what is wrong */
	const struct pm_policy_rule *rule; /* that decided; NULL: the default, or fail-on */
	const char *expected, *found;	   /* "user deploy", "user root": what was wrong; or NULL */
	bool by_verdict; /* PM_VIOLATION_VERDICT: its verdict is in fail-on, and */
	unsigned flags;	 /* ... these of its flags are */
};

/* Rules that matched nothing are told, and are no violation. */
struct pm_check {
	struct pm_arena arena;
	struct pm_violation
		*violations; /* by listener, in order; then those without one, by line */
	size_t violation_count;
	const struct pm_policy_rule *
		*rules; /* for each listener the rule that allows it, or NULL */
	const struct pm_policy_rule **unused;
	size_t unused_count;
	/* Those that require what was not looked for, as it was narrowed out or not to be entered. */
	const struct pm_policy_rule **unsought;
	size_t unsought_count;
};

/*
 * Hold the snapshot to the policy, as of the snapshot's own time. A listener is allowed by the
 * first rule that has its port, owner, exposure and namespace; where none has all of it, the rule
 * that comes nearest decides what is wrong: port and namespace first, then owner, then exposure,
 * then the date. A dual-stack listener is one listener, and one rule covers IPv4 and IPv6. What
 * does not listen, or has no port, is not looked at.
 *
 * Of one listener one violation is told, the first of those of enum pm_violation_kind. What is allowed
 * breaks the policy all the same where a flag is in fail-on, or the verdict is; but a rule that
 * names the owner answers for every verdict other than impostor.
 *
 * 0 or -ENOMEM. Release `ret` in any case.
 */
int pm_policy_check(const struct pm_policy *policy, const struct pm_snapshot *snapshot,
		    const struct pm_label *labels, const struct pm_judgement *judgement,
		    struct pm_check *ret);
void pm_check_release(struct pm_check *check);

/* What listens, and what is thought of it: what a policy is learned from. */
struct pm_judged {
	const struct pm_snapshot *snapshot;
	const struct pm_registry *registry;
	const struct pm_label *labels;
	const struct pm_judgement *judgement;
};

/*
 * A whole policy (portmote-policy(5)) from what listens, for a person to edit: minimal, with a
 * comment beside what deserves a look. One rule for a port and owner, whatever addresses and
 * workers; ephemeral UDP is one rule. From equal facts equal bytes. Added to `ret`; 0 or -ENOMEM.
 */
int pm_policy_learn(const struct pm_judged *judged, struct pm_buf *ret);

/* The rule of it that would allow listener `i` as it is, each line after `indent`; nothing where
 * none can, as its owner is not known. */
void pm_policy_rule(const struct pm_judged *judged, size_t i, const char *indent,
		    struct pm_buf *ret);

#endif

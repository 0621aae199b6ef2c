/*
 * findings: what is wrong, as the formats for tools have it: without a policy the verdicts and
 * flags that fail an audit, with one where it is broken. Each has a rule with a name that stays,
 * and a fingerprint by which a tool knows it again in the next run.
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include <portmote/report.h>
#include <sha2.h>

/* By the words of SARIF 2.1.0, section 3.27.10. */
enum finding_level { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR, FINDING_LEVELS };

struct finding_rule {
	const char *id;	  /* of the verdict, the flag or the violation: "mismatch" */
	const char *text; /* what it means, in a sentence */
	const char *help; /* what to do about it */
	enum finding_level level;
};

/* Verdicts first, then flags, then violations, each in the order of its enum. */
enum {
	FINDING_FLAGS = (int)PM_VERDICTS, /* the first of them */
	FINDING_VIOLATIONS = FINDING_FLAGS + (int)PM_FLAGS,
	FINDING_RULES = FINDING_VIOLATIONS + (int)PM_VIOLATIONS
};

/* Behind them those of differences, in the order of enum pm_diff_kind. */
extern const struct finding_rule finding_rules[FINDING_RULES + (int)PM_DIFFS];

struct finding {
	size_t rule;		  /* index in finding_rules[] */
	enum finding_level level; /* that of the rule, or a worse one */
	size_t listener;	  /* or PM_NO_LISTENER */
	const char *message;	  /* one sentence; it may name a pid */
	const char *key;   /* of the listener, by add_key(); of the rule where nobody listens */
	const char *owner; /* what tells owners apart whose program has one name */
	/* Of rule, key and program: no pid, inode, order, time. Where several owners have all that
	 * in common, of all but the first also of what tells them apart. */
	char fingerprint[SHA256_DIGEST_STRING_LENGTH];
	/*
	 * Index of the first finding with this fingerprint (workers of one program on one port have
	 * but one), and, there, how many there are.
	 */
	size_t first, count;
};

struct findings {
	struct pm_arena arena; /* owns the text */
	struct finding *items; /* by listener, in order; those without one last */
	size_t count, room;
};

/* All of the listeners that are listed by `only` (0: all). 0 or -ENOMEM; release it in any case. */
int findings_find(const struct pm_report *report, unsigned only, struct findings *ret);
void findings_release(struct findings *findings);

/*
 * Add one by hand; `text` holds the message and `key` the key, and both are emptied. 0 or -ENOMEM.
 * Once all are there, findings_fold() tells which have one fingerprint.
 */
int findings_add(const struct pm_report *report, struct findings *findings, size_t rule,
		 size_t listener, struct pm_buf *text, struct pm_buf *key);
int findings_fold(struct findings *findings);

/* Is there a listener now, whose verdict is worth a look? */
bool finding_is_there(const struct finding *finding);

/* Would the verdict or a flag of it fail an audit? */
bool findings_fails(const struct pm_report *report, size_t i);

/*
 * The findings of listener `i`, which stand side by side: how many, and where the first is; those
 * of PM_NO_LISTENER too.
 */
size_t findings_of(const struct findings *findings, size_t i, const struct finding **ret);

#endif

/*
 * diff: what changed between two snapshots, each labelled and judged. Part of judge: pure.
 *
 * A listener is known again by its key: network namespace (by its label), protocol, address, port,
 * device. Its owner is compared fact by fact: program, executable, what that runs, user, unit, kind
 * of container. No pid, inode, descriptor, id of a container, order or time counts: restarting
 * every service is no difference. Workers with one key and one owner are one.
 *
 * Looked at is what listens on a port and was not judged `ephemeral`.
 */
#ifndef PORTMOTE_DIFF_H
#define PORTMOTE_DIFF_H

#include <portmote/judge.h>

/* Of one listener one change is told, the first of these that holds. */
enum pm_diff_kind {
	PM_DIFF_OWNER,	  /* a fact about its owner is another one */
	PM_DIFF_OPENED,	  /* there was none of its key */
	PM_DIFF_WIDENED,  /* the same program on the same port can be reached from further */
	PM_DIFF_VERDICT,  /* for equal facts about the owner it is judged otherwise */
	PM_DIFF_CLOSED,	  /* there is none of its key any more */
	PM_DIFF_NARROWED, /* the same program on the same port: from less far */
	PM_DIFF_REGISTRY, /* IANA has another service there than it had */
	PM_DIFF_EXE, /* the path is the same but for its version, the file is not: an upgrade; no
		      * difference, and told of one listener of the program */
	PM_DIFFS,
};
const char *pm_diff_name(enum pm_diff_kind kind); /* "owner changed" */

/* What was, or is: a snapshot with all that was made of it. */
struct pm_diff_side {
	const struct pm_snapshot *snapshot;
	const struct pm_label *labels;
	const struct pm_judgement *judgement;
	/* For each listener what the registry of that time had at its port, NULL where that is not
	 * known; NULL: not known of any. */
	const char *const *registered;
};

/* "exe": "/usr/sbin/nginx", "/opt/nginx". NULL: there is none, or it is not known. */
struct pm_fact_change {
	const char *what;
	const char *from, *to;
	const struct pm_file *from_file, *to_file; /* in place of text: "file", "file it runs" */
};

struct pm_difference {
	enum pm_diff_kind kind;
	size_t before, after; /* listeners of the two snapshots; PM_NO_LISTENER: none */
	const struct pm_fact_change *facts;
	size_t fact_count;
};

struct pm_diff {
	struct pm_arena arena; /* owns facts and their text, but what the snapshots own */
	struct pm_difference *items;
	size_t count, room;
	/* Listeners of before that are not listed now, where not all that listens could be seen:
	 * whether they are closed is not known. */
	size_t unseen;
};

/*
 * Compare. Worst first: what is new or wider, as pm_verdict_rank() has it; then what is gone, less
 * wide or called otherwise; upgrades last. Both sides must outlive `ret`. 0 or -ENOMEM; release
 * `ret` in any case.
 */
int pm_diff(const struct pm_diff_side *before, const struct pm_diff_side *after,
	    struct pm_diff *ret);
void pm_diff_release(struct pm_diff *diff);

/* How many programs were replaced? */
size_t pm_diff_replaced(const struct pm_diff *diff);

/* Is there any difference but these? */
bool pm_diff_differs(const struct pm_diff *diff);

#endif

/*
 * claim: what a holder's names have to do with the port, and which holder is the owner for it.
 */
#ifndef JUDGE_CLAIM_H
#define JUDGE_CLAIM_H

#include "identity.h"

/* For whom a holder that stands for others holds a listener. */
struct behind {
	const char *name;    /* "ssh.service", "container 172.17.0.2 port 80"; NULL: nothing */
	const char *program; /* path that would be run, or NULL */
	enum pm_kind kind;   /* of that: an executable, unless otherwise said */
	const char *source;  /* the file that says so */
	bool is_of_user;     /* it is a user who runs it, so that nobody vouches for it */
};

enum { REASONS_MAX = 6 };

struct unitindex;

/* All that judging one listener looks at. */
struct trial {
	const struct pm_snapshot *snapshot;
	const struct pm_registry *registry;
	const struct pm_knowledge *knowledge;
	const struct pm_listener *listener;
	const struct pm_label *label;
	struct pm_arena *arena;
	struct pm_verdict *verdict;
	const char *absence;		       /* what says why an owner was not seen */
	struct unitindex *units;	       /* the .socket units of the snapshot */
	struct behind behind;		       /* where the owner stands for others */
	struct pm_reason reasons[REASONS_MAX]; /* as they come; the verdict gets a copy */
	bool failed;			       /* out of memory */
};

/* How well a holder explains the listener. The greater, the better. */
enum fit { FIT_NONE, FIT_ANY_PORT, FIT_OCCUPANT, FIT_SAME_NAME, FIT_IMPLEMENTER };

struct claim {
	enum fit fit;
	struct name name; /* by which it is made; of no claim, the strongest name of the owner */
	const struct pm_implementer *implementer;
	const struct pm_occupant *occupant;
	uint32_t row; /* of the registration, from FIT_SAME_NAME on */
};

/* Of the kernel's own service, or of the best holder, whom it makes the verdict's owner. */
struct claim claim_find(struct trial *trial);

/* What a program of this name has to do with the port. */
struct claim claim_of(const struct trial *trial, const struct name *name);

/* A name that the tables or the registry have here, which `comm`, cut by the kernel, claims; or
 * NULL.
 */
const char *claim_of_comm(const struct trial *trial, const char *comm);

/* Does a row of a table name this very port, so that another program there is no accident? */
bool claim_is_named_port(const struct trial *trial);

/* Where no honest program has its file: the rule that says so, or PM_RULES for all other places. */
enum pm_rule bad_place_of(const char *path);

/* Has it no file that could be looked at? */
bool is_in_memory(const struct pm_file *file);

#endif

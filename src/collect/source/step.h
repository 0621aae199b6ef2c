/*
 * step: what can block for ever is told before it is done, in memory that is shared with who
 * watches us. He gives us up where we stand, and another in our place leaves that alone.
 */
#ifndef COLLECT_STEP_H
#define COLLECT_STEP_H

#include <portmote/collect.h>
#include <stdatomic.h>

struct collector;
struct source;

enum { STEP_TEXT = 240, STEPS_LEFT = 64, STEP_THREADS = 8 };

/* A file below /proc/PID, "ns/net"; or a path, which a process may have named. */
struct step {
	int pid; /* 0: of no process */
	char what[STEP_TEXT];
};

struct pm_watch {
	struct watched {
		atomic_uint count; /* odd: it stands in `step` */
		atomic_int tid;	   /* of the thread; 0: none */
		struct step step;
	} thread[STEP_THREADS];
	struct step left[STEPS_LEFT]; /* to be left alone; not changed while anybody collects */
	size_t left_count;
};

/* What is known of it by the one that collects. */
struct steps {
	struct pm_watch *watch;	     /* NULL: nobody watches */
	atomic_bool met[STEPS_LEFT]; /* of those to be left alone: we came to it */
	atomic_uint refused;	     /* steps that were not taken */
	atomic_uint threads;	     /* that were begun so far */
	atomic_uint failed;	     /* look-ups, by step_check() ... */
	atomic_int code;	     /* ... and by what, the last time */
};

/*
 * Before a step: false where it is not to be taken, as it blocked before or the time is up; what it
 * would have told is unknown then (-ETIME). Within a step all others are part of it. Threads beside
 * the first call step_thread() before their first step.
 */
bool step_begin(struct source *source, int pid, const char *what);

/* The same by a name below /proc, "812/ns/net", or another. */
bool step_begin_at(struct source *source, const char *name);
void step_end(struct source *source);

/* Within one, that it goes on. */
void step_on(struct source *source);
void step_thread(struct source *source);

/*
 * `code` of a look-up, as it is given. That something is not there, or is not ours to see, is an
 * answer; a limit (EMFILE) and a fault (EIO) are none: whatever was to be told by it is unknown.
 */
int step_check(int code);
bool step_is_answer(int code);

/* The same of what can hold a listener. */
int step_check_search(struct source *source, int code);

/* Tell that the time was up, of each that was left alone, of what failed; on a recording, too. 0 or
 * -ENOMEM. */
int steps_tell(struct collector *collector);

#endif

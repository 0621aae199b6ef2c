/*
 * ending: the process that was started. It opens, reads and writes nothing, so that no file system
 * can keep it waiting; another does all the work, and is left behind where it does not end in time.
 */
#ifndef CLI_ENDING_H
#define CLI_ENDING_H

#include "exit_code.h"
#include "line/request.h"

/* What the work is at, which the kernel can keep waiting. */
enum ending_step { ENDING_NONE, ENDING_OPENS, ENDING_READS, ENDING_WRITES, ENDING_PRINTS };

/* Whoever waits for it to move on: since when it has not. */
struct ending_patience {
	unsigned count;
	int64_t since;
};

/* Only who does the work returns, a process of its own; where there can be none, the same. */
void ending_begin(const struct request *request);

/* It is at this file from now on; ENDING_NONE: at none. Whoever it starts says so, too. */
void ending_at(enum ending_step step, const char *path);

/* It keeps an eye on the deadline by itself, for now. */
void ending_beat(void);

/* Who collects, judges and prints for it, to be ended with it; 0: nobody. */
void ending_helper(pid_t pid);

/* CLOCK_MONOTONIC in milliseconds: now, and the end of the time there is (0: never). */
int64_t ending_now(void);
int64_t ending_deadline(const struct request *request);

/* Has one file kept it waiting for as long as an audit may take? */
bool ending_waits(struct ending_patience *patience, const struct request *request, int64_t now);

/* End for want of time, with the sentence about what it is at. */
_Noreturn void ending_late(void);

/* End as the process with this status of wait(2) did. */
_Noreturn void ending_as(int status);

/* One sentence, unless nobody reads it. */
void ending_say(const char *sentence);

#endif

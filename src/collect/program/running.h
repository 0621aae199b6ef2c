/* running: what a runtime runs: its command line, and the file that it names. */
#ifndef COLLECT_RUNNING_H
#define COLLECT_RUNNING_H

#include "files/blocking.h"
#include "source/collector.h"

/* What the runtime runs, for a process whose executable is known. 0 or -ENOMEM. */
int running_read(struct collector *collector, const struct proc_dir *dir,
		 struct pm_process *process);

/* The same file, as a snapshot has it. 0 or -ENOMEM. */
int file_of_seen(struct pm_snapshot *snapshot, const struct found_file *seen, struct pm_file *ret);

/* Does it look at the command line of a process with this file and name? */
bool running_needs_words(const struct pm_process *process);

#endif

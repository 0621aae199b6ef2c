/*
 * exe: the file that a process runs, as evidence: its path is what the process shows, device and
 * inode are what it is, and the owners of the folders tell who could have put it there.
 */
#ifndef COLLECT_EXE_H
#define COLLECT_EXE_H

#include "source/collector.h"

#include <limits.h>

/* Tell of files of which could not be seen who can replace them. 0 or -ENOMEM. */
int pass_unguarded(struct collector *collector);

/*
 * The file that the process at `place` runs; `path` gets the link as it was read, "" without.
 * -EAGAIN: it went on to another program meanwhile.
 */
int exe_read(struct collector *collector, const struct place *place, int pid, char path[PATH_MAX],
	     struct pm_file *ret);

/* What is known of a file, in a recording of the process at `place`. 0 or -ENOMEM. */
void file_record(struct source *source, const struct place *place, const char *name,
		 const struct pm_file *file);
int file_replay(struct pm_snapshot *snapshot, const struct place *place, const char *name,
		struct pm_file *file);

#endif

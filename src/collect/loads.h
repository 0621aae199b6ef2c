/* loads: options by which an interpreter or a virtual machine loads code beside its program. Pure. */
#ifndef COLLECT_LOADS_H
#define COLLECT_LOADS_H

#include "runtime.h"

/* Gets a path as it stands in the command line, relative or not. Not 0 ends the reading. */
typedef int loads_meet(void *data, const char *path, size_t len);

/*
 * All that the `len` bytes of a command line, each word ended by a NUL, load that way before the
 * program that `words` tells of. 0, or what `meet` returned.
 */
int loads_read(const char *runtime, const char *bytes, size_t len,
	       const struct runtime_words *words, loads_meet *meet, void *data);

#endif

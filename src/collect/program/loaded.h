/*
 * loaded: code that a process loaded beside its program: libraries, preloaded or not, the program
 * of a loader, and what options of interpreters name. It counts where others than root can replace
 * it.
 */
#ifndef COLLECT_LOADED_H
#define COLLECT_LOADED_H

#include "program/runtime.h"
#include "source/collector.h"

/* What it loaded beside its program: by options; by its maps, once its executable is known. */
int loaded_words(struct collector *collector, const struct proc_dir *dir,
		 struct pm_process *process, const char *bytes, size_t len,
		 const struct runtime_words *words);
int loaded_read(struct collector *collector, const struct proc_dir *dir,
		struct pm_process *process);

#endif

/*
 * inetd: the files of inetd(8) and xinetd(8), as far as their command lines and includes name them.
 */
#ifndef COLLECT_INETD_H
#define COLLECT_INETD_H

#include "units/configs.h"

/* The files of inetd(8) and xinetd(8), whose command line this is (words, each with its NUL). */
int inetd_read(struct reading *reading, const struct pm_process *process, const char *words,
	       size_t len);
int xinetd_read(struct reading *reading, const struct pm_process *process, const char *words,
		size_t len);

#endif

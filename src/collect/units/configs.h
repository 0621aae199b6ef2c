/* configs: reading the configuration of those that hold listeners for others; configs.c, for the
 * files of each kind. */
#ifndef COLLECT_CONFIGS_H
#define COLLECT_CONFIGS_H

#include "source/collector.h"

/* Paths here have no slash before them: they are below the root of the process that reads them. */
struct reading {
	struct collector *collector;
	int root;	/* folder that stands for / */
	int pid;	/* whose that is */
	size_t bytes;	/* read so far */
	bool *was_read; /* the units of pid 1 */
};

/* Add to the gaps that a file or a folder could not be read: `code` is -errno. 0 or -ENOMEM. */
int config_gap(struct reading *reading, const char *path, int code);

/* Open with links followed below the root. -errno. */
int config_open(struct reading *reading, const char *path, int flags);

/* Is it root's alone to write, or was it when it was recorded? */
bool config_is_roots(const struct reading *reading, const struct stat *st);

/*
 * The bytes of a regular file of root's, in the arena of the snapshot. -ENOMEM, or any other
 * -errno: -ENOENT: there is none; -EPERM: others than root could have written it; the rest is to be
 * told as a gap.
 */
int config_read(struct reading *reading, const char *path, struct pm_config *ret);

/* Add it to those of the snapshot. 0 or -ENOMEM. */
int config_add(struct reading *reading, const struct pm_config *config);

/* Call `each` for the entries of a folder, in no order, till it returns other than 0. -errno. */
int config_each(struct reading *reading, const char *folder,
		int (*each)(void *data, int dir, const char *base), void *data);

/* Configuration of those that hold listeners for others, where one of them does. */
int pass_configs(struct collector *collector);

#endif

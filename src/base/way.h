/* way: from a path to the place that it names, whoever made the links on it. */
#ifndef BASE_WAY_H
#define BASE_WAY_H

#include <portmote/base.h>

#include <limits.h>

/* Where a path ends. */
struct path_way {
	int descriptor; /* one that we were started with, as /dev/stdout names it; -1: none */
	int dir;	/* the folder of the last component, opened O_PATH */
	int place;	/* what bears that name, no link, opened O_PATH; -1: nothing yet */
	bool opened;	/* it was reached by a link of /proc to what a process has open */
	bool is_folder; /* the path says so: it ends in a slash */
	char base[NAME_MAX + 1]; /* the last component */
};

/*
 * Follow `path` to its end. A symbolic link is followed where it, and every folder on the whole
 * way, is root's or the caller's alone (in one with the sticky bit others have their own files, and
 * no hand in these): -ELOOP else, and the sentence names the component at fault. What is above the
 * working directory is not looked at. way_release() in any case.
 */
int way_find(struct path_way *way, const char *path, struct pm_error *err);
void way_release(struct path_way *way);

#endif

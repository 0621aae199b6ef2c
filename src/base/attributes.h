/* attributes: what a file that takes the place of another inherits. */
#ifndef BASE_ATTRIBUTES_H
#define BASE_ATTRIBUTES_H

#include <portmote/base.h>

struct stat;

/*
 * Give the new file `fd` the mode, the access ACL and, where permitted, the owner and group of the
 * one at `place` (O_PATH, `st`). What can't be kept leaves the new file with fewer rights, never
 * with more.
 */
void keep_attributes(int fd, int place, const struct stat *st);

/* The path by which what is open O_PATH can be opened or asked. */
void path_of(int fd, char path[32]);

#endif

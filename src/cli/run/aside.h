/*
 * aside: what a file system can keep waiting is done by a process of its own, which holds nothing
 * that anybody waits for: neither standard streams nor locks nor reports.
 */
#ifndef CLI_ASIDE_H
#define CLI_ASIDE_H

#include <portmote/base.h>

enum aside_way { ASIDE_REGULAR, ASIDE_TRUSTED, ASIDE_TRUSTED_FOLDER };

/*
 * A copy of what is in a file, of `max` bytes and one at most; of a folder, the names that are in it,
 * each with a NUL. A descriptor, or -errno with the sentence.
 */
int aside_open(const char *path, enum aside_way way, size_t max, struct pm_error *err);

/* Was the file of this device and inode read so? */
bool aside_has_read(const uint64_t id[2]);

/*
 * Do once aside what is to be done next, to see that it comes to an end. It leaves nothing open;
 * what it says is said again.
 */
void aside_try(void (*what)(const char *path), const char *path);

/* Nothing more is to be done aside. */
void aside_end(void);

#endif

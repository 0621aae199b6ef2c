/* identify: which place an output leads to, whatever the path. */
#ifndef BASE_IDENTIFY_H
#define BASE_IDENTIFY_H

#include <portmote/base.h>

/* By what is there already, or the folder of what is to be made: `fd`. 0 or -errno, with the
 * sentence. */
int output_identify(struct pm_output *out, int fd, struct pm_error *err);

#endif

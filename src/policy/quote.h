/* quote: text of a snapshot as a value of a policy. */
#ifndef POLICY_QUOTE_H
#define POLICY_QUOTE_H

#include <portmote/policy.h>

/* A glob that stands for `text` alone, quoted where it has to be, added to `ret`. */
void quote_glob(struct pm_buf *ret, const char *text);

/* A glob as it is, quoted; it has nothing of the sort but stars. */
void quote_pattern(struct pm_buf *ret, const char *glob);

#endif

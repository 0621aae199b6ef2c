/* before: the snapshot that another is compared with. */
#ifndef CLI_BEFORE_H
#define CLI_BEFORE_H

#include "session.h"

/*
 * Read what session_open() has opened, once no rights are left, and judge it by the registry and
 * knowledge of now. Nothing is read where a state is taken for the first time. 0, or -errno with
 * the sentence.
 */
int before_read(struct session *session, const struct request *request, struct pm_error *err);

/* Record what listens now as the state of the next run. 0, or -errno with the sentence. */
int state_write(struct session *session, const struct request *request, struct pm_error *err);

#endif

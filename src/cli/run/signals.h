/* signals: who is told to end leaves no half-written files behind. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include "session.h"

/*
 * From hold to guard, a signal that would end us waits; from then on it first removes what of the
 * session's files is temporary (NULL: nothing).
 */
void signals_hold(void);
void signals_guard(const struct session *session);

/* From now on such a signal goes to `pid`, which ends by it; the last such, or 0. */
void signals_relay(pid_t pid);
int signals_relayed(void);

/* Remove what of the session's files is temporary. */
void signals_tidy(const struct session *session);

/* End by this signal, as if there had been no handler. */
void signals_end_by(int number);

#endif

/* collector: what who collects and who watches it have between them; collector.c, watcher.c. */
#ifndef CLI_COLLECTOR_H
#define CLI_COLLECTOR_H

#include "session.h"

/*
 * What who collects says, a byte each: the next descriptor, please; the first bytes are printed; or,
 * with a sentence behind it, why it ends.
 */
enum { COLLECTOR_NEXT = 'n', COLLECTOR_PRINTS = 'p', COLLECTOR_FAILS = 'f' };

/* Close all but what collecting takes: who waits for our end, or that of our output, waits no more. */
void collector_let_go(struct session *session, pid_t watcher);

/*
 * Collecting is done by a process of its own, which the kernel can keep waiting: who was started
 * watches it, gives it up and starts another where that is so, and ends as it does. So only the one
 * that collects returns from collector_begin(), with nothing open but /proc, the recording, and the
 * way to get all else back by collector_end(). Where that fails, it ends.
 */
void collector_end(struct session *session);

/* Who was started is told that the first bytes are to be printed. */
void collector_prints(const struct session *session);

#endif

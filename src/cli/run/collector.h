/* collector: what who collects and who watches it have between them; collector.c, watcher.c. */
#ifndef CLI_COLLECTOR_H
#define CLI_COLLECTOR_H

#include "session.h"

/* What who collects says: the next descriptor, please; or, with a sentence behind it, why it ends. */
enum { COLLECTOR_NEXT = 'n', COLLECTOR_FAILS = 'f' };

/* Close all but these (-1: none), which are sorted. */
void collector_close_but(int *kept, size_t count);

/* Close all but what collecting takes: who waits for our end, or that of our output, waits no more. */
void collector_let_go(struct session *session, pid_t watcher);

/*
 * Collecting is done by a process of its own, which the kernel can keep waiting: who was started
 * watches it, gives it up and starts another where that is so, and ends as it does. So only the one
 * that collects returns from collector_begin(), with nothing open but /proc, the recording, and the
 * way to get all else back by collector_end(). Where that fails, it ends.
 */
void collector_end(struct session *session);

#endif

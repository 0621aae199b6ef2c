/* collector: what who collects and who watches it have between them; collector.c, watcher.c. */
#ifndef CLI_COLLECTOR_H
#define CLI_COLLECTOR_H

#include "cli.h"

/* What who collects says, a byte each: the next descriptor, please; the first bytes are printed. */
enum { COLLECTOR_NEXT = 'n', COLLECTOR_PRINTS = 'p' };

/* Close all but what collecting takes: who waits for our end, or that of our output, waits no more. */
void collector_let_go(struct session *session, pid_t watcher);

#endif

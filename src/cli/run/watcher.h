/*
 * watcher: who watches the one that collects: the process that was started. It has the deadline and
 * the signals, gives up whom the kernel keeps waiting, and waits for nobody's end that may not
 * come.
 */
#ifndef CLI_WATCHER_H
#define CLI_WATCHER_H

#include "session.h"

/*
 * Collecting is done by a process of its own, which the kernel can keep waiting: who was started
 * watches it, gives it up and starts another where that is so, and ends as it does. So only the one
 * that collects returns from collector_begin(), with nothing open but /proc, the recording, and the
 * way to get all else back by collector_end(). Where that fails, it ends.
 */
void collector_begin(struct session *session, const struct request *request,
		     struct pm_collect_options *options);

#endif

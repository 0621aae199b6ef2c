/* host: facts of the place and time of collecting. */
#ifndef COLLECT_HOST_H
#define COLLECT_HOST_H

#include "source/collector.h"

/* Facts about the place and time: host, time, bytes of /etc/passwd. */
int pass_host(struct collector *collector);

#endif

/* unitload: what systemd would put together for each unit: its file, then its drop-ins in order. */
#ifndef COLLECT_UNITLOAD_H
#define COLLECT_UNITLOAD_H

#include "units/configs.h"

/* Units of systemd, as it would load them. 0 or -ENOMEM. */
int units_read(struct reading *reading);

#endif

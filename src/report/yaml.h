/* yaml: text of a snapshot as a value of a policy. */
#ifndef REPORT_YAML_H
#define REPORT_YAML_H

#include <portmote/report.h>

/* A glob that stands for `text` alone, quoted where it has to be, added to `ret`. */
void yaml_value(struct pm_buf *ret, const char *text);

#endif

/* explain_registry: what the registry says of a port: in sentences, then field by field. */
#ifndef REPORT_EXPLAIN_REGISTRY_H
#define REPORT_EXPLAIN_REGISTRY_H

#include "explain/explain.h"

/* title, services and their life; each row, field by field. */
void explain_title(struct explanation *explain);
void explain_services(struct explanation *explain);
void explain_registry(struct explanation *explain);

#endif

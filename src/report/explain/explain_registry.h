/* explain_registry: what the registry says of a port: in sentences, then field by field. */
#ifndef REPORT_EXPLAIN_REGISTRY_H
#define REPORT_EXPLAIN_REGISTRY_H

#include "explain/explain.h"

/* article_registry.c: title, services and their life; each row, field by field. */
void tell_title(struct article *article);
void tell_services(struct article *article);
void tell_registry(struct article *article);

#endif

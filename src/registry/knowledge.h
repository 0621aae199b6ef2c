/*
 * knowledge: reading and checking registry/implementers.csv.
 */
#ifndef PORTMOTE_REGISTRY_KNOWLEDGE_H
#define PORTMOTE_REGISTRY_KNOWLEDGE_H

#include <portmote/registry.h>

struct pm_knowledge {
	struct pm_implementer *rows; /* sorted */
	size_t count, room;
	struct pm_arena text;
};

/* By service, program (bytes), kind (order of enum pm_kind). */
int pm_implementer_compare(const void *a, const void *b);

/*
 * Read the columns service, program, kind, source. -EBADMSG, with file and row: what csvfile.h
 * refuses; an empty field, or one that is not printable ASCII with single spaces; an unknown kind;
 * a service that `registry` has on no port; a row out of order, or there twice. -EFBIG, -ENOMEM.
 * Release it in any case.
 */
int pm_knowledge_read(const char *name, const void *bytes, size_t len,
		      const struct pm_registry *registry, struct pm_knowledge *ret,
		      struct pm_error *err);
void pm_knowledge_release(struct pm_knowledge *knowledge);

#endif

/*
 * notes: what the words of a row say of its status.
 *
 * IANA's CSV has no column for it. A row with a name is an assignment, one without says in its
 * description "Reserved" or "Unassigned", and everything else stands in the Assignment Notes, in
 * words that changed over thirty years.
 */
#ifndef REGISTRY_NOTES_H
#define REGISTRY_NOTES_H

#include <portmote/registry.h>

/* A piece of the text that was given. */
struct pm_span {
	const char *text;
	size_t len;
};

struct registry_notes {
	enum pm_status status;
	bool historic;
	struct pm_span alias_of;
	struct pm_span deassigned;
};

/* The texts as pm_text_fold() left them. */
struct registry_notes registry_notes_read(const char *name, const char *description,
					  const char *modified, const char *notes);

#endif

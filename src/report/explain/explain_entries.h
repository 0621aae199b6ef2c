/*
 * explain_entries: the rows of the registry that speak of a run of ports, gathered.
 */
#ifndef REPORT_EXPLAIN_ENTRIES_H
#define REPORT_EXPLAIN_ENTRIES_H

#include <portmote/report.h>

/* Rows of the registry that say the same of several transports. */
struct explain_entry {
	struct pm_registration row;   /* with the transports of all of them */
	uint32_t rows[PM_TRANSPORTS]; /* their indexes */
	size_t count;
	struct pm_life life; /* where it is assigned */
};

/*
 * The entries that speak of the topic, assigned ones first, then by port: an array to be freed with
 * free(3). NULL: out of memory.
 */
struct explain_entry *explain_entries(const struct pm_topic *topic,
				      const struct pm_registry *registry,
				      const struct pm_knowledge *knowledge, size_t *ret_count);

bool topic_is_one_port(const struct pm_topic *topic);

/* Does the occupant sit on a port of the topic, and not just on any? */
bool topic_has_occupant(const struct pm_topic *topic, const struct pm_occupant *occupant);

#endif

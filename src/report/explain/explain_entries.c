#include "explain/explain_entries.h"

bool pm_topic_has(const struct pm_topic *topic, const struct pm_snapshot *snapshot, size_t i)
{
	const struct pm_listener *listener = &snapshot->listeners[i];

	return listener->port >= topic->first && listener->port <= topic->last &&
	       (topic->transports >> pm_transport_of(listener->protocol) & 1);
}

bool topic_is_one_port(const struct pm_topic *topic)
{
	return topic->first == topic->last;
}

bool topic_has_occupant(const struct pm_topic *topic, const struct pm_occupant *occupant)
{
	return !occupant->any && occupant->first <= topic->last && occupant->last >= topic->first &&
	       (topic->transports >> occupant->transport & 1);
}

static bool has_row(const struct pm_topic *topic, const struct pm_registration *row)
{
	return row->first <= topic->last && row->last >= topic->first &&
	       (row->transports & topic->transports);
}

bool pm_topic_is_known(const struct pm_topic *topic, const struct pm_report *report)
{
	size_t count;
	const struct pm_occupant *occupants = pm_occupants(report->knowledge, &count);

	for (size_t i = 0; i < count; i++)
		if (topic_has_occupant(topic, &occupants[i]))
			return true;
	for (size_t i = 0; i < report->snapshot->listener_count; i++)
		if (pm_topic_has(topic, report->snapshot, i))
			return true;
	for (uint32_t i = 0; i < pm_registry_rows(report->registry); i++) {
		struct pm_registration row = pm_registry_row(report->registry, i);

		if (has_row(topic, &row))
			return true;
	}
	return false;
}

/* All but transports and number of the row. */
static bool say_the_same(const struct pm_registration *a, const struct pm_registration *b)
{
	return a->first == b->first && a->last == b->last && a->status == b->status &&
	       a->historic == b->historic && !strcmp(a->name, b->name) &&
	       !strcmp(a->description, b->description) && !strcmp(a->assignee, b->assignee) &&
	       !strcmp(a->registered, b->registered) && !strcmp(a->modified, b->modified) &&
	       !strcmp(a->reference, b->reference) && !strcmp(a->unauthorized, b->unauthorized) &&
	       !strcmp(a->alias_of, b->alias_of) && !strcmp(a->deassigned, b->deassigned) &&
	       !strcmp(a->contact, b->contact) && !strcmp(a->code, b->code);
}

/* Rows of one port stand near each other, and so do entries. */
static struct explain_entry *find_same(struct explain_entry *entries, size_t count,
				       const struct pm_registration *row)
{
	for (size_t i = count; i && entries[i - 1].row.first == row->first; i--)
		if (entries[i - 1].count < PM_TRANSPORTS && say_the_same(&entries[i - 1].row, row))
			return &entries[i - 1];
	return NULL;
}

static int entries_compare(const void *a, const void *b)
{
	const struct explain_entry *x = a, *y = b;
	int order = PM_CMP(x->row.status != PM_ASSIGNED, y->row.status != PM_ASSIGNED);

	return order ? order : PM_CMP(x->rows[0], y->rows[0]);
}

struct explain_entry *explain_entries(const struct pm_topic *topic,
				      const struct pm_registry *registry,
				      const struct pm_knowledge *knowledge, size_t *ret_count)
{
	struct explain_entry *entries = calloc(1, sizeof(*entries));
	size_t count = 0, room = 1;

	for (uint32_t i = 0; i < pm_registry_rows(registry) && entries; i++) {
		struct pm_registration row = pm_registry_row(registry, i);

		if (!has_row(topic, &row))
			continue;
		struct explain_entry *entry = find_same(entries, count, &row);
		if (!entry) {
			entry = pm_array_add(&entries, &count, &room, sizeof(*entry));
			if (!entry) {
				free(entries);
				return NULL;
			}
			entry->row = row;
			if (row.status == PM_ASSIGNED)
				entry->life = pm_life_of(registry, knowledge, i);
		}
		entry->rows[entry->count++] = i;
		entry->row.transports |= row.transports;
	}
	if (count)
		qsort(entries, count, sizeof(*entries), entries_compare);
	*ret_count = count;
	return entries;
}

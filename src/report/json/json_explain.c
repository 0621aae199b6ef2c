#include "json/json_explain.h"
#include "explain/explain_entries.h"
#include "explain/explain_words.h"
#include "explain/worry.h"
#include "json/json.h"
#include "json/json_facts.h"
#include "json/json_head.h"
#include "json/json_listener.h"

#include <errno.h>

static json_t *json_life(const struct explain_entry *entry)
{
	const struct pm_life *life = &entry->life;
	json_t *object = json_object();

	json_put(&object, "liveness", json_text(pm_liveness_name(life->liveness)));
	json_put(&object, "implementers", json_number(life->implementers));
	json_put(&object, "occupants", json_number(life->occupants));
	json_put(&object, "rfc", json_boolean(life->has_rfc));
	json_put(&object, "etc_services", json_boolean(life->is_listed));
	json_put(&object, "unauthorized", json_boolean(life->is_misused));
	json_put(&object, "old", json_boolean(life->is_old));
	json_put(&object, "history", json_text(life->dormant ? life->dormant->history : NULL));
	json_put(&object, "source", json_text(life->dormant ? life->dormant->source : NULL));
	return object;
}

static json_t *json_program_row(const char *program, enum pm_kind kind, const char *file,
				uint32_t row, const char *source)
{
	json_t *object = json_object();

	json_put(&object, "program", json_text(program));
	json_put(&object, "kind", json_text(pm_kind_name(kind)));
	json_put(&object, "source", json_text(source));
	json_put(&object, "file", json_text(file));
	json_put(&object, "row", json_number(row));
	return object;
}

static json_t *json_implementers(const struct pm_knowledge *knowledge, const char *service)
{
	size_t count;
	const struct pm_implementer *rows = pm_implementers_of(knowledge, service, &count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_push(&array, json_program_row(rows[i].program, rows[i].kind, rows[i].file,
						   rows[i].row, rows[i].source));
	return array;
}

static json_t *json_people(const struct pm_knowledge *knowledge, const char *people)
{
	struct pm_buf names = {0};

	person_words(knowledge, people, &names);
	return json_of_buf(&names);
}

/* Row number `k` of an entry, with who registered it in words too, and what is known of its service. */
static json_t *json_entry_row(const struct pm_report *report, const struct explain_entry *entry,
			      size_t k)
{
	const struct pm_knowledge *knowledge = report->knowledge;
	const struct pm_registration *row = &entry->row;
	json_t *object = json_registration(report->registry, entry->rows[k]);

	json_put(&object, "assignee_name", json_people(knowledge, row->assignee));
	json_put(&object, "contact", json_filled(row->contact));
	json_put(&object, "contact_name", json_people(knowledge, row->contact));
	json_put(&object, "service_code", json_filled(row->code));
	json_put(&object, "life", row->status == PM_ASSIGNED ? json_life(entry) : json_null());
	json_put(&object, "implementers", json_implementers(knowledge, row->name));
	return object;
}

/* Each row of the registry by itself, with what is known of its service. */
static json_t *json_rows(const struct pm_report *report, const struct pm_topic *topic)
{
	size_t count = 0;
	struct explain_entry *entries =
		explain_entries(topic, report->registry, report->knowledge, &count);
	json_t *array = entries ? json_array() : NULL;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < entries[i].count; k++)
			json_push(&array, json_entry_row(report, &entries[i], k));
	free(entries);
	return array;
}

static json_t *json_occupants(const struct pm_report *report, const struct pm_topic *topic)
{
	size_t count;
	const struct pm_occupant *rows = pm_occupants(report->knowledge, &count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		if (!topic_has_occupant(topic, &rows[i]))
			continue;
		json_t *object = json_program_row(rows[i].program, rows[i].kind, rows[i].file,
						  rows[i].row, rows[i].source);

		json_put(&object, "what", json_text(rows[i].what));
		json_put(&object, "first", json_number(rows[i].first));
		json_put(&object, "last", json_number(rows[i].last));
		json_put(&object, "transport", json_text(pm_transport_name(rows[i].transport)));
		json_push(&array, object);
	}
	return array;
}

static json_t *json_ranges(const struct pm_topic *topic)
{
	json_t *array = json_array();

	for (int i = (int)pm_range_of(topic->first); i <= (int)pm_range_of(topic->last); i++)
		json_push(&array, json_text(pm_range_name((enum pm_range)i)));
	return array;
}

static json_t *json_here(const struct pm_report *report, const struct pm_topic *topic,
			 unsigned only)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->snapshot->listener_count; i++)
		if (pm_topic_has(topic, report->snapshot, i) &&
		    (!only || (only >> report->judgement->verdicts[i].kind & 1)))
			json_push(&array, json_listener(report, i));
	return array;
}

static void push_reason(void *data, const char *sentence)
{
	json_push(data, json_text(sentence));
}

static json_t *json_worry(const struct pm_report *report, const struct pm_topic *topic)
{
	struct worry worry = worry_of_topic(report, topic);
	json_t *object = json_object(), *why = json_array();

	if (worry_reasons(report, &worry, push_reason, &why) < 0)
		json_push(&why, NULL);
	json_put(&object, "why", why);
	json_put(&object, "answer", json_text(worry_level_name(worry.level)));
	json_put(&object, "fails", json_boolean(worry.fails));
	return object;
}

static json_t *json_topic(const struct pm_report *report, const struct pm_topic *topic,
			  unsigned only)
{
	json_t *object = json_object();

	json_put(&object, "first", json_integer(topic->first));
	json_put(&object, "last", json_integer(topic->last));
	json_put(&object, "transports", json_transports(topic->transports));
	json_put(&object, "ranges", json_ranges(topic));
	json_put(&object, "worry", json_worry(report, topic));
	json_put(&object, "registrations", json_rows(report, topic));
	json_put(&object, "occupants", json_occupants(report, topic));
	json_put(&object, "listeners", json_here(report, topic, only));
	return object;
}

int json_explain(const struct pm_report *report, const struct pm_report_options *options,
		 const struct pm_topic *topics, size_t count)
{
	json_t *document = json_head(report), *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_push(&array, json_topic(report, &topics[i], options->only));
	json_put(&document, "topics", array);
	return json_write(document, options->out);
}

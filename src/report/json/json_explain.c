#include "json/json_explain.h"
#include "explain/explain_topic.h"
#include "explain/explain_words.h"
#include "explain/worry.h"
#include "json/json.h"

#include <errno.h>

static json_t *json_life(const struct topic_entry *entry)
{
	const struct pm_life *life = &entry->life;
	json_t *object = json_object();
	bool ok =
		json_put(object, "liveness", json_text(pm_liveness_name(life->liveness))) &&
		json_put(object, "implementers", json_integer((json_int_t)life->implementers)) &&
		json_put(object, "occupants", json_integer((json_int_t)life->occupants)) &&
		json_put(object, "rfc", json_boolean(life->has_rfc)) &&
		json_put(object, "etc_services", json_boolean(life->is_listed)) &&
		json_put(object, "unauthorized", json_boolean(life->is_misused)) &&
		json_put(object, "old", json_boolean(life->is_old)) &&
		json_put(object, "history",
			 json_text(life->dormant ? life->dormant->history : NULL)) &&
		json_put(object, "source", json_text(life->dormant ? life->dormant->source : NULL));

	return json_whole(object, ok);
}

static json_t *json_program_row(const char *program, enum pm_kind kind, const char *file,
				uint32_t row, const char *source)
{
	json_t *object = json_object();
	bool ok = json_put(object, "program", json_text(program)) &&
		  json_put(object, "kind", json_text(pm_kind_name(kind))) &&
		  json_put(object, "source", json_text(source)) &&
		  json_put(object, "file", json_text(file)) &&
		  json_put(object, "row", json_integer(row));

	return json_whole(object, ok);
}

static json_t *json_implementers(const struct pm_knowledge *knowledge, const char *service)
{
	size_t count;
	const struct pm_implementer *rows = pm_implementers_of(knowledge, service, &count);
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < count && ok; i++)
		ok = json_push(array, json_program_row(rows[i].program, rows[i].kind, rows[i].file,
						       rows[i].row, rows[i].source));
	return json_whole(array, ok);
}

static json_t *json_people(const struct pm_knowledge *knowledge, const char *people)
{
	struct pm_buf names = {0};

	person_words(knowledge, people, &names);
	json_t *text = names.failed ? NULL
		       : names.len  ? json_text(pm_buf_text(&names))
				    : json_null();
	pm_buf_release(&names);
	return text;
}

/* Who registered it, in words too. */
static bool put_people(json_t *object, const struct pm_knowledge *knowledge,
		       const struct pm_registration *row)
{
	return json_put(object, "assignee_name", json_people(knowledge, row->assignee)) &&
	       json_put(object, "contact", json_text(*row->contact ? row->contact : NULL)) &&
	       json_put(object, "contact_name", json_people(knowledge, row->contact)) &&
	       json_put(object, "service_code", json_text(*row->code ? row->code : NULL));
}

/* Each row of the registry by itself, with what is known of its service. */
static json_t *json_rows(const struct pm_report *report, const struct pm_topic *topic)
{
	size_t count = 0;
	struct topic_entry *entries =
		topic_entries(topic, report->registry, report->knowledge, &count);
	json_t *array = entries ? json_array() : NULL;
	bool ok = array;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < entries[i].count && ok; k++) {
			const struct pm_registration *row = &entries[i].row;
			json_t *object = json_registration(report->registry, entries[i].rows[k]);
			bool named = row->status == PM_ASSIGNED;

			ok = json_push(array, object) &&
			     put_people(object, report->knowledge, row) &&
			     json_put(object, "life",
				      named ? json_life(&entries[i]) : json_null()) &&
			     json_put(object, "implementers",
				      json_implementers(report->knowledge, row->name));
		}
	free(entries);
	return json_whole(array, ok);
}

static json_t *json_occupants(const struct pm_report *report, const struct pm_topic *topic)
{
	size_t count;
	const struct pm_occupant *rows = pm_occupants(report->knowledge, &count);
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < count && ok; i++) {
		if (!topic_has_occupant(topic, &rows[i]))
			continue;
		json_t *object = json_program_row(rows[i].program, rows[i].kind, rows[i].file,
						  rows[i].row, rows[i].source);
		ok = json_push(array, object) &&
		     json_put(object, "what", json_text(rows[i].what)) &&
		     json_put(object, "first", json_integer(rows[i].first)) &&
		     json_put(object, "last", json_integer(rows[i].last)) &&
		     json_put(object, "transport", json_text(pm_transport_name(rows[i].transport)));
	}
	return json_whole(array, ok);
}

static json_t *json_ranges(const struct pm_topic *topic)
{
	json_t *array = json_array();
	bool ok = array;

	for (int i = (int)pm_range_of(topic->first); i <= (int)pm_range_of(topic->last) && ok; i++)
		ok = json_push(array, json_text(pm_range_name((enum pm_range)i)));
	return json_whole(array, ok);
}

static json_t *json_here(const struct pm_report *report, const struct pm_topic *topic,
			 unsigned only)
{
	json_t *array = json_array();
	bool ok = array;

	for (size_t i = 0; i < report->snapshot->listener_count && ok; i++)
		if (pm_topic_has(topic, report->snapshot, i) &&
		    (!only || (only >> report->judgement->verdicts[i].kind & 1)))
			ok = json_push(array, json_listener(report, i));
	return json_whole(array, ok);
}

struct reasons {
	json_t *array;
	bool whole;
};

static void push_reason(void *data, const char *sentence)
{
	struct reasons *reasons = data;

	reasons->whole = reasons->whole && json_push(reasons->array, json_text(sentence));
}

static json_t *json_worry(const struct pm_report *report, const struct pm_topic *topic)
{
	struct worry worry = worry_of_topic(report, topic);
	struct reasons why = {json_array(), true};
	json_t *object = json_object();
	int r = worry_reasons(report, &worry, push_reason, &why);
	bool ok = json_put(object, "why", why.array) && r == 0 && why.whole &&
		  json_put(object, "answer", json_text(worry_level_name(worry.level))) &&
		  json_put(object, "fails", json_boolean(worry.fails));

	return json_whole(object, ok);
}

static json_t *json_topic(const struct pm_report *report, const struct pm_topic *topic,
			  unsigned only)
{
	json_t *object = json_object();
	bool ok = json_put(object, "first", json_integer(topic->first)) &&
		  json_put(object, "last", json_integer(topic->last)) &&
		  json_put(object, "transports", json_transports(topic->transports)) &&
		  json_put(object, "ranges", json_ranges(topic)) &&
		  json_put(object, "worry", json_worry(report, topic)) &&
		  json_put(object, "registrations", json_rows(report, topic)) &&
		  json_put(object, "occupants", json_occupants(report, topic)) &&
		  json_put(object, "listeners", json_here(report, topic, only));

	return json_whole(object, ok);
}

int json_explain(const struct pm_report *report, const struct pm_report_options *options,
		 const struct pm_topic *topics, size_t count)
{
	json_t *document = json_head(report), *array = json_array();
	bool ok = json_put(document, "topics", array);

	for (size_t i = 0; i < count && ok; i++)
		ok = json_push(array, json_topic(report, &topics[i], options->only));
	return json_write(json_whole(document, ok), options->out);
}

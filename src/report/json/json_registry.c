#include "json/json_registry.h"
#include "json/json.h"
#include "json/json_head.h"
#include "registry/registry_print.h"

#include <errno.h>

static json_t *json_origins(const struct pm_registry *registry)
{
	size_t count;
	const struct pm_origin *origins = pm_registry_origins(&count);
	json_t *array = json_array();

	for (size_t i = 0; i < count && registry == pm_registry_builtin(); i++) {
		json_t *object = json_object();

		json_put(&object, "what", json_text(origins[i].what));
		json_put(&object, "date", json_text(origins[i].date));
		json_put(&object, "source", json_text(origins[i].source));
		json_push(&array, object);
	}
	return array;
}

static json_t *json_files(const struct pm_knowledge *knowledge)
{
	size_t count;
	const struct pm_knowledge_file *files = pm_knowledge_files(knowledge, &count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();
		bool implements = files[i].table == PM_TABLE_IMPLEMENTERS;

		json_put(&object, "file", json_text(files[i].name));
		json_put(&object, "table", json_text(implements ? "implementers" : "occupants"));
		json_put(&object, "rows", json_number(files[i].rows));
		json_push(&array, object);
	}
	return array;
}

static json_t *json_knowledge(const struct pm_knowledge *knowledge,
			      const struct registry_counts *counts)
{
	json_t *object =
		json_pack("{s:I, s:I, s:I, s:I, s:I}", "programs", (json_int_t)counts->programs,
			  "implementers", (json_int_t)counts->implementers, "occupants",
			  (json_int_t)counts->occupants, "dormant", (json_int_t)counts->histories,
			  "etc_services", (json_int_t)counts->listings);

	json_put(&object, "files", json_files(knowledge));
	return object;
}

static json_t *json_lives(const struct registry_counts *counts)
{
	json_t *object = json_object();

	for (int i = 0; i < PM_LIVENESSES; i++)
		json_put(&object, pm_liveness_name((enum pm_liveness)i),
			 json_number(counts->lives[i]));
	return object;
}

int json_registry_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct registry_counts counts;
	int r = registry_count(report, &counts);

	if (r < 0)
		return r;
	json_begin();
	json_t *document = json_object(), *registry = json_registry(report->registry);

	json_put(&document, "portmote", json_integer(1));
	json_put(&registry, "origins", json_origins(report->registry));
	json_put(&document, "registry", registry);
	json_put(&document, "knowledge", json_knowledge(report->knowledge, &counts));
	json_put(&document, "liveness", json_lives(&counts));
	return json_write(document, options->out);
}

/* What registry and what knowledge are in use, for people. */
#include "registry/registry_print.h"
#include "text/text.h"

#include <errno.h>

static int registry_compare_programs(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many different programs the two tables name; 0 or -ENOMEM. */
static int registry_count_programs(const struct pm_knowledge *knowledge, size_t *ret)
{
	size_t implementers, occupants, count = 0;
	const struct pm_implementer *some = pm_implementers(knowledge, &implementers);
	const struct pm_occupant *others = pm_occupants(knowledge, &occupants);
	const char **names = calloc(implementers + occupants + 1, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < implementers; i++)
		names[count++] = some[i].program;
	for (size_t i = 0; i < occupants; i++)
		names[count++] = others[i].program;
	qsort(names, count, sizeof(*names), registry_compare_programs);
	*ret = 0;
	for (size_t i = 0; i < count; i++)
		*ret += !i || strcmp(names[i - 1], names[i]);
	free(names);
	return 0;
}

int registry_count(const struct pm_report *report, struct registry_counts *ret)
{
	const struct pm_implementer *rows = pm_implementers(report->knowledge, &ret->implementers);

	*ret = (struct registry_counts){.implementers = ret->implementers};
	pm_occupants(report->knowledge, &ret->occupants);
	pm_dormants(report->knowledge, &ret->histories);
	pm_listings(report->knowledge, &ret->listings);
	for (size_t i = 0; i < ret->implementers; i++)
		ret->services += !i || strcmp(rows[i - 1].service, rows[i].service);
	for (uint32_t i = 0; i < pm_registry_rows(report->registry); i++) {
		if (pm_registry_row(report->registry, i).status != PM_ASSIGNED)
			continue;
		ret->assigned++;
		ret->lives[pm_life_of(report->registry, report->knowledge, i).liveness]++;
	}
	return registry_count_programs(report->knowledge, &ret->programs);
}

static void print_origins(const struct pm_registry *registry, FILE *out)
{
	size_t count;
	const struct pm_origin *origins = pm_registry_origins(&count);

	for (size_t i = 0; i < count && registry == pm_registry_builtin(); i++)
		fprintf(out, "  %s: %s, %s\n", origins[i].date, origins[i].what, origins[i].source);
}

static void print_knowledge(const struct pm_knowledge *knowledge,
			    const struct registry_counts *counts, FILE *out)
{
	size_t count;
	const struct pm_knowledge_file *files = pm_knowledge_files(knowledge, &count);

	fprintf(out, "knowledge: built in%s, %zu programs\n", count ? " and local" : "",
		counts->programs);
	fprintf(out, "  %zu rows of who implements one of %zu services\n", counts->implementers,
		counts->services);
	fprintf(out, "  %zu rows of who sits where without being registered\n", counts->occupants);
	fprintf(out, "  %zu rows of services without living implementation\n", counts->histories);
	fprintf(out, "  %zu rows of /etc/services\n", counts->listings);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "  %s: %zu of these rows, %s\n", files[i].name, files[i].rows,
			files[i].table == PM_TABLE_IMPLEMENTERS ? "who implements"
								: "who sits where");
}

int registry_print(const struct pm_report *report, const struct pm_report_options *options)
{
	struct registry_counts counts;
	FILE *out = options->out;
	int r = registry_count(report, &counts);

	if (r < 0)
		return r;
	text_registry(report->registry, out);
	print_origins(report->registry, out);
	print_knowledge(report->knowledge, &counts, out);
	fprintf(out, "life: %zu of the registry's rows give a service a port; of these are\n",
		counts.assigned);
	for (int i = 0; i < PM_LIVENESSES; i++)
		fprintf(out, "  %5zu %s\n", counts.lives[i], pm_liveness_name((enum pm_liveness)i));
	return ferror(out) ? -EIO : 0;
}

/* What the registrations of one port are called, each service once. */
#include <portmote/label.h>

#include <strings.h>

static int title_compare_texts(const void *a, const void *b)
{
	const struct pm_title *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c ? c : PM_CMP(x->place, y->place);
}

static int title_compare_places(const void *a, const void *b)
{
	const struct pm_title *x = a, *y = b;

	return PM_CMP(x->place, y->place);
}

/* Services that have their own name come first, in order of it. */
static int title_compare_names(const void *a, const void *b)
{
	const struct pm_title *x = a, *y = b;
	int c = PM_CMP(!!*x->alias_of, !!*y->alias_of);

	return c ? c : strcasecmp(x->name, y->name);
}

/* An alias says nothing new where the service that it is one of has a title too. */
static void mark_aliases(struct pm_title *titles, size_t count)
{
	size_t own = 0;

	qsort(titles, count, sizeof(*titles), title_compare_names);
	while (own < count && !*titles[own].alias_of)
		own++;
	for (size_t i = own; i < count; i++) {
		const struct pm_title key = {.name = titles[i].alias_of, .alias_of = ""};

		titles[i].is_repeated =
			bsearch(&key, titles, own, sizeof(*titles), title_compare_names);
	}
}

size_t pm_titles_once(struct pm_title *titles, size_t count)
{
	size_t filled = 0, once = 0;

	for (size_t i = 0; i < count; i++)
		if (titles[i].text) {
			titles[filled] = titles[i];
			titles[filled].place = filled;
			filled++;
		}
	mark_aliases(titles, filled);
	qsort(titles, filled, sizeof(*titles), title_compare_texts);
	for (size_t i = filled; i-- > 1;)
		titles[i].is_repeated |= !strcmp(titles[i - 1].text, titles[i].text);
	qsort(titles, filled, sizeof(*titles), title_compare_places);
	for (size_t i = 0; i < filled; i++)
		if (!titles[i].is_repeated)
			titles[once++] = titles[i];
	return once;
}

static struct pm_title title_of(const struct pm_registry *registry, uint32_t index)
{
	struct pm_registration row = pm_registry_row(registry, index);
	const char *text = *row.description ? row.description : row.name;

	return (struct pm_title){
		.text = row.status == PM_ASSIGNED ? text : NULL,
		.name = row.name,
		.alias_of = row.alias_of,
	};
}

void pm_label_registered_to(const struct pm_registry *registry, const uint32_t *rows, size_t count,
			    struct pm_buf *ret)
{
	struct pm_title *titles = count ? calloc(count, sizeof(*titles)) : NULL;

	ret->failed |= count && !titles;
	for (size_t i = 0; i < count && titles; i++)
		titles[i] = title_of(registry, rows[i]);
	size_t once = titles ? pm_titles_once(titles, count) : 0;
	for (size_t i = 0; i < once; i++) {
		pm_buf_puts(ret, i ? " / " : "");
		pm_buf_puts(ret, titles[i].text);
	}
	free(titles);
}

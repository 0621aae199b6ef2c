#include "knowledge.h"
#include "tables.h"

#include <errno.h>

const struct pm_registry *pm_registry_builtin(void)
{
	return &pm_builtin_registry;
}

const struct pm_origin *pm_registry_origins(size_t *ret_count)
{
	const struct pm_rows *rows = &pm_builtin_knowledge.rows[PM_TABLE_ORIGINS];

	*ret_count = rows->count;
	return rows->items;
}

const struct pm_knowledge *pm_knowledge_builtin(void)
{
	return &pm_builtin_knowledge;
}

static int copy_builtin(struct pm_knowledge *new)
{
	const struct pm_knowledge *old = &pm_builtin_knowledge;

	for (size_t i = 0; i < PM_TABLES; i++) {
		const struct pm_rows *rows = &old->rows[i];
		size_t bytes = rows->count * pm_tables[i].size;

		new->rows[i] = (struct pm_rows){malloc(bytes + 1), rows->count, rows->count};
		if (!new->rows[i].items)
			return -ENOMEM;
		memcpy(new->rows[i].items, rows->items, bytes);
	}
	new->ranges = malloc((old->range_count + 1) * sizeof(*new->ranges));
	if (!new->ranges)
		return -ENOMEM;
	memcpy(new->ranges, old->ranges, old->range_count * sizeof(*new->ranges));
	new->range_count = old->range_count;
	return 0;
}

struct pm_knowledge *pm_knowledge_new(void)
{
	struct pm_knowledge *new = calloc(1, sizeof(*new));

	if (new &&copy_builtin(new) < 0) {
		pm_knowledge_free(new);
		return NULL;
	}
	return new;
}

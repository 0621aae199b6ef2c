#include "knowledge.h"
#include "tables.h"

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

struct pm_knowledge *pm_knowledge_new(void)
{
	struct pm_knowledge *new = calloc(1, sizeof(*new));

	for (size_t i = 0; new &&i < PM_TABLES; i++) {
		const struct pm_rows *rows = &pm_builtin_knowledge.rows[i];
		size_t bytes = rows->count * pm_tables[i].size;

		new->rows[i] = (struct pm_rows){malloc(bytes + 1), rows->count, rows->count};
		if (!new->rows[i].items) {
			pm_knowledge_free(new);
			return NULL;
		}
		memcpy(new->rows[i].items, rows->items, bytes);
	}
	return new;
}

#include "knowledge.h"
#include "tables.h"

const struct pm_registry *pm_registry_builtin(void)
{
	return &pm_builtin_registry;
}

const struct pm_implementer *pm_implementers(size_t *ret_count)
{
	*ret_count = pm_builtin_implementer_count;
	return pm_builtin_implementers;
}

const struct pm_implementer *pm_implementer_find(const char *service, const char *program,
						 enum pm_kind kind)
{
	const struct pm_implementer key = {.service = service, .program = program, .kind = kind};

	return bsearch(&key, pm_builtin_implementers, pm_builtin_implementer_count, sizeof(key),
		       pm_implementer_compare);
}

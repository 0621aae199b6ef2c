/* What a newer registry changes. */
#include <portmote/registry.h>

#include <errno.h>
#include <strings.h>

const char *pm_change_name(enum pm_change_kind kind)
{
	static const char *const names[PM_CHANGES] = {
		[PM_CHANGE_NEW] = "new",
		[PM_CHANGE_RENAMED] = "renamed",
		[PM_CHANGE_DEASSIGNED] = "de-assigned",
	};

	return names[kind];
}

struct compare_names {
	const struct pm_registry *registry;
	const uint32_t *rows;
	size_t count; /* assigned ones, which come first */
};

static struct compare_names names_at(const struct pm_registry *registry,
				     enum pm_transport transport, uint16_t port)
{
	struct compare_names names = {.registry = registry};
	size_t count = pm_registry_at(registry, transport, port, &names.rows);

	while (names.count < count &&
	       pm_registry_row(registry, names.rows[names.count]).status == PM_ASSIGNED)
		names.count++;
	return names;
}

static bool has_name(const struct compare_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcasecmp(pm_registry_row(names->registry, names->rows[i]).name, name))
			return true;
	return false;
}

static bool has_all(const struct compare_names *names, const struct compare_names *others)
{
	for (size_t i = 0; i < others->count; i++)
		if (!has_name(names, pm_registry_row(others->registry, others->rows[i]).name))
			return false;
	return true;
}

static bool compare_are_same(const struct compare_names *a, const struct compare_names *b)
{
	return has_all(a, b) && has_all(b, a);
}

/* A change of one transport, and what it is a change of. */
struct compare_step {
	struct pm_change change;
	struct compare_names before, after;
};

static bool go_together(const struct compare_step *a, const struct compare_step *b)
{
	return a->change.kind == b->change.kind && compare_are_same(&a->before, &b->before) &&
	       compare_are_same(&a->after, &b->after);
}

static int compare_steps(const void *a, const void *b)
{
	const struct pm_change *x = &((const struct compare_step *)a)->change;
	const struct pm_change *y = &((const struct compare_step *)b)->change;
	int c = PM_CMP(x->first, y->first);

	c = c ? c : PM_CMP(x->last, y->last);
	return c ? c : PM_CMP(x->transports, y->transports);
}

static enum pm_change_kind compare_kind_of(const struct compare_step *step)
{
	if (!step->before.count)
		return PM_CHANGE_NEW;
	return step->after.count ? PM_CHANGE_RENAMED : PM_CHANGE_DEASSIGNED;
}

struct compare_steps {
	struct compare_step *items;
	size_t count, room;
};

/* Runs of one transport; 0 or -ENOMEM. */
static int compare_walk(struct compare_steps *steps, const struct pm_registry *before,
			const struct pm_registry *after, enum pm_transport transport)
{
	struct compare_step *last = NULL;

	for (unsigned port = 0; port <= UINT16_MAX; port++) {
		uint16_t at = (uint16_t)port;
		struct compare_step step = {
			.before = names_at(before, transport, at),
			.after = names_at(after, transport, at),
			.change = {.first = at,
				   .last = at,
				   .transports = (uint8_t)(1u << transport)},
		};

		if (compare_are_same(&step.before, &step.after))
			continue;
		step.change.kind = compare_kind_of(&step);
		if (last && last->change.last + 1u == port && go_together(last, &step)) {
			last->change.last = at;
			continue;
		}
		last = pm_array_add(&steps->items, &steps->count, &steps->room, sizeof(*last));
		if (!last)
			return -ENOMEM;
		*last = step;
	}
	return 0;
}

/* The same change of several transports is one. */
static size_t compare_merge(struct compare_steps *steps)
{
	size_t count = 0;

	if (steps->count)
		qsort(steps->items, steps->count, sizeof(*steps->items), compare_steps);
	for (size_t i = 0; i < steps->count; i++) {
		struct compare_step *step = &steps->items[i];
		struct compare_step *last = count ? &steps->items[count - 1] : NULL;

		if (last && last->change.first == step->change.first &&
		    last->change.last == step->change.last && go_together(last, step))
			last->change.transports |= step->change.transports;
		else
			steps->items[count++] = *step;
	}
	return count;
}

int pm_registry_compare(const struct pm_registry *before, const struct pm_registry *after,
			struct pm_change **ret, size_t *ret_count)
{
	struct compare_steps steps = {0};
	int r = 0;

	for (unsigned t = 0; t < PM_TRANSPORTS && r == 0; t++)
		r = compare_walk(&steps, before, after, (enum pm_transport)t);
	size_t count = compare_merge(&steps);
	struct pm_change *changes = r == 0 ? calloc(count + 1, sizeof(*changes)) : NULL;
	for (size_t i = 0; changes && i < count; i++)
		changes[i] = steps.items[i].change;
	free(steps.items);
	if (!changes)
		return -ENOMEM;
	*ret = changes;
	*ret_count = count;
	return 0;
}

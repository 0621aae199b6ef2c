#include "units/unitload.h"
#include "units/unitname.h"

#include <errno.h>
#include <limits.h>

enum { HOPS_MAX = 8, DROP_INS_MAX = 256 };

/* One name more of a unit. */
struct alias {
	const char *canonical, *name;
};

struct loading {
	struct units units;
	struct alias *aliases; /* by canonical name */
	size_t alias_count, alias_room;
};

/* What one unit is made of; of drop-ins, masks too. */
struct parts {
	struct unit_entry *file;
	struct unit_entry *drop_ins[DROP_INS_MAX];
	size_t count;
};

/* ---- names ------------------------------------------------------------------------- */

/* Whose alias the name, or the template of the name, is; false: of none. */
static bool unitload_follow(const struct units *units, const char *name, char ret[UNIT_NAME])
{
	char template[UNIT_NAME];
	const struct unit_entry *entry = units_find(units, name);

	if (!entry && unitname_template(name, template))
		entry = units_find(units, template);
	if (!entry || !entry->target)
		return false;
	unitname_instance(entry->target, name, ret);
	return strcmp(name, ret) != 0;
}

static void canonical_name(const struct units *units, const char *name, char ret[UNIT_NAME])
{
	char next[UNIT_NAME];

	snprintf(ret, UNIT_NAME, "%s", name);
	for (int i = 0; i < HOPS_MAX && unitload_follow(units, ret, next); i++)
		snprintf(ret, UNIT_NAME, "%s", next);
}

/* The file of a canonical name, an instance's being its template's; or NULL: not there, or masked. */
static struct unit_entry *file_of(const struct units *units, const char *name)
{
	char template[UNIT_NAME];
	struct unit_entry *entry = units_find(units, name);

	if ((!entry || entry->target) && unitname_template(name, template))
		entry = units_find(units, template);
	return entry && !entry->target && !entry->is_mask ? entry : NULL;
}

static int compare_aliases(const void *a, const void *b)
{
	const struct alias *x = a, *y = b;
	int c = strcmp(x->canonical, y->canonical);

	return c ? c : strcmp(x->name, y->name);
}

static int list_aliases(struct loading *loading)
{
	struct units *units = &loading->units;

	for (size_t i = 0; i < units->entry_count; i++) {
		char name[UNIT_NAME];

		if (!units->entries[i].target)
			continue;
		canonical_name(units, units->entries[i].base, name);
		struct alias *room = pm_array_add(&loading->aliases, &loading->alias_count,
						  &loading->alias_room, sizeof(*room));
		if (!room)
			return -ENOMEM;
		*room = (struct alias){pm_arena_copy(&units->arena, name, strlen(name)),
				       units->entries[i].base};
		if (!room->canonical)
			return -ENOMEM;
	}
	if (loading->alias_count)
		qsort(loading->aliases, loading->alias_count, sizeof(*loading->aliases),
		      compare_aliases);
	return 0;
}

/* The first alias of a canonical name; the others follow it. */
static size_t first_alias(const struct loading *loading, const char *canonical)
{
	size_t low = 0, high = loading->alias_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(loading->aliases[middle].canonical, canonical) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_alias_of(const struct loading *loading, size_t i, const char *canonical)
{
	return i < loading->alias_count && !strcmp(loading->aliases[i].canonical, canonical);
}

static bool is_enabled(const struct loading *loading, const char *canonical)
{
	bool is = units_is_enabled(&loading->units, canonical);

	for (size_t i = first_alias(loading, canonical); is_alias_of(loading, i, canonical); i++)
		is |= units_is_enabled(&loading->units, loading->aliases[i].name);
	return is;
}

/* ---- drop-ins ---------------------------------------------------------------------- */

/* Of one file name, what is met first hides the rest. */
static void take_folder(const struct units *units, const char *folder, size_t rank,
			struct parts *ret)
{
	size_t count;
	struct unit_entry *entries = units_drop_ins(units, folder, rank, &count);

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < ret->count && strcmp(ret->drop_ins[k]->base, entries[i].base) != 0)
			k++;
		if (k == ret->count && k < DROP_INS_MAX)
			ret->drop_ins[ret->count++] = &entries[i];
	}
}

static void unitload_take_name(const struct units *units, const char *name, struct parts *ret)
{
	char folders[UNIT_FOLDERS][UNIT_NAME];
	size_t count = unitname_folders(name, folders);

	for (size_t rank = 0; rank < units_ranks(); rank++)
		for (size_t i = 0; i < count; i++)
			take_folder(units, folders[i], rank, ret);
}

static int by_base(const void *a, const void *b)
{
	const struct unit_entry *const *x = a, *const *y = b;

	return strcmp((*x)->base, (*y)->base);
}

/* Those of all its names, then those of all units of its kind; put in order of file name. */
static void find_drop_ins(const struct loading *loading, const char *canonical, struct parts *ret)
{
	const struct units *units = &loading->units;
	const char *dot = strrchr(canonical, '.');
	char folder[UNIT_NAME];

	ret->count = 0;
	unitload_take_name(units, canonical, ret);
	for (size_t i = first_alias(loading, canonical); is_alias_of(loading, i, canonical); i++)
		unitload_take_name(units, loading->aliases[i].name, ret);
	snprintf(folder, sizeof(folder), "%.200s.d", dot + 1);
	for (size_t rank = 0; rank < units_ranks(); rank++)
		take_folder(units, folder, rank, ret);
	qsort(ret->drop_ins, ret->count, sizeof(*ret->drop_ins), by_base);
}

/* ---- rows of the snapshot ---------------------------------------------------------- */

/* A file that others can write is systemd's to read and nobody's word. */
static int read_entry(struct units *units, struct unit_entry *entry)
{
	struct pm_config config = {0};

	if (entry->is_read || entry->is_untold || entry->is_mask)
		return 0;
	int r = config_read(units->reading, entry->path, &config);
	entry->is_read = r == 0;
	entry->is_untold = r < 0;
	entry->text = config.text;
	entry->len = config.len;
	return r == 0 || r == -EPERM || r == -EINVAL ? 0
						     : config_gap(units->reading, entry->path, r);
}

static int read_parts(struct units *units, const struct parts *parts, bool *ret_untold)
{
	int r = read_entry(units, parts->file);

	*ret_untold = parts->file->is_untold;
	for (size_t i = 0; i < parts->count && r == 0; i++) {
		r = read_entry(units, parts->drop_ins[i]);
		*ret_untold |= parts->drop_ins[i]->is_untold;
	}
	return r;
}

static int add_row(struct units *units, const char *name, const struct unit_entry *entry,
		   enum pm_known is_enabled, bool is_untold)
{
	struct pm_arena *arena = &units->reading->collector->snapshot->arena;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/%s", entry->path);
	struct pm_config config = {
		.name = pm_arena_escape(arena, name, strlen(name)),
		.path = pm_arena_escape(arena, path, strlen(path)),
		.text = is_untold ? "" : entry->text,
		.len = is_untold ? 0 : entry->len,
		.is_enabled = is_enabled,
		.is_unread = is_untold,
	};

	return config.name && config.path ? config_add(units->reading, &config) : -ENOMEM;
}

/* What is not told in full is not told at all, but that it is there. */
static int unitload_one(struct loading *loading, const char *name)
{
	struct units *units = &loading->units;
	struct parts parts;
	char canonical[UNIT_NAME];
	bool is_untold, is_socket = !strcmp(strrchr(name, '.'), ".socket");
	enum pm_known wanted = PM_UNKNOWN;

	canonical_name(units, name, canonical);
	parts.file = file_of(units, canonical);
	if (!parts.file || (is_socket && strcmp(name, canonical) != 0))
		return 0;
	find_drop_ins(loading, canonical, &parts);
	if (is_socket)
		wanted = is_enabled(loading, canonical) ? PM_YES : PM_NO;
	int r = read_parts(units, &parts, &is_untold);
	if (r < 0)
		return r;
	r = add_row(units, name, parts.file, wanted, is_untold);
	for (size_t i = 0; i < parts.count && r == 0 && !is_untold; i++)
		if (!parts.drop_ins[i]->is_mask)
			r = add_row(units, name, parts.drop_ins[i], wanted, false);
	return r;
}

/* ---- which units ------------------------------------------------------------------- */

/* Instances have no file of their own: some are wanted, some have drop-ins. */
static int load_instances(struct loading *loading)
{
	struct units *units = &loading->units;
	const char *last = "";
	char name[UNIT_NAME], template[UNIT_NAME];
	int r = 0;

	for (size_t i = 0; i < units->enabled_count && r == 0; i++)
		if ((!i || strcmp(units->enabled[i - 1], units->enabled[i]) != 0) &&
		    unitname_template(units->enabled[i], template) &&
		    !units_find(units, units->enabled[i]))
			r = unitload_one(loading, units->enabled[i]);
	for (size_t i = 0; i < units->drop_in_count && r == 0; i++) {
		const char *folder = units->drop_ins[i].folder;

		if (!strcmp(folder, last) || strlen(folder) >= UNIT_NAME)
			continue;
		last = folder;
		snprintf(name, sizeof(name), "%.*s", (int)(strlen(folder) - 2), folder);
		if (unitname_template(name, template) && !units_find(units, name) &&
		    !units_is_enabled(units, name))
			r = unitload_one(loading, name);
	}
	return r;
}

static int load_all(struct loading *loading)
{
	struct units *units = &loading->units;
	int r = units_list(units);

	if (r < 0)
		return r;
	r = list_aliases(loading);
	for (size_t i = 0; i < units->entry_count && r == 0; i++)
		r = unitload_one(loading, units->entries[i].base);
	return r < 0 ? r : load_instances(loading);
}

int units_read(struct reading *reading)
{
	struct loading loading = {.units = {.reading = reading}};
	int r = load_all(&loading);

	free(loading.aliases);
	units_release(&loading.units);
	return r;
}

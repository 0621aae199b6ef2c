/*
 * What there is in the folders of units, by the order of systemd.unit(5): files, masks, aliases,
 * links that lead elsewhere, drop-ins, and which units others want.
 */
#include "units/units.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first that has a name hides the others. */
static const char *const folders[] = {
	"etc/systemd/system.control", "run/systemd/system.control",
	"run/systemd/transient",      "run/systemd/generator.early",
	"etc/systemd/system",	      "etc/systemd/system.attached",
	"run/systemd/system",	      "run/systemd/system.attached",
	"run/systemd/generator",      "usr/local/lib/systemd/system",
	"usr/lib/systemd/system",     "lib/systemd/system",
	"run/systemd/generator.late",
};

static const char *const kinds[] = {".socket", ".service"};

size_t units_ranks(void)
{
	return PM_COUNT(folders);
}

static bool is_unit(const char *name)
{
	return strlen(name) < UNIT_NAME &&
	       (pm_ends_with(name, kinds[0]) || pm_ends_with(name, kinds[1]));
}

/* ---- links ------------------------------------------------------------------------- */

/* The path that a link of a folder gives, from the root, without "." and ".."; "" if too long. */
static void absolute(const char *folder, const char *target, char ret[PATH_MAX])
{
	char whole[PATH_MAX];
	size_t len = 0;

	int need = snprintf(whole, sizeof(whole), "%s/%s", *target == '/' ? "" : folder, target);
	ret[0] = '\0';
	if (need < 0 || (size_t)need >= sizeof(whole))
		return;
	for (const char *at = whole; *at;) {
		at += strspn(at, "/");
		size_t width = strcspn(at, "/");

		if (width == 2 && !memcmp(at, "..", 2)) {
			while (len && ret[--len] != '/')
				;
		} else if (width && !(width == 1 && *at == '.')) {
			if (len)
				ret[len++] = '/';
			memcpy(ret + len, at, width);
			len += width;
		}
		ret[len] = '\0';
		at += width;
	}
}

/* A unit of another name in a folder of units: its name, or NULL. */
static const char *alias_of(const char *path, const char *base)
{
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; slash && i < PM_COUNT(folders); i++)
		if (strlen(folders[i]) == (size_t)(slash - path) &&
		    !memcmp(folders[i], path, (size_t)(slash - path)))
			return strcmp(slash + 1, base) ? slash + 1 : NULL;
	return NULL;
}

/* A link to nothing hides nothing. */
static int take_link(struct units *units, int dir, const char *base, struct unit_entry *entry,
		     bool *ret_has)
{
	struct reading *reading = units->reading;
	char target[PATH_MAX], path[PATH_MAX], folder[PATH_MAX];
	struct stat st;

	ssize_t len = readlinkat(dir, base, target, sizeof(target) - 1);
	*ret_has = len >= 0;
	if (len < 0)
		return errno == ENOENT ? 0 : config_gap(reading, entry->path, -errno);
	target[len] = '\0';
	snprintf(folder, sizeof(folder), "../host/root/%s", units->folder);
	record_link(reading->collector->source, folder, base, target);
	absolute(units->folder, target, path);
	entry->is_mask = !strcmp(path, "dev/null");
	const char *alias = entry->is_mask ? NULL : alias_of(path, base);
	if (entry->is_mask || alias) {
		entry->target = alias ? pm_arena_copy(&units->arena, alias, strlen(alias)) : NULL;
		return alias && !entry->target ? -ENOMEM : 0;
	}
	int fd = config_open(reading, entry->path, O_PATH);
	*ret_has = fd != -ENOENT && fd != -ELOOP;
	if (fd < 0)
		return *ret_has ? config_gap(reading, entry->path, fd) : 0;
	entry->is_mask = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !st.st_size;
	close(fd);
	return 0;
}

/* ---- one entry --------------------------------------------------------------------- */

/* Whose name begins with the folder's: a unit, or a drop-in where `drop_ins` names its folder. */
static int add_entry(struct units *units, int dir, const char *base, const char *drop_ins)
{
	struct unit_entry entry = {
		.folder = drop_ins,
		.rank = units->rank,
		.is_untold = !units->is_roots,
		.base = pm_arena_copy(&units->arena, base, strlen(base)),
		.path = pm_arena_printf(&units->arena, "%s/%s", units->folder, base),
	};
	struct stat st;
	bool has = true;
	int r = 0;

	if (!entry.base || !entry.path)
		return -ENOMEM;
	if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : config_gap(units->reading, entry.path, -errno);
	if (S_ISLNK(st.st_mode))
		r = take_link(units, dir, base, &entry, &has);
	else if (S_ISREG(st.st_mode))
		entry.is_mask = !st.st_size;
	else
		return 0;
	if (r < 0 || !has)
		return r;
	struct unit_entry *room = *drop_ins ? pm_array_add(&units->drop_ins, &units->drop_in_count,
							   &units->drop_in_room, sizeof(*room))
					    : pm_array_add(&units->entries, &units->entry_count,
							   &units->entry_room, sizeof(*room));
	if (room)
		*room = entry;
	return room ? 0 : -ENOMEM;
}

/* ---- folders ----------------------------------------------------------------------- */

struct listing {
	struct units *units;
	const char *drop_ins;
};

static int take_wanted(void *data, int dir, const char *base)
{
	struct listing *listing = data;
	struct units *units = listing->units;
	char folder[PATH_MAX];

	(void)dir;
	if (!is_unit(base))
		return 0;
	snprintf(folder, sizeof(folder), "../host/root/%s", units->folder);
	record_link(units->reading->collector->source, folder, base, "-");
	const char **room = pm_array_add(&units->enabled, &units->enabled_count,
					 &units->enabled_room, sizeof(*room));
	if (room)
		*room = pm_arena_copy(&units->arena, base, strlen(base));
	return room && *room ? 0 : -ENOMEM;
}

static int take_drop_in(void *data, int dir, const char *base)
{
	struct listing *listing = data;

	return pm_ends_with(base, ".conf") ? add_entry(listing->units, dir, base, listing->drop_ins)
					   : 0;
}

static bool is_of_roots(const struct units *units)
{
	int fd = config_open(units->reading, units->folder, O_PATH | O_DIRECTORY);
	struct stat st;

	bool is = fd >= 0 && fstat(fd, &st) == 0 && config_is_roots(units->reading, &st);
	if (fd >= 0)
		close(fd);
	return is;
}

/* Nothing is there, as a rule, of most of them. */
static int read_folder(struct listing *listing, int (*each)(void *data, int dir, const char *base))
{
	struct units *units = listing->units;

	units->is_roots = is_of_roots(units);
	int r = config_each(units->reading, units->folder, each, listing);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	return r < 0 ? config_gap(units->reading, units->folder, r) : 0;
}

static int units_read_below(struct units *units, const char *base,
			    int (*each)(void *data, int dir, const char *base))
{
	const char *above = units->folder;
	bool was_roots = units->is_roots;
	struct listing listing = {
		.units = units,
		.drop_ins = pm_arena_copy(&units->arena, base, strlen(base)),
	};

	units->folder = pm_arena_printf(&units->arena, "%s/%s", above, base);
	int r = listing.drop_ins && units->folder ? read_folder(&listing, each) : -ENOMEM;
	units->folder = above;
	units->is_roots = was_roots;
	return r;
}

/* "ssh.socket.d", and for all of a kind "socket.d". */
static bool is_drop_ins(const char *name)
{
	return !strcmp(name, "socket.d") || !strcmp(name, "service.d") ||
	       pm_ends_with(name, ".socket.d") || pm_ends_with(name, ".service.d");
}

static int take_unit(void *data, int dir, const char *base)
{
	struct listing *listing = data;

	if (is_drop_ins(base))
		return units_read_below(listing->units, base, take_drop_in);
	if (pm_ends_with(base, ".wants") || pm_ends_with(base, ".requires") ||
	    pm_ends_with(base, ".upholds"))
		return units_read_below(listing->units, base, take_wanted);
	return is_unit(base) ? add_entry(listing->units, dir, base, "") : 0;
}

/* ---- order ------------------------------------------------------------------------- */

static int compare_entries(const void *a, const void *b)
{
	const struct unit_entry *x = a, *y = b;
	int c = strcmp(x->folder, y->folder);

	if (!c)
		c = strcmp(x->base, y->base);
	return c ? c : PM_CMP(x->rank, y->rank);
}

static int compare_drop_ins(const void *a, const void *b)
{
	const struct unit_entry *x = a, *y = b;
	int c = strcmp(x->folder, y->folder);

	if (!c)
		c = PM_CMP(x->rank, y->rank);
	return c ? c : strcmp(x->base, y->base);
}

static int units_compare_names(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

int units_list(struct units *units)
{
	struct listing listing = {.units = units, .drop_ins = ""};
	size_t kept = 0;
	int r = 0;

	for (units->rank = 0; units->rank < PM_COUNT(folders) && r == 0; units->rank++) {
		units->folder = folders[units->rank];
		r = read_folder(&listing, take_unit);
	}
	if (r < 0)
		return r;
	if (units->entry_count)
		qsort(units->entries, units->entry_count, sizeof(*units->entries), compare_entries);
	if (units->drop_in_count)
		qsort(units->drop_ins, units->drop_in_count, sizeof(*units->drop_ins),
		      compare_drop_ins);
	if (units->enabled_count)
		qsort(units->enabled, units->enabled_count, sizeof(*units->enabled),
		      units_compare_names);
	for (size_t i = 0; i < units->entry_count; i++)
		if (!kept || strcmp(units->entries[kept - 1].base, units->entries[i].base) != 0)
			units->entries[kept++] = units->entries[i];
	units->entry_count = kept;
	return 0;
}

void units_release(struct units *units)
{
	pm_arena_release(&units->arena);
	free(units->entries);
	free(units->drop_ins);
	free(units->enabled);
}

struct unit_entry *units_find(const struct units *units, const char *name)
{
	struct unit_entry key = {.folder = "", .base = name};
	size_t low = 0, high = units->entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = strcmp(units->entries[middle].base, key.base);

		if (!c)
			return &units->entries[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool units_is_enabled(const struct units *units, const char *name)
{
	return units->enabled_count && bsearch(&name, units->enabled, units->enabled_count,
					       sizeof(*units->enabled), units_compare_names);
}

struct unit_entry *units_drop_ins(const struct units *units, const char *folder, size_t rank,
				  size_t *ret_count)
{
	const struct unit_entry key = {.folder = folder, .base = "", .rank = rank};
	size_t low = 0, high = units->drop_in_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_drop_ins(&units->drop_ins[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_count = 0;
	while (low + *ret_count < units->drop_in_count &&
	       !strcmp(units->drop_ins[low + *ret_count].folder, folder) &&
	       units->drop_ins[low + *ret_count].rank == rank)
		++*ret_count;
	return &units->drop_ins[low];
}

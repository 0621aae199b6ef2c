#include "units/inetd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILES_MAX = 4096, DEPTH_MAX = 8 };

/* What one of them reads. */
struct super {
	struct reading *reading;
	int pid;
	const char *format; /* "inetd", "xinetd": how judges read it */
	char **names;	    /* in it */
	size_t count, room;
	int depth; /* of includes */
};

static int add_file(struct super *super, const char *path, struct pm_config *config)
{
	struct reading *reading = super->reading;
	struct pm_arena *arena = &reading->collector->snapshot->arena;
	int r = config_read(reading, path + 1, config);

	config->path = pm_arena_escape(arena, path, strlen(path));
	config->name = super->format;
	config->pid = super->pid;
	config->is_unread = r < 0;
	if (r == -ENOENT || r == -ENOMEM)
		return r;
	if (r < 0) {
		config->text = "";
		config->len = 0;
	}
	int added = config->path ? config_add(reading, config) : -ENOMEM;
	if (added < 0 || r == 0 || r == -EPERM || r == -EINVAL)
		return added;
	return config_gap(reading, path + 1, r);
}

static int take_base(void *data, int dir, const char *base)
{
	struct super *super = data;
	char **room = super->count < FILES_MAX ? pm_array_add(&super->names, &super->count,
							      &super->room, sizeof(*room))
					       : NULL;

	(void)dir;
	if (room)
		*room = strdup(base);
	if (room && *room)
		return 0;
	return super->count == FILES_MAX ? -EFBIG : -ENOMEM;
}

static int inetd_compare_names(const void *a, const void *b)
{
	char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* Call `add` for each file of a folder, by the bytes of their names. -errno of listing. */
static int each_file(struct super *super, const char *folder,
		     int (*add)(struct super *super, const char *path))
{
	struct super listing = {.reading = super->reading};
	char path[PATH_MAX];
	int r = config_each(super->reading, folder + 1, take_base, &listing);

	if (listing.count)
		qsort(listing.names, listing.count, sizeof(*listing.names), inetd_compare_names);
	for (size_t i = 0; i < listing.count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, listing.names[i]);
		if (r == 0)
			r = add(super, path);
		free(listing.names[i]);
	}
	free(listing.names);
	return r;
}

/* What is not there says nothing; what cannot be listed is told. */
static int settle(struct super *super, const char *path, int r)
{
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	return r < 0 ? config_gap(super->reading, path + 1, r) : 0;
}

/* ---- inetd ------------------------------------------------------------------------- */

static int add_lines(struct super *super, const char *path)
{
	struct pm_config config = {0};
	int r = add_file(super, path, &config);

	return r == -ENOENT ? 0 : r;
}

/* A file, or a folder of files. */
static int add_operand(struct super *super, const char *path)
{
	int fd = config_open(super->reading, path + 1, O_PATH | O_DIRECTORY);

	if (fd < 0)
		return add_lines(super, path);
	close(fd);
	return settle(super, path, each_file(super, path, add_lines));
}

/* Does the option have its value in the next word? */
static bool has_value(const char *option)
{
	static const char *const options[] = {"-q", "-R", "-a", "-c", "-C", "-s", "--rate"};

	for (size_t i = 0; i < PM_COUNT(options); i++)
		if (!strcmp(option, options[i]))
			return true;
	return false;
}

/* What stands on the command line, else what stands ready. */
int inetd_read(struct reading *reading, const struct pm_process *process, const char *words,
	       size_t len)
{
	struct super super = {.reading = reading, .pid = process->pid, .format = "inetd"};
	const char *end = words + len;
	bool any = false;
	int r = 0;

	for (const char *word = words + strlen(words) + 1; word < end && r == 0;
	     word += strlen(word) + 1) {
		if (has_value(word))
			word += strlen(word) + 1;
		else if (*word == '/')
			r = add_operand(&super, word);
		any |= word < end && *word == '/';
	}
	if (!any)
		r = add_operand(&super, "/etc/inetd.conf");
	return any || r < 0 ? r : add_operand(&super, "/etc/inetd.d");
}

/* ---- xinetd ------------------------------------------------------------------------ */

static int add_blocks(struct super *super, const char *path);

/* Those with a dot in their names, or a tilde at the end, are left out: xinetd.conf(5). */
static int add_included(struct super *super, const char *path)
{
	const char *base = strrchr(path, '/') + 1;

	return strchr(base, '.') || base[strlen(base) - 1] == '~' ? 0 : add_blocks(super, path);
}

/* "include PATH", "includedir PATH": the only lines that are read here. */
static int follow_line(struct super *super, const char *line, size_t len)
{
	static const char *const keys[] = {"include", "includedir"};
	char path[PATH_MAX];

	size_t skip = strspn(line, " \t");
	for (size_t i = 0; i < PM_COUNT(keys) && skip < len; i++) {
		const char *at = line + skip;
		size_t width = strlen(keys[i]), space = strspn(at + width, " \t");

		if (strncmp(at, keys[i], width) != 0 || !space)
			continue;
		at += width + space;
		size_t size = strcspn(at, " \t\r\n");
		if (*at != '/' || size >= sizeof(path))
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)size, at);
		return i ? settle(super, path, each_file(super, path, add_included))
			 : add_blocks(super, path);
	}
	return 0;
}

static int add_blocks(struct super *super, const char *path)
{
	struct pm_config config = {0};
	int r = super->depth == DEPTH_MAX ? -ELOOP : add_file(super, path, &config);

	if (r == -ELOOP)
		return config_gap(super->reading, path + 1, r);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	super->depth++;
	for (const char *line = config.text; *line && r == 0;) {
		size_t len = strcspn(line, "\n");

		r = follow_line(super, line, len);
		line += len + (line[len] == '\n');
	}
	super->depth--;
	return r;
}

/* With -inetd_compat it reads the file of inetd too. */
int xinetd_read(struct reading *reading, const struct pm_process *process, const char *words,
		size_t len)
{
	struct super super = {.reading = reading, .pid = process->pid, .format = "xinetd"};
	const char *end = words + len, *file = "/etc/xinetd.conf";
	bool is_compatible = false;

	for (const char *word = words; word < end; word += strlen(word) + 1) {
		const char *next = word + strlen(word) + 1;

		if (!strcmp(word, "-f") && next < end && *next == '/')
			file = next;
		is_compatible |= !strcmp(word, "-inetd_compat");
	}
	int r = add_blocks(&super, file);
	super.format = "inetd";
	return r == 0 && is_compatible ? add_lines(&super, "/etc/inetd.conf") : r;
}

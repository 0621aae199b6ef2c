#include "sources.h"
#include "run/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The folders that a machine's own knowledge is kept in. */
static const struct {
	const char *path;
	enum pm_table table;
} folders[] = {
	{"/etc/portmote/implementers.d", PM_TABLE_IMPLEMENTERS},
	{"/etc/portmote/occupants.d", PM_TABLE_OCCUPANTS},
};

static int sources_add_file(struct sources *sources, const char *path, int table,
			    struct pm_error *err)
{
	struct source_file *file =
		pm_array_add(&sources->files, &sources->count, &sources->room, sizeof(*file));

	if (!file)
		return pm_fail(err, -ENOMEM, "out of memory");
	file->table = table;
	file->path = strdup(path);
	file->fd = file->path ? aside_open(path, ASIDE_TRUSTED, PM_REGISTRY_FILE_MAX, err)
			      : pm_fail(err, -ENOMEM, "%s", path);
	return file->fd < 0 ? file->fd : 0;
}

static bool is_csv(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && dot && !strcmp(dot, ".csv");
}

/* By bytes, whatever the locale. */
static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static int sources_add_names(struct sources *sources, const char *folder, enum pm_table table,
			     const struct pm_buf *bytes, struct pm_error *err)
{
	const char **names = NULL;
	size_t count = 0, room = 0;
	int r = 0;

	for (size_t at = 0; at < bytes->len; at += strlen(bytes->data + at) + 1) {
		if (!is_csv(bytes->data + at))
			continue;
		const char **next = pm_array_add(&names, &count, &room, sizeof(*next));
		if (!next) {
			r = pm_fail(err, -ENOMEM, "out of memory");
			break;
		}
		*next = bytes->data + at;
	}
	if (count)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count && r == 0; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		r = sources_add_file(sources, path, (int)table, err);
	}
	free(names);
	return r;
}

static int add_folder(struct sources *sources, const char *path, enum pm_table table,
		      struct pm_error *err)
{
	struct pm_buf bytes = {0};
	int fd = aside_open(path, ASIDE_TRUSTED_FOLDER, SIZE_MAX, err);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	int r = pm_read_all(fd, path, PM_REGISTRY_FILE_MAX, &bytes, err);
	close(fd);
	if (r == 0)
		r = sources_add_names(sources, path, table, &bytes, err);
	pm_buf_release(&bytes);
	return r;
}

static void set_built_in(struct sources *sources)
{
	*sources = (struct sources){.registry_fd = -1,
				    .registry = pm_registry_builtin(),
				    .knowledge = pm_knowledge_builtin()};
}

/* The file named, else the one imported, else none. */
int sources_open_registry(struct sources *sources, const char *named, struct pm_error *err)
{
	set_built_in(sources);
	sources->registry_path = named ? named : IMPORTED_REGISTRY;
	sources->registry_fd =
		aside_open(sources->registry_path, named ? ASIDE_REGULAR : ASIDE_TRUSTED,
			   PM_REGISTRY_FILE_MAX, err);
	if (sources->registry_fd < 0 && !named && sources->registry_fd == -ENOENT)
		return 0;
	return sources->registry_fd < 0 ? sources->registry_fd : 0;
}

/* The way out, when it is no file named on the command line that is at fault. */
static int tell_reset(const struct request *request, int r, struct pm_error *err)
{
	size_t len = strlen(err->text);

	if (r < 0 && !request->registry)
		snprintf(err->text + len, sizeof(err->text) - len,
			 "; 'portmote registry reset' goes back to the built-in one");
	return r;
}

int sources_open(struct sources *sources, const struct request *request, struct pm_error *err)
{
	int r = tell_reset(request, sources_open_registry(sources, request->registry, err), err);

	for (size_t i = 0; i < PM_COUNT(folders) && r >= 0; i++)
		r = add_folder(sources, folders[i].path, folders[i].table, err);
	for (size_t i = 0; i < request->knowledge_count && r >= 0; i++)
		r = sources_add_file(sources, request->knowledge[i], -1, err);
	return r;
}

int sources_parse_registry(const char *path, const struct pm_buf *bytes, struct pm_registry **ret,
			   struct pm_error *err)
{
	int r = pm_registry_parse(path, pm_buf_text(bytes), bytes->len, ret, err);

	return r < 0 ? r : pm_registry_check(*ret, err);
}

int sources_read_registry(struct sources *sources, struct pm_error *err)
{
	struct pm_buf bytes = {0};

	if (sources->registry_fd < 0)
		return 0;
	int r = pm_read_all(sources->registry_fd, sources->registry_path, PM_REGISTRY_FILE_MAX,
			    &bytes, err);
	if (r >= 0)
		r = sources_parse_registry(sources->registry_path, &bytes, &sources->own_registry,
					   err);
	pm_buf_release(&bytes);
	if (r < 0)
		return r;
	sources->registry = sources->own_registry;
	return 0;
}

static int sources_read_file(struct sources *sources, struct source_file *file,
			     struct pm_error *err)
{
	struct pm_buf bytes = {0};
	int r = pm_read_all(file->fd, file->path, PM_REGISTRY_FILE_MAX, &bytes, err);

	if (file->table < 0)
		file->table = (int)pm_table_of(bytes.data, bytes.len);
	if (r == 0)
		r = pm_knowledge_add(sources->own_knowledge, (enum pm_table)file->table, file->path,
				     pm_buf_text(&bytes), bytes.len, sources->registry, err);
	pm_buf_release(&bytes);
	return r;
}

int sources_read(struct sources *sources, const struct request *request, struct pm_error *err)
{
	int r = tell_reset(request, sources_read_registry(sources, err), err);

	if (r < 0 || !sources->count)
		return r;
	sources->own_knowledge = pm_knowledge_new();
	if (!sources->own_knowledge)
		return pm_fail(err, -ENOMEM, "out of memory");
	sources->knowledge = sources->own_knowledge;
	for (size_t i = 0; i < sources->count && r == 0; i++)
		r = sources_read_file(sources, &sources->files[i], err);
	return r;
}

void sources_release(struct sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->files[i].fd >= 0)
			close(sources->files[i].fd);
		free(sources->files[i].path);
	}
	free(sources->files);
	if (sources->registry_fd >= 0)
		close(sources->registry_fd);
	pm_knowledge_free(sources->own_knowledge);
	pm_registry_free(sources->own_registry);
	*sources = (struct sources){.registry_fd = -1};
}

/* portmote registry import: IANA's file of today, checked, in the place of the built-in one. */
#include "commands/commands.h"
#include "run/aside.h"
#include "run/ending.h"
#include "run/shut_in.h"
#include "session.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

int import_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	if (count != 1)
		return pm_fail(err, -EINVAL,
			       "registry import takes one file of IANA's CSV form, or - for "
			       "standard input");
	request->import = words[0];
	return 0;
}

struct import {
	const char *name; /* in sentences */
	int fd;
	struct pm_buf bytes;
	struct pm_registry *registry;
	struct sources in_force; /* until now */
	struct pm_output output;
};

/* The folders of IMPORTED_REGISTRY, which no other may be able to write. */
static int import_make_folders(struct pm_error *err)
{
	static const char *const folders[] = {"/var/lib/portmote", IMPORTED_FOLDER};

	for (size_t i = 0; i < PM_COUNT(folders); i++)
		if (mkdir(folders[i], 0755) < 0 && errno != EEXIST)
			return pm_fail(err, -errno, "cannot make the folder %s: %s", folders[i],
				       strerror(errno));
	int fd = pm_open_trusted(IMPORTED_FOLDER, true, err);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

/* What else stands there would be written through, or not be read again. */
static int check_imported(struct pm_error *err)
{
	struct stat st;

	if (lstat(IMPORTED_REGISTRY, &st) < 0 || S_ISREG(st.st_mode))
		return 0;
	return pm_fail(err, -EINVAL,
		       "%s is not a regular file; 'portmote registry reset' removes it",
		       IMPORTED_REGISTRY);
}

/* An imported registry that is broken is what the import mends: the built-in one stands in. */
static void tell_broken(const struct pm_error *why)
{
	fprintf(stderr, "portmote: %s; the built-in registry is compared with\n", why->text);
}

static enum exit_code open_import(struct import *import, const struct request *request,
				  struct pm_error *err)
{
	bool is_stdin = !strcmp(request->import, "-");
	struct pm_error why;

	import->name = is_stdin ? "standard input" : request->import;
	import->fd =
		is_stdin ? STDIN_FILENO
			 : aside_open(request->import, ASIDE_REGULAR, PM_REGISTRY_FILE_MAX, err);
	if (import->fd < 0)
		return EXIT_USAGE;
	/* It is for everybody to read, whoever imports it. */
	umask(S_IWGRP | S_IWOTH);
	ending_at(ENDING_WRITES, IMPORTED_REGISTRY);
	if (import_make_folders(err) < 0 || check_imported(err) < 0 ||
	    pm_output_begin(&import->output, IMPORTED_REGISTRY, 0666, err) < 0)
		return EXIT_OUTPUT;
	/* An import mends what was in force, its rights too. */
	if (fchmod(import->output.fd, 0644) < 0 ||
	    fchown(import->output.fd, geteuid(), getegid()) < 0) {
		pm_fail(err, -errno, "cannot write %s: %s", IMPORTED_REGISTRY, strerror(errno));
		return EXIT_OUTPUT;
	}
	if (sources_open_registry(&import->in_force, NULL, &why) < 0)
		tell_broken(&why);
	return EXIT_CLEAN;
}

/* Nothing that comes from outside is parsed before all rights are given up. */
static enum exit_code read_import(struct import *import, struct pm_error *err)
{
	struct pm_error why;
	int r = pm_read_all(import->fd, import->name, PM_REGISTRY_FILE_MAX, &import->bytes, err);

	if (r == 0)
		r = sources_parse_registry(import->name, &import->bytes, &import->registry, err);
	if (r < 0)
		return r == -ENOMEM ? EXIT_OUTPUT : EXIT_USAGE;
	if (sources_read_registry(&import->in_force, &why) < 0)
		tell_broken(&why);
	return EXIT_CLEAN;
}

static int write_import(struct import *import, struct pm_error *err)
{
	ending_at(ENDING_WRITES, IMPORTED_REGISTRY);
	int r = pm_write_all(import->output.fd, import->bytes.data, import->bytes.len);

	if (r < 0)
		return pm_fail(err, r, "cannot write %s: %s", IMPORTED_REGISTRY, strerror(-r));
	return pm_output_commit(&import->output, err);
}

/* The summary is made before the file is put in its place, and printed after. */
static enum exit_code finish_import(struct import *import, const struct request *request,
				    struct pm_error *err)
{
	struct pm_buf summary = {0};

	pm_buf_puts(&summary, "imported ");
	pm_report_registry(import->registry, &summary);
	pm_buf_puts(&summary, "\n");
	int r = pm_report_changes(import->in_force.registry, import->registry, request->verbose,
				  &summary);
	if (r < 0)
		pm_fail(err, r, "out of memory while comparing");
	else
		r = write_import(import, err);
	ending_at(ENDING_PRINTS, NULL);
	if (r == 0 && (fputs(pm_buf_text(&summary), stdout) == EOF || fflush(stdout) != 0))
		r = pm_fail(err, -errno, "imported, but cannot write standard output: %s",
			    strerror(errno));
	pm_buf_release(&summary);
	return r == 0 ? EXIT_CLEAN : EXIT_OUTPUT;
}

enum exit_code import_run(struct request *request)
{
	struct import import = {.output = PM_OUTPUT_NONE, .in_force = {.registry_fd = -1}};
	struct pm_error err;
	enum exit_code code = open_import(&import, request, &err);

	if (code == EXIT_CLEAN) {
		shut_in(&import.output.dir, 1, request->verbose);
		code = read_import(&import, &err);
	}
	if (code == EXIT_CLEAN)
		code = finish_import(&import, request, &err);
	pm_output_release(&import.output);
	pm_buf_release(&import.bytes);
	pm_registry_free(import.registry);
	sources_release(&import.in_force);
	if (import.fd > STDIN_FILENO)
		close(import.fd);
	return session_tell(request, code, &err);
}

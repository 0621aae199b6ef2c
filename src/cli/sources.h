/*
 * sources: where the registry and the knowledge in use come from: built in, imported, local, named.
 */
#ifndef CLI_SOURCES_H
#define CLI_SOURCES_H

#include "line/request.h"

/* Where `portmote registry import` puts IANA's file. */
#define IMPORTED_FOLDER "/var/lib/portmote/registry"

#define IMPORTED_REGISTRY IMPORTED_FOLDER "/service-names-port-numbers.csv"

/* The registry and the knowledge in use: built in, imported, local, or named on the command line. */
struct sources {
	const struct pm_registry *registry;
	const struct pm_knowledge *knowledge;
	struct source_file {
		char *path;
		int fd;
		int table; /* enum pm_table; -1: its header tells, once it is read */
	} * files;
	size_t count, room;
	const char *registry_path; /* of registry_fd */
	int registry_fd;	   /* -1: built in */
	struct pm_registry *own_registry;
	struct pm_knowledge *own_knowledge;
};

/*
 * Open all files while there is the right to; read them when it has been given up. 0 or -errno with
 * the sentence; sources_release() in any case.
 */
int sources_open(struct sources *sources, const struct request *request, struct pm_error *err);
int sources_read(struct sources *sources, const struct request *request, struct pm_error *err);

/* Of these the registry alone, which an import is compared with. */
int sources_open_registry(struct sources *sources, const char *named, struct pm_error *err);
int sources_read_registry(struct sources *sources, struct pm_error *err);

/* Parse and check a whole file of IANA's form; the new registry is freed by pm_registry_free(). */
int sources_parse_registry(const char *path, const struct pm_buf *bytes, struct pm_registry **ret,
			   struct pm_error *err);
void sources_release(struct sources *sources);

#endif

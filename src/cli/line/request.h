/* request: the command line, by the tables of commands and options. */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <portmote/collect.h>
#include <portmote/report.h>

struct command;

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* One report: a format, and the file that it goes to; NULL, as "-": standard output. */
struct output_request {
	const struct pm_format *format;
	const char *file;
};
enum { OUTPUTS_MAX = 16 };

/* What the words of the command line say. */
struct request {
	const struct command *command;
	struct pm_collect_options collect;
	uint8_t ports[65536 / 8];
	const struct pm_format *format;		    /* plain --format, or NULL */
	struct output_request outputs[OUTPUTS_MAX]; /* all; the plain one, if any, is the last */
	size_t output_count;
	const char *output, *registry, *record, *replay, *snapshot;
	unsigned timeout;	   /* seconds after which to end with what was found; 0: never */
	bool is_timed;		   /* ... and that was asked for, so it goes for printing too */
	const char *asks_kernel;   /* an option given that asks the kernel for something */
	const char *knowledge[16]; /* files, in the order given */
	size_t knowledge_count;
	struct pm_fail_on fail_on;
	bool fails_on_words; /* --fail-on was given */
	size_t columns[64];
	size_t column_count;
	unsigned only;
	bool no_header, verbose, help, version;
	enum color color;
	struct pm_topic topic; /* explain: ports, or the transports of ... */
	const char *service;   /* ... a service or program, by name */
	const char *import;    /* registry import: file, or "-" */
	const char *policy;    /* check: file */
	bool partial;	       /* learn, save, diff: from what was seen, where that is not all */
	bool sealed;	       /* save: with a checksum, and nobody else's to read */
	const char *before;    /* diff: the older snapshot, or "-" ... */
	const char *state;     /* ... or the file that each run replaces */
};

/* Read the whole command line. 0, or -EINVAL with the sentence. */
int request_parse(struct request *request, int argc, char **argv, struct pm_error *err);

#endif

/* commands: the table of commands. Each is a file of its name. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "exit_code.h"
#include "line/request.h"

/* Commands, as bits: which an option is for. */
enum {
	FOR_AUDIT = 1,
	FOR_EXPLAIN = 2,
	FOR_REGISTRY = 4,
	FOR_IMPORT = 8,
	FOR_RESET = 16,
	FOR_LEARN = 32,
	FOR_CHECK = 64,
	OF_KERNEL = 128, /* beside these: it asks the kernel, and goes with no snapshot */
	FOR_SAVE = 256,
	FOR_DIFF = 512,
	FOR_ALL = FOR_AUDIT | FOR_EXPLAIN | FOR_REGISTRY | FOR_IMPORT | FOR_RESET | FOR_LEARN |
		  FOR_CHECK | FOR_SAVE | FOR_DIFF,
};

/* One sub-command: a file here, and a row in commands.c. */
struct command {
	const char *name;      /* one word, or two: "registry import" */
	unsigned bit;	       /* FOR_... */
	const char *arguments; /* "PORT[/TRANSPORT]", or "" */
	const char *help;
	/* Take the words that are no options. 0, or -EINVAL with the sentence. */
	int (*arguments_take)(struct request *request, int count, char **words,
			      struct pm_error *err);
	enum exit_code (*run)(struct request *request);
};
extern const struct command commands[];
extern const size_t command_count;

extern const struct command *const default_command;

/* Of each command: take its words, and run it. */
enum exit_code audit_run(struct request *request);
int check_arguments(struct request *request, int count, char **words, struct pm_error *err);
int diff_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code diff_run(struct request *request);
int explain_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code explain_run(struct request *request);
enum exit_code learn_run(struct request *request);
enum exit_code registry_run(struct request *request);
int import_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code import_run(struct request *request);
enum exit_code reset_run(struct request *request);
int save_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code save_run(struct request *request);
int no_arguments(struct request *request, int count, char **words, struct pm_error *err);

#endif

/* cli: the hand that pushes things along the line, and the only room that speaks. */
#ifndef CLI_H
#define CLI_H

#include <portmote/report.h>

/* Exit codes; where several hold, the greater of this order: 4, 2, 3, 1, 0. */
enum exit_code {
	EXIT_CLEAN = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_INCOMPLETE = 3,
	EXIT_OUTPUT = 4,
};

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

/* One sub-command: a file cmd_*.c and a row in commands.c. */
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

enum exit_code audit_run(struct request *request);
int explain_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code explain_run(struct request *request);
int no_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code registry_run(struct request *request);
int import_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code import_run(struct request *request);
enum exit_code reset_run(struct request *request);
enum exit_code learn_run(struct request *request);
int check_arguments(struct request *request, int count, char **words, struct pm_error *err);
int save_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code save_run(struct request *request);
int diff_arguments(struct request *request, int count, char **words, struct pm_error *err);
enum exit_code diff_run(struct request *request);

/* Is "-" given in place of a file? */
bool is_stdin(const char *path);

/* Read the whole command line. 0, or -EINVAL with the sentence. */
int request_parse(struct request *request, int argc, char **argv, struct pm_error *err);

/* --help and --version, on standard output. */
void help_print(void);

/* The word of `words` (count of them) most like `word`, or NULL where none is near. */
const char *suggest(const char *word, const char *(*name)(size_t i), size_t count);

/*
 * -EINVAL: "OPTION: there is no WHAT 'WORD'", which it may have been meant to be, and all that there are.
 * A NULL among the names is passed over.
 */
int no_such_word(const char *option, const char *what, const char *word, size_t len,
		 const char *(*name)(size_t i), size_t count, struct pm_error *err);

/* Where `portmote registry import` puts IANA's file. */
#define IMPORTED_FOLDER	  "/var/lib/portmote/registry"
#define IMPORTED_REGISTRY IMPORTED_FOLDER "/service-names-port-numbers.csv"

/* The registry and the knowledge in use: built in, imported, local, or named on the command line.
 */
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

/*
 * All a command needs, gathered along the line, from collecting to judging. It is released by
 * session_release() whatever the others returned.
 */
struct session {
	struct pm_snapshot snapshot;
	struct sources sources;
	struct pm_label *labels;
	struct pm_judgement judgement;
	struct session_output {
		struct pm_output file;
		FILE *out;
		int printed; /* what printing returned */
		bool failed; /* it could not be begun */
	} outputs[OUTPUTS_MAX];
	struct pm_error output_error; /* why the first that failed did */
	struct pm_report report;
	struct pm_report_options options; /* of one output after the other */
	struct pm_policy policy;
	struct pm_check check;
	struct session_side {
		struct pm_snapshot snapshot;
		const char **registered;
		struct pm_label *labels;
		struct pm_judgement judgement;
		struct pm_report report;
	} before; /* diff: what the snapshot is compared with */
	struct pm_state_file state;
	int record_fd, replay_fd, snapshot_fd, proc_fd, policy_fd;
	int before_fd; /* -1: a state is taken for the first time */
	int channel;   /* of the one that collects, to who watches it; -1: none does */
};

/*
 * Open all that the request names; then collect (or read a snapshot, once there are no rights),
 * give up all rights, read the sources, and judge; or do all of this but collect and judge. 0, or
 * the exit code of the failure with its sentence in `err`.
 */
enum exit_code session_open(struct session *session, const struct request *request,
			    struct pm_error *err);
enum exit_code session_run(struct session *session, const struct request *request,
			   struct pm_error *err);
enum exit_code session_read(struct session *session, const struct request *request,
			    struct pm_error *err);

/*
 * Collecting is done by a process of its own, which the kernel can keep waiting: who was started
 * watches it, gives it up and starts another where that is so, and ends as it does. So only the one
 * that collects returns from collector_begin(), with nothing open but /proc, the recording, and the
 * way to get all else back by collector_end(): 0 or -errno with the sentence.
 */
void collector_begin(struct session *session, const struct request *request,
		     struct pm_collect_options *options);
int collector_end(struct session *session, struct pm_error *err);

/* Who was started is told that the first bytes are to be printed. */
void collector_prints(const struct session *session);

/* A descriptor for each of 0, 1 and 2. */
void occupy_standard_descriptors(void);

/*
 * From hold to guard, a signal that would end us waits; from then on it first removes what of the
 * session's files is temporary (NULL: nothing).
 */
void signals_hold(void);
void signals_guard(const struct session *session);

/* From now on such a signal goes to `pid`, which ends by it; the last such, or 0. */
void signals_relay(pid_t pid);
int signals_relayed(void);

/* Remove what of the session's files is temporary. */
void signals_tidy(const struct session *session);

/* End by this signal, as if there had been no handler. */
void signals_end_by(int number);

/* Name, label and judge a snapshot by the sources that were read. 0 or -errno, with the sentence.
 */
int session_judge(const struct session *session, struct pm_snapshot *snapshot,
		  struct pm_label **ret_labels, struct pm_judgement *ret_judgement,
		  struct pm_error *err);

/*
 * Close all outputs, so that every error of writing is seen, and give the exit code. Where one
 * could not be written, the others are whole and in their place all the same.
 */
enum exit_code session_end(struct session *session, const struct request *request,
			   struct pm_error *err);
void session_release(struct session *session);

/* Prints something in one format: 0 or -errno. */
typedef int session_printer(const struct session *session, const struct pm_format *format,
			    const void *data);

/*
 * The whole of a command that keeps what listens now: where not all could be seen, and --partial is
 * not given, nothing is written.
 */
enum exit_code session_keep(struct request *request, session_printer *print);

/* Say on standard error what `code` needs said, and return it. */
enum exit_code session_tell(const struct request *request, enum exit_code code,
			    const struct pm_error *err);

/* ---- the outputs of a session: outputs.c ---------------------------------------------------- */

/*
 * Begin all. Where one can't be, the others are; EXIT_OUTPUT where none can. EXIT_USAGE where one is
 * refused (pm_output_begin()), two lead to one place, or one to what is read.
 */
enum exit_code outputs_open(struct session *session, const struct request *request,
			    struct pm_error *err);

/* Open those that can wait for a reader: where signals can end us. */
enum exit_code outputs_wait(struct session *session, const struct request *request,
			    struct pm_error *err);

/* Make ready to print, when all that is read has been read; then give up all rights but these. */
void outputs_start(struct session *session, const struct request *request);
void outputs_shut_in(const struct session *session, const struct request *request);

/* Print what `print` does, in each format that is asked for; `data` goes to it. */
void session_print(struct session *session, const struct request *request, session_printer *print,
		   const void *data);

/* The report, as pm_format.print() has it. */
session_printer session_print_report;

/* Put each that is whole in its place. Returns whether one failed: session.output_error. */
bool outputs_close(struct session *session, const struct request *request);
/* What writing failed of, for a sentence. */
const char *output_fault(int code);

void outputs_release(struct session *session);

/*
 * Where portmote's file has capabilities (setcap(8)) they are put aside at the start, and are back for
 * looking at the kernel: what the command line names is opened with the rights of whoever runs it, or
 * any file could be read by an error message about it. Does nothing where the rights are the caller's
 * own. Source: capabilities(7), AT_SECURE in getauxval(3).
 */
int rights_aside(struct pm_error *err);
void rights_back(void);
bool rights_are_of_file(void);

/* No rights any more, for who only watches another. */
void rights_drop(void);

/*
 * Give up all rights: capabilities, new privileges, files but for `count` folders, system calls
 * that are not needed any more. What the kernel has not got is passed over; with `tell`, one line
 * about each goes to standard error. Source: capabilities(7), landlock(7), seccomp(2).
 */
void shut_in(const int *folders, size_t count, bool tell);

#endif

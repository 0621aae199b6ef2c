/*
 * session: along the line: open what will be needed, collect, give up all rights, parse, label,
 * judge.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "exit_code.h"
#include "sources.h"

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

/* Prints something in one format: 0 or -errno. */
typedef int session_printer(const struct session *session, const struct pm_format *format,
			    const void *data);

/* Is "-" given in place of a file? */
bool is_stdin(const char *path);

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

/* Name, label and judge a snapshot by the sources that were read. 0 or -errno, with the sentence. */
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

/*
 * The whole of a command that keeps what listens now: where not all could be seen, and --partial is
 * not given, nothing is written.
 */
enum exit_code session_save(struct request *request, session_printer *print);

/* Say on standard error what `code` needs said, and return it. */
enum exit_code session_tell(const struct request *request, enum exit_code code,
			    const struct pm_error *err);

#endif

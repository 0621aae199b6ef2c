/* outputs: where reports go: standard output, files, several at once. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "session.h"

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

/* Put each that is whole in its place. Returns whether one failed: session.output_error. */
bool outputs_close(struct session *session, const struct request *request);

/* What writing failed of, for a sentence. */
const char *output_fault(int code);

/* The report, as pm_format.print() has it. */
session_printer session_print_report;

void outputs_release(struct session *session);

#endif

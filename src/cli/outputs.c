#include "outputs.h"
#include "run/aside.h"
#include "run/ending.h"
#include "run/shut_in.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

/* The first error of an output is the one to be told. */
static void fail_output(struct session *session, struct session_output *output,
			const struct pm_error *err)
{
	bool is_first = true;

	for (size_t i = 0; i < PM_COUNT(session->outputs); i++)
		is_first = is_first && !session->outputs[i].failed;
	output->failed = true;
	if (is_first)
		session->output_error = *err;
}

/* What is left where some failed: all others are written all the same. */
static enum exit_code go_on(const struct session *session, const struct request *request,
			    struct pm_error *err)
{
	size_t failed = 0;

	for (size_t i = 0; i < request->output_count; i++)
		failed += session->outputs[i].failed;
	if (failed < request->output_count || !failed)
		return EXIT_CLEAN;
	*err = session->output_error;
	return EXIT_OUTPUT;
}

static const char *outputs_name_of(const struct output_request *output)
{
	return output->file && strcmp(output->file, "-") != 0 ? output->file : "standard output";
}

/* Where a report would go to what it is made of, or to what the run leaves to the next. */
static const char *what_it_is(const struct session *session, const struct pm_output *file)
{
	const int read[] = {session->policy_fd, session->snapshot_fd, session->before_fd};

	for (size_t i = 0; i < PM_COUNT(read); i++)
		if (pm_output_is(file, read[i]))
			return "it is read in this run";
	if ((file->place >= 0 || !file->temp[0]) && aside_has_read(file->id))
		return "it is read in this run";
	if (pm_output_is(file, session->state.fd) ||
	    (session->state.path && pm_output_same(file, &session->state.next)))
		return "it is the state";
	return NULL;
}

static int check_place(const struct session *session, const struct request *request, size_t at,
		       struct pm_error *err)
{
	const struct pm_output *file = &session->outputs[at].file;
	const char *name = outputs_name_of(&request->outputs[at]),
		   *what = what_it_is(session, file);

	if (what)
		return pm_fail(err, -EINVAL, "cannot write the report to %s: %s", name, what);
	for (size_t i = 0; i < at; i++)
		if (!session->outputs[i].failed && pm_output_same(file, &session->outputs[i].file))
			return pm_fail(err, -EINVAL, "two reports to one place: %s and %s",
				       outputs_name_of(&request->outputs[i]), name);
	return 0;
}

static void tell_way(const struct request *request, const struct pm_output *file)
{
	struct pm_error note;

	if (!request->verbose || file->kind != PM_OUTPUT_IN_PLACE)
		return;
	pm_fail(&note, 0, "%s is a mount point: it is written in place", file->path);
	fprintf(stderr, "portmote: %s\n", note.text);
}

/* What it makes, it takes away. */
static void try_output(const char *path)
{
	struct pm_output file;

	if (pm_output_begin(&file, path, 0600, NULL) == 0)
		pm_output_release(&file);
}

enum exit_code outputs_open(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	for (size_t i = 0; i < request->output_count; i++) {
		const char *file = request->outputs[i].file;
		struct session_output *output = &session->outputs[i];
		struct pm_error why;

		ending_at(ENDING_WRITES, outputs_name_of(&request->outputs[i]));
		if (file && strcmp(file, "-") != 0)
			aside_try(try_output, file);
		int r = pm_output_begin(&output->file, file ? file : "-",
					request->sealed ? 0600 : 0666, &why);

		if (r == 0 && check_place(session, request, i, err) < 0)
			return EXIT_USAGE;
		if (r < 0 && output->file.refused) {
			*err = why;
			return EXIT_USAGE;
		}
		if (r < 0)
			fail_output(session, output, &why);
		else
			tell_way(request, &output->file);
	}
	return go_on(session, request, err);
}

static void interrupt(int number)
{
	(void)number;
}

/* After so many milliseconds (0: never) what waits is interrupted, again and again: once could come too
 * soon. */
static void set_timer(int64_t ms)
{
	const struct itimerval timer = {.it_value = {.tv_sec = (time_t)(ms / 1000),
						     .tv_usec = (suseconds_t)(ms % 1000 * 1000)},
					.it_interval = {.tv_usec = 100000}};
	struct sigaction act = {.sa_handler = interrupt};

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Without an end of its own, as with cp(1) and tee(1); --timeout, where it was given, sets one. */
static int await_reader(struct pm_output *file, const struct request *request, struct pm_error *err)
{
	int64_t deadline = request->is_timed ? ending_deadline(request) : 0;
	int64_t left = deadline - ending_now();

	if (deadline)
		set_timer(left > 0 ? left : 1);
	int r = pm_output_open(file, err);
	if (deadline)
		set_timer(0);
	return r != -EINTR ? r
			   : pm_fail(err, r, "cannot write %s: nobody reads it within %u s",
				     file->path, request->timeout);
}

enum exit_code outputs_wait(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];
		struct pm_error why;

		if (!output->failed && await_reader(&output->file, request, &why) < 0)
			fail_output(session, output, &why);
	}
	return go_on(session, request, err);
}

static bool wants_color(const struct request *request, FILE *out)
{
	const char *term = getenv("TERM");

	if (request->color != COLOR_AUTO)
		return request->color == COLOR_ALWAYS;
	return isatty(fileno(out)) && !getenv("NO_COLOR") && term && strcmp(term, "dumb");
}

/* Prose keeps within the terminal, and within what the eye can follow. */
static size_t width_of(FILE *out)
{
	struct winsize size = {0};
	enum { NARROWEST = 40, WIDEST = 100 };

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 0;
	if (size.ws_col < NARROWEST)
		return NARROWEST;
	return size.ws_col > WIDEST ? WIDEST : size.ws_col;
}

static void prepare_options(struct session *session, const struct request *request, FILE *out)
{
	session->options = (struct pm_report_options){
		.out = out,
		.columns = request->columns,
		.column_count = request->column_count,
		.only = request->only,
		.header = !request->no_header,
		.verbose = request->verbose,
		.sealed = request->sealed,
		.color = wants_color(request, out),
		.width = width_of(out),
	};
}

/* A stream of its own descriptor: closing it leaves `fd` to pm_output_commit(). */
static FILE *open_stream(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	FILE *stream = copy < 0 ? NULL : fdopen(copy, "w");

	if (!stream && copy >= 0)
		close(copy);
	return stream;
}

void outputs_start(struct session *session, const struct request *request)
{
	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];
		struct pm_error err;

		if (output->failed)
			continue;
		output->out = open_stream(output->file.fd);
		if (output->out)
			continue;
		pm_fail(&err, -errno, "cannot write %s: %s", output->file.path, strerror(errno));
		fail_output(session, output, &err);
	}
}

/* The folders of all files that are written stay open to us. */
void outputs_shut_in(const struct session *session, const struct request *request)
{
	int folders[OUTPUTS_MAX + 1];
	size_t count = 0;

	for (size_t i = 0; i < request->output_count; i++)
		if (session->outputs[i].file.dir >= 0)
			folders[count++] = session->outputs[i].file.dir;
	if (session->state.next.dir >= 0)
		folders[count++] = session->state.next.dir;
	shut_in(folders, count, request->verbose);
}

int session_print_report(const struct session *session, const struct pm_format *format,
			 const void *data)
{
	(void)data;
	return format->print(&session->report, &session->options);
}

void session_print(struct session *session, const struct request *request, session_printer *print,
		   const void *data)
{
	ending_at(ENDING_PRINTS, NULL);
	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];

		if (output->failed)
			continue;
		prepare_options(session, request, output->out);
		errno = 0;
		output->printed = print(session, request->outputs[i].format, data);
	}
}

const char *output_fault(int code)
{
	return code == EMSGSIZE ? "it would be more than could be read back: a snapshot has at "
				  "most 256 MiB, and a listener in it 32 MiB"
				: strerror(code);
}

/* Flush; a file that is whole is also put in its place. 0 or -errno, with the sentence. */
static int close_output(struct session_output *output, struct pm_error *err)
{
	if (output->printed == -ENOMEM)
		return pm_fail(err, -ENOMEM, "out of memory while reporting");
	errno = 0;
	if (fflush(output->out) != 0 || ferror(output->out))
		return pm_fail(err, errno ? -errno : -EIO, "cannot write %s: %s", output->file.path,
			       strerror(errno ? errno : EIO));
	if (output->printed < 0)
		return pm_fail(err, output->printed, "cannot write the report: %s",
			       output_fault(-output->printed));
	ending_at(output->file.kind == PM_OUTPUT_STREAM ? ENDING_PRINTS : ENDING_WRITES,
		  output->file.path);
	return pm_output_commit(&output->file, err);
}

bool outputs_close(struct session *session, const struct request *request)
{
	bool failed = false;

	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];
		struct pm_error why;

		if (!output->failed && close_output(output, &why) < 0)
			fail_output(session, output, &why);
		failed |= output->failed;
	}
	return failed;
}

void outputs_release(struct session *session)
{
	for (size_t i = 0; i < PM_COUNT(session->outputs); i++) {
		struct session_output *output = &session->outputs[i];

		pm_output_release(&output->file);
		if (output->out)
			fclose(output->out);
	}
}

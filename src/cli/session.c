/* Along the line: open what will be needed, collect, give up all rights, parse, label, judge. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_folder(const char *path, struct pm_error *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? pm_fail(err, -errno, "cannot open %s: %s", path, strerror(errno)) : fd;
}

/* A recording is made in a folder of its own: never mixed with what stands there. */
static int make_folder(const char *path, struct pm_error *err)
{
	if (mkdir(path, 0700) < 0)
		return pm_fail(err, -errno, "cannot make the folder %s: %s", path, strerror(errno));
	return open_folder(path, err);
}

static bool is_stdin(const char *path)
{
	return !strcmp(path, "-");
}

static int open_snapshot(const struct request *request, struct pm_error *err)
{
	if (!is_stdin(request->snapshot))
		return pm_open_regular(request->snapshot, err);
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? pm_fail(err, -errno, "cannot read standard input: %s", strerror(errno))
		      : fd;
}

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

/* Where one of several cannot be begun, the others are written all the same. */
static enum exit_code open_outputs(struct session *session, const struct request *request,
				   struct pm_error *err)
{
	size_t failed = 0;

	for (size_t i = 0; i < request->output_count; i++) {
		const char *file = request->outputs[i].file;
		struct pm_error why;

		if (!file || pm_output_begin(&session->outputs[i].file, file, &why) == 0)
			continue;
		fail_output(session, &session->outputs[i], &why);
		failed++;
	}
	if (failed < request->output_count || !failed)
		return EXIT_CLEAN;
	*err = session->output_error;
	return EXIT_OUTPUT;
}

/* All that is named on the command line, while there still is the right to open it. */
static enum exit_code open_all(struct session *session, const struct request *request,
			       struct pm_error *err)
{
	if (request->record && request->replay)
		pm_fail(err, -EINVAL, "--record and --replay exclude each other");
	else if (sources_open(&session->sources, request, err) < 0)
		return EXIT_USAGE;
	else if (request->policy &&
		 (session->policy_fd = pm_open_regular(request->policy, err)) < 0)
		return EXIT_USAGE;
	else if (request->replay && (session->replay_fd = open_folder(request->replay, err)) < 0)
		return EXIT_USAGE;
	else if (request->snapshot && (session->snapshot_fd = open_snapshot(request, err)) < 0)
		return EXIT_USAGE;
	else if (request->record && (session->record_fd = make_folder(request->record, err)) < 0)
		return EXIT_USAGE;
	else
		return open_outputs(session, request, err);
	return EXIT_USAGE;
}

static bool wants_color(const struct request *request, FILE *out)
{
	const char *term = getenv("TERM");

	if (request->color != COLOR_AUTO)
		return request->color == COLOR_ALWAYS;
	return isatty(fileno(out)) && !getenv("NO_COLOR") && term && strcmp(term, "dumb");
}

static int judge(struct session *session, struct pm_error *err)
{
	int r = pm_snapshot_names(&session->snapshot, err);

	if (r < 0)
		return r;
	session->labels = pm_label_all(&session->snapshot, session->sources.registry);
	if (!session->labels)
		return pm_fail(err, -ENOMEM, "out of memory while labelling");
	return pm_judge(&session->snapshot, session->sources.registry, session->sources.knowledge,
			session->labels, &session->judgement, err);
}

/* Prose keeps within the terminal, and within what the eye can follow. */
static size_t width_of(FILE *out)
{
	struct winsize size = {0};
	enum { NARROWEST = 40, WIDEST = 100 };

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 0;
	return size.ws_col < NARROWEST ? NARROWEST : size.ws_col > WIDEST ? WIDEST : size.ws_col;
}

/* Read when no right is left that a policy's bytes could make us abuse. */
static int read_policy(struct session *session, const struct request *request, struct pm_error *err)
{
	struct pm_buf bytes = {0};

	if (!request->policy)
		return 0;
	int r = pm_read_all(session->policy_fd, request->policy, PM_POLICY_MAX, &bytes, err);
	if (r == 0)
		r = pm_policy_parse(request->policy, pm_buf_text(&bytes), bytes.len,
				    session->sources.registry, &session->policy, err);
	pm_buf_release(&bytes);
	return r;
}

static int check(struct session *session, const struct request *request, struct pm_error *err)
{
	if (!request->policy)
		return 0;
	session->report.policy = &session->policy;
	session->report.check = &session->check;
	session->report.fail_on = &session->policy.fail_on;
	return pm_policy_check(&session->policy, &session->snapshot, session->labels,
			       &session->judgement, &session->check) < 0
		       ? pm_fail(err, -ENOMEM, "out of memory while checking")
		       : 0;
}

static void prepare_report(struct session *session, const struct request *request)
{
	session->report = (struct pm_report){
		.snapshot = &session->snapshot,
		.registry = session->sources.registry,
		.knowledge = session->sources.knowledge,
		.judgement = &session->judgement,
		.fail_on = &request->fail_on,
	};
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

static void open_streams(struct session *session, const struct request *request)
{
	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];
		const char *file = request->outputs[i].file;
		struct pm_error err;

		if (output->failed)
			continue;
		output->out = file ? open_stream(output->file.fd) : stdout;
		if (output->out)
			continue;
		pm_fail(&err, -errno, "cannot write %s: %s", file, strerror(errno));
		fail_output(session, output, &err);
	}
}

/* The folders of all files that are written stay open to us. */
static void give_up_rights(const struct session *session, const struct request *request)
{
	int folders[OUTPUTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < request->output_count; i++)
		if (session->outputs[i].file.dir >= 0)
			folders[count++] = session->outputs[i].file.dir;
	shut_in(folders, count, request->verbose);
}

enum exit_code session_open(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	*session = (struct session){
		.sources = {.registry_fd = -1},
		.record_fd = -1,
		.replay_fd = -1,
		.policy_fd = -1,
		.snapshot_fd = -1,
		.proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
	for (size_t i = 0; i < PM_COUNT(session->outputs); i++)
		session->outputs[i].file = (struct pm_output){.dir = -1, .fd = -1};
	return open_all(session, request, err);
}

enum exit_code session_read(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	open_streams(session, request);
	give_up_rights(session, request);
	int r = sources_read(&session->sources, request, err);
	if (r == 0)
		r = read_policy(session, request, err);
	prepare_report(session, request);
	return r == 0 ? EXIT_CLEAN : r == -ENOMEM ? EXIT_OUTPUT : EXIT_USAGE;
}

/* In place of the kernel a file, which anybody can have written: read once all rights are gone. */
static int read_snapshot(struct session *session, const struct request *request,
			 struct pm_error *err)
{
	const char *name = is_stdin(request->snapshot) ? "standard input" : request->snapshot;
	struct pm_buf bytes = {0};
	int r = pm_read_all(session->snapshot_fd, name, PM_SNAPSHOT_FILE_MAX, &bytes, err);

	if (r == 0)
		r = pm_snapshot_read(name, pm_buf_text(&bytes), bytes.len, &session->snapshot, err);
	if (r == 0)
		pm_snapshot_narrow(&session->snapshot, &request->collect);
	pm_buf_release(&bytes);
	return r;
}

static enum exit_code collect(struct session *session, const struct request *request,
			      struct pm_error *err)
{
	struct pm_collect_options options = request->collect;

	options.record = session->record_fd;
	options.replay = session->replay_fd;
	int r = pm_collect(&options, session->proc_fd, &session->snapshot, err);
	return r == 0 ? EXIT_CLEAN : r == -EINVAL ? EXIT_USAGE : EXIT_OUTPUT;
}

enum exit_code session_run(struct session *session, const struct request *request,
			   struct pm_error *err)
{
	enum exit_code code = request->snapshot ? EXIT_CLEAN : collect(session, request, err);
	int r = 0;

	if (code == EXIT_CLEAN)
		code = session_read(session, request, err);
	if (code != EXIT_CLEAN)
		return code;
	if (request->snapshot)
		r = read_snapshot(session, request, err);
	if (r == 0)
		r = judge(session, err);
	session->report.labels = session->labels;
	if (r == 0)
		r = check(session, request, err);
	return r == 0 ? EXIT_CLEAN : r == -ENOMEM ? EXIT_OUTPUT : EXIT_USAGE;
}

int session_print_report(const struct session *session, const struct pm_format *format,
			 const void *data)
{
	(void)data;
	return format->print(&session->report, &session->options);
}

void session_print(struct session *session, const struct request *request,
		   int (*print)(const struct session *session, const struct pm_format *format,
				const void *data),
		   const void *data)
{
	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];

		if (output->failed)
			continue;
		prepare_options(session, request, output->out);
		errno = 0;
		output->printed = print(session, request->outputs[i].format, data);
	}
}

/* Flush; a file that is whole is also put in its place. 0 or -errno, with the sentence. */
static int close_output(struct session_output *output, const char *file, struct pm_error *err)
{
	if (output->printed == -ENOMEM)
		return pm_fail(err, -ENOMEM, "out of memory while reporting");
	errno = 0;
	if (fflush(output->out) != 0 || ferror(output->out))
		return pm_fail(err, errno ? -errno : -EIO, "cannot write %s: %s",
			       file ? file : "standard output", strerror(errno ? errno : EIO));
	if (output->printed < 0)
		return pm_fail(err, output->printed, "cannot write the report: %s",
			       strerror(-output->printed));
	return file ? pm_output_commit(&output->file, 0644, err) : 0;
}

enum exit_code session_end(struct session *session, const struct request *request,
			   struct pm_error *err)
{
	const struct pm_coverage *coverage = &session->snapshot.coverage;
	bool failed = false;

	for (size_t i = 0; i < request->output_count; i++) {
		struct session_output *output = &session->outputs[i];
		struct pm_error why;

		if (!output->failed && close_output(output, request->outputs[i].file, &why) < 0)
			fail_output(session, output, &why);
		failed |= output->failed;
	}
	if (failed) {
		*err = session->output_error;
		return EXIT_OUTPUT;
	}
	if (coverage->gap_count) {
		pm_fail(err, 0, "incomplete: %s", coverage->gaps[0].detail);
		return EXIT_INCOMPLETE;
	}
	bool fails = session->report.check
			     ? session->check.breach_count
			     : pm_judgement_fails(&session->judgement, &request->fail_on);
	return fails ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* Does any of the reports say by itself what is missing? */
static bool is_told(const struct request *request)
{
	for (size_t i = 0; i < request->output_count; i++)
		if (request->outputs[i].format->tells_gaps && !request->no_header)
			return true;
	return false;
}

enum exit_code session_tell(const struct request *request, enum exit_code code,
			    const struct pm_error *err)
{
	bool told = code == EXIT_INCOMPLETE && is_told(request);

	if (code >= EXIT_USAGE && !told)
		fprintf(stderr, "portmote: %s\n", err->text);
	return code;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

void session_release(struct session *session)
{
	pm_check_release(&session->check);
	pm_policy_release(&session->policy);
	pm_judgement_release(&session->judgement);
	free(session->labels);
	sources_release(&session->sources);
	pm_snapshot_release(&session->snapshot);
	for (size_t i = 0; i < PM_COUNT(session->outputs); i++) {
		struct session_output *output = &session->outputs[i];

		pm_output_release(&output->file);
		if (output->out && output->out != stdout)
			fclose(output->out);
	}
	close_if(session->record_fd);
	close_if(session->replay_fd);
	close_if(session->policy_fd);
	close_if(session->snapshot_fd);
	close_if(session->proc_fd);
}

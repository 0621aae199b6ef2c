#include "session.h"
#include "outputs.h"
#include "run/aside.h"
#include "run/collector.h"
#include "run/ending.h"
#include "run/rights.h"
#include "run/signals.h"
#include "run/watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void try_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
}

static int session_open_folder(const char *path, struct pm_error *err)
{
	ending_at(ENDING_OPENS, path);
	aside_try(try_folder, path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? pm_fail(err, -errno, "cannot open %s: %s", path, strerror(errno)) : fd;
}

/*
 * A recording is made in a folder of its own: never mixed with what stands there. It has what was
 * read word for word, environments of containers among it: not for those who couldn't have read it.
 */
static int make_recording(const char *path, struct pm_error *err)
{
	if (rights_are_of_file())
		return pm_fail(
			err, -EPERM,
			"--record is refused to who has the rights of portmote's file alone: it "
			"would copy what you can't read yourself");
	ending_at(ENDING_WRITES, path);
	return pm_make_folder(path, err);
}

bool is_stdin(const char *path)
{
	return !strcmp(path, "-");
}

static int open_input(const char *path, size_t max, struct pm_error *err)
{
	if (!is_stdin(path))
		return aside_open(path, ASIDE_REGULAR, max, err);
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? pm_fail(err, -errno, "cannot read standard input: %s", strerror(errno))
		      : fd;
}

static int open_inputs(struct session *session, const struct request *request, struct pm_error *err)
{
	const struct {
		const char *path;
		size_t max; /* 0: a folder */
		int *fd;
	} inputs[] = {
		{request->policy, PM_POLICY_MAX, &session->policy_fd},
		{request->replay, 0, &session->replay_fd},
		{request->snapshot, PM_SNAPSHOT_FILE_MAX, &session->snapshot_fd},
		{request->before, PM_SNAPSHOT_FILE_MAX, &session->before_fd},
	};

	for (size_t i = 0; i < PM_COUNT(inputs); i++) {
		if (!inputs[i].path)
			continue;
		*inputs[i].fd = inputs[i].max ? open_input(inputs[i].path, inputs[i].max, err)
					      : session_open_folder(inputs[i].path, err);
		if (*inputs[i].fd < 0)
			return *inputs[i].fd;
	}
	return 0;
}

static void try_state(const char *path)
{
	struct pm_state_file state;

	pm_state_open(&state, path, NULL);
	pm_state_release(&state);
}

/* What is not to be trusted must not be named; what can't be written is as with any output. */
static enum exit_code open_state(struct session *session, const char *path, struct pm_error *err)
{
	ending_at(ENDING_WRITES, path);
	aside_try(try_state, path);
	switch (pm_state_open(&session->state, path, err)) {
	case 0:
		return EXIT_CLEAN;
	case -EBUSY:
	case -EPERM:
	case -ELOOP:
	case -EINVAL:
	case -EISDIR:
	case -ENAMETOOLONG:
		return EXIT_USAGE;
	default:
		return EXIT_OUTPUT;
	}
}

/* All that is named on the command line, while there still is the right to open it. */
static enum exit_code open_all(struct session *session, const struct request *request,
			       struct pm_error *err)
{
	if (request->record && request->replay) {
		pm_fail(err, -EINVAL, "--record and --replay exclude each other");
		return EXIT_USAGE;
	}
	if (sources_open(&session->sources, request, err) < 0 ||
	    open_inputs(session, request, err) < 0)
		return EXIT_USAGE;
	if (request->state) {
		enum exit_code code = open_state(session, request->state, err);

		if (code != EXIT_CLEAN)
			return code;
	}
	if (request->record) {
		session->record_fd = make_recording(request->record, err);
		if (session->record_fd < 0)
			return EXIT_USAGE;
	}
	return outputs_open(session, request, err);
}

int session_judge(const struct session *session, struct pm_snapshot *snapshot,
		  struct pm_label **ret_labels, struct pm_judgement *ret_judgement,
		  struct pm_error *err)
{
	const struct sources *sources = &session->sources;
	int r = pm_snapshot_names(snapshot, err);

	if (r < 0)
		return r;
	*ret_labels = pm_label_all(snapshot, sources->registry);
	if (!*ret_labels)
		return pm_fail(err, -ENOMEM, "out of memory while labelling");
	return pm_judge(snapshot, sources->registry, sources->knowledge, *ret_labels, ret_judgement,
			err);
}

/* Read when no right is left that a policy's bytes could make us abuse. */
static int session_read_policy(struct session *session, const struct request *request,
			       struct pm_error *err)
{
	struct pm_buf bytes = {0};

	if (!request->policy)
		return 0;
	const char *name = is_stdin(request->policy) ? "standard input" : request->policy;
	int r = pm_read_all(session->policy_fd, name, PM_POLICY_MAX, &bytes, err);
	if (r == 0)
		r = pm_policy_parse(name, pm_buf_text(&bytes), bytes.len, session->sources.registry,
				    &session->policy, err);
	pm_buf_release(&bytes);
	return r;
}

static int session_check(struct session *session, const struct request *request,
			 struct pm_error *err)
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

static enum exit_code exit_of(int r)
{
	if (r == -ENOMEM)
		return EXIT_OUTPUT;
	return r < 0 ? EXIT_USAGE : EXIT_CLEAN;
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

enum exit_code session_open(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	*session = (struct session){
		.sources = {.registry_fd = -1},
		.record_fd = -1,
		.replay_fd = -1,
		.policy_fd = -1,
		.snapshot_fd = -1,
		.before_fd = -1,
		.channel = -1,
		.state = {.lock = -1, .fd = -1, .next = PM_OUTPUT_NONE},
		.proc_fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
	};
	for (size_t i = 0; i < PM_COUNT(session->outputs); i++)
		session->outputs[i].file = PM_OUTPUT_NONE;
	signals_hold();
	enum exit_code code = open_all(session, request, err);
	aside_end();
	ending_at(ENDING_NONE, NULL);
	/* The state's descriptor from now on, and ours to close. */
	if (request->state) {
		session->before_fd = session->state.fd;
		session->state.fd = -1;
	}
	signals_guard(session);
	return code == EXIT_CLEAN ? outputs_wait(session, request, err) : code;
}

enum exit_code session_read(struct session *session, const struct request *request,
			    struct pm_error *err)
{
	outputs_start(session, request);
	outputs_shut_in(session, request);
	prepare_report(session, request);
	int r = sources_read(&session->sources, request, err);
	if (r < 0)
		return exit_of(r);
	session->report.registry = session->sources.registry;
	session->report.knowledge = session->sources.knowledge;
	return exit_of(session_read_policy(session, request, err));
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
	if (r == 0 && pm_snapshot_narrow(&session->snapshot, &request->collect.filter, NULL) < 0)
		r = pm_fail(err, -ENOMEM, "out of memory while reading %s", name);
	pm_buf_release(&bytes);
	return r;
}

static enum exit_code collect(struct session *session, const struct request *request,
			      struct pm_error *err)
{
	struct pm_collect_options options = request->collect;

	options.record = session->record_fd;
	options.replay = session->replay_fd;
	collector_begin(session, request, &options);
	if (!request->replay)
		rights_back();
	int r = pm_collect(&options, session->proc_fd, &session->snapshot, err);
	collector_end(session);
	if (r == -EINVAL)
		return EXIT_USAGE;
	return r < 0 ? EXIT_OUTPUT : EXIT_CLEAN;
}

enum exit_code session_run(struct session *session, const struct request *request,
			   struct pm_error *err)
{
	enum exit_code code = request->snapshot ? EXIT_CLEAN : collect(session, request, err);
	int r;

	if (code == EXIT_CLEAN)
		code = session_read(session, request, err);
	if (code != EXIT_CLEAN)
		return code;
	if (request->snapshot && (r = read_snapshot(session, request, err)) < 0)
		return exit_of(r);
	r = session_judge(session, &session->snapshot, &session->labels, &session->judgement, err);
	session->report.labels = session->labels;
	return exit_of(r < 0 ? r : session_check(session, request, err));
}

enum exit_code session_end(struct session *session, const struct request *request,
			   struct pm_error *err)
{
	const struct pm_coverage *coverage = &session->snapshot.coverage;

	if (outputs_close(session, request)) {
		*err = session->output_error;
		return EXIT_OUTPUT;
	}
	if (coverage->gap_count) {
		pm_fail(err, 0, "incomplete: %s", coverage->gaps[0].detail);
		return EXIT_INCOMPLETE;
	}
	bool fails = session->report.check
			     ? session->check.violation_count
			     : pm_judgement_fails(&session->judgement, &request->fail_on);
	return fails ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* Does any of the reports say by itself what is missing? */
static bool is_told(const struct request *request)
{
	for (size_t i = 0; i < request->output_count; i++)
		if (request->outputs[i].format->has_gaps && !request->no_header)
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

/* Was less seen than there is, and is that not good enough? */
static bool session_is_partial(const struct session *session, const struct request *request,
			       struct pm_error *err)
{
	const struct pm_coverage *coverage = &session->snapshot.coverage;

	if (!coverage->gap_count || request->partial)
		return false;
	pm_fail(err, 0, "incomplete: %s; nothing was written (see --partial)",
		coverage->gaps[0].detail);
	return true;
}

enum exit_code session_save(struct request *request, session_printer *print)
{
	struct session session;
	struct pm_error err;
	enum exit_code code = session_open(&session, request, &err);

	request->fail_on = (struct pm_fail_on){0};
	if (code == EXIT_CLEAN)
		code = session_run(&session, request, &err);
	if (code == EXIT_CLEAN && session_is_partial(&session, request, &err)) {
		code = EXIT_INCOMPLETE;
	} else if (code == EXIT_CLEAN) {
		session_print(&session, request, print, NULL);
		code = session_end(&session, request, &err);
	}
	session_release(&session);
	/* What is kept, other than a report, is not there to tell what is missing. */
	request->no_header = true;
	return session_tell(request, code, &err);
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

void session_release(struct session *session)
{
	signals_hold();
	pm_check_release(&session->check);
	pm_policy_release(&session->policy);
	pm_judgement_release(&session->judgement);
	free(session->labels);
	pm_judgement_release(&session->before.judgement);
	free(session->before.labels);
	free(session->before.registered);
	pm_snapshot_release(&session->before.snapshot);
	pm_state_release(&session->state);
	sources_release(&session->sources);
	pm_snapshot_release(&session->snapshot);
	outputs_release(session);
	close_if(session->record_fd);
	close_if(session->replay_fd);
	close_if(session->policy_fd);
	close_if(session->snapshot_fd);
	close_if(session->before_fd);
	close_if(session->proc_fd);
	signals_guard(NULL);
}

/* Nothing here waits for the kernel longer than for a signal. */
#include "run/ending.h"
#include "run/rights.h"
#include "run/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds. Who works ends within less of these by itself, if it can. */
enum { ENDING_TICK = 20, ENDING_GRACE = 500, ENDING_TIDYING = 600, ENDING_LEAVING = 100 };

/* What who works says of itself, and its helper; `count` changes with each step. */
static struct ending_page {
	atomic_uint count, beats;
	atomic_int step, helper;
	char path[512]; /* escaped */
} alone, *page = &alone;

static int64_t started;

struct ending {
	const struct request *request;
	struct ending_patience patience;
	int64_t deadline, looked, spent;
	unsigned beats;
	pid_t pid;
	int proc, signal;
};

int64_t ending_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What opening takes is not taken from the time for looking, unless it takes much of it. */
int64_t ending_deadline(const struct request *request)
{
	int64_t now = ending_now(), whole = (int64_t)request->timeout * 1000;
	bool was_long = request->is_timed && now - started > whole / 4;

	if (!request->timeout)
		return 0;
	return (was_long ? started : now) + whole;
}

void ending_at(enum ending_step step, const char *path)
{
	atomic_store(&page->step, ENDING_NONE);
	if (path)
		pm_escape(page->path, sizeof(page->path), path, strlen(path));
	atomic_fetch_add(&page->count, 1);
	atomic_store(&page->step, (int)step);
}

void ending_beat(void)
{
	atomic_fetch_add(&page->beats, 1);
}

void ending_helper(pid_t pid)
{
	atomic_store(&page->helper, (int)pid);
}

bool ending_waits(struct ending_patience *patience, const struct request *request, int64_t now)
{
	unsigned count = atomic_load(&page->count);
	int step = atomic_load(&page->step);

	if (count != patience->count || step == ENDING_NONE || step == ENDING_PRINTS) {
		patience->count = count;
		patience->since = now;
	}
	return request->timeout && now - patience->since > (int64_t)request->timeout * 1000;
}

void ending_say(const char *sentence)
{
	struct pollfd error = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&error, 1, 0) > 0)
		fprintf(stderr, "portmote: %s\n", sentence);
}

void ending_late(void)
{
	static const struct {
		const char *verb;
		enum exit_code code;
	} ends[] = {
		[ENDING_OPENS] = {"open", EXIT_USAGE},
		[ENDING_READS] = {"read", EXIT_USAGE},
		[ENDING_WRITES] = {"write", EXIT_OUTPUT},
	};
	int step = atomic_load(&page->step);
	struct pm_error why;

	if (step == ENDING_PRINTS) {
		ending_say("cannot write all: the time given by --timeout was up");
		exit(EXIT_OUTPUT);
	}
	if (step == ENDING_NONE) {
		ending_say("incomplete: the time given by --timeout was up before anything was "
			   "judged");
		exit(EXIT_INCOMPLETE);
	}
	page->path[sizeof(page->path) - 1] = '\0';
	pm_fail(&why, 0, "cannot %s %s: it did not answer in time", ends[step].verb, page->path);
	ending_say(why.text);
	exit((int)ends[step].code);
}

void ending_as(int status)
{
	char sentence[128];

	if (WIFEXITED(status))
		exit(WEXITSTATUS(status));
	int number = WTERMSIG(status);
	if (number == SIGHUP || number == SIGINT || number == SIGTERM)
		signals_end_by(number);
	snprintf(sentence, sizeof(sentence), "internal error: ended by signal %d (%s)", number,
		 strsignal(number));
	ending_say(sentence);
	exit(EXIT_OUTPUT);
}

/* Until a signal, the end of who works, or `until`: true with the status where it has ended. */
static bool ending_wait(struct ending *ending, const sigset_t *signals, int64_t until,
			int *ret_status)
{
	for (;;) {
		int64_t left = until - ending_now();
		const struct timespec tick = {.tv_nsec = left * 1000000};

		if (waitpid(ending->pid, ret_status, WNOHANG) == ending->pid)
			return true;
		if (left <= 0)
			return false;
		int number = sigtimedwait(signals, NULL, &tick);
		if (number <= 0 || number == SIGCHLD)
			continue;
		ending->signal = number;
		return false;
	}
}

/* Its files and its lock are closed as it ends; what keeps it from that is not waited for. */
static void leave_behind(struct ending *ending, const sigset_t *signals)
{
	int status, helper = atomic_load(&page->helper);
	int64_t until = ending_now() + ENDING_LEAVING;

	kill(ending->pid, SIGKILL);
	if (helper > 0)
		kill(helper, SIGKILL);
	while (ending_now() < until && !ending_wait(ending, signals, until, &status))
		;
}

/* It ends by the signal, once it has tidied up. */
static _Noreturn void end_by_signal(struct ending *ending, const sigset_t *signals)
{
	int64_t until = ending_now() + ENDING_TIDYING;
	int status, number = ending->signal;

	kill(ending->pid, number);
	while (ending_now() < until)
		if (ending_wait(ending, signals, until, &status))
			ending_as(status);
	leave_behind(ending, signals);
	signals_end_by(number);
	exit(EXIT_OUTPUT);
}

/* Who runs, or waits for a processor, is charged a quarter of the time; who watches itself, none. */
static bool is_up(struct ending *ending, int64_t now)
{
	unsigned beats = atomic_load(&page->beats);
	int64_t from = ending->looked > ending->deadline ? ending->looked : ending->deadline;

	if (ending->request->is_timed && ending->deadline && now > from && beats == ending->beats)
		ending->spent += pm_task_state(ending->proc, ending->pid, ending->pid) == 'R'
					 ? (now - from + 3) / 4
					 : now - from;
	bool is_still = beats == ending->beats;
	ending->beats = beats;
	ending->looked = now;
	return ending->spent > ENDING_GRACE ||
	       (ending_waits(&ending->patience, ending->request, now) && is_still);
}

static _Noreturn void await_end_of(struct ending *ending, const sigset_t *signals)
{
	int status;

	for (;;) {
		if (ending_wait(ending, signals, ending_now() + ENDING_TICK, &status))
			ending_as(status);
		if (ending->signal)
			end_by_signal(ending, signals);
		if (is_up(ending, ending_now())) {
			leave_behind(ending, signals);
			ending_late();
		}
	}
}

/* What is ignored stays so. */
static void choose_signals(sigset_t *ret)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction old;

	sigemptyset(ret);
	sigaddset(ret, SIGCHLD);
	for (size_t i = 0; i < PM_COUNT(ending); i++)
		if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaddset(ret, ending[i]);
}

void ending_begin(const struct request *request)
{
	struct ending ending = {.request = request};
	pid_t self = getpid();
	sigset_t signals, before;
	void *shared = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);

	started = ending_now();
	if (shared == MAP_FAILED)
		return;
	/* Whoever started us may have it ignored, and then nobody's end can be waited for. */
	signal(SIGCHLD, SIG_DFL);
	choose_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, &before);
	ending.pid = fork();
	if (ending.pid > 0) {
		page = shared;
		ending.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ending.deadline = ending_deadline(request);
		ending.looked = ending.patience.since = started;
		rights_drop();
		await_end_of(&ending, &signals);
	}
	if (ending.pid == 0) {
		page = shared;
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != self) {
			ending_say("cannot watch for the end of who was started");
			_exit(EXIT_OUTPUT);
		}
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
}

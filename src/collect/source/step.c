#include "source/step.h"
#include "source/coverage.h"

#include <errno.h>
#include <unistd.h>

/* Whole process: what blocks in two ways blocks in others too. */
enum { WAYS_MOST = 2 };

static _Thread_local struct watched *own;
static _Thread_local unsigned depth;
static _Thread_local struct steps *mine;

static bool is_path(const char *what)
{
	return what[0] == '/';
}

/* A path that blocks does so for whoever names it. */
static bool step_is_same(const struct step *left, int pid, const char *what)
{
	return (left->pid == pid || is_path(what)) &&
	       !strncmp(left->what, what, sizeof(left->what) - 1);
}

static bool is_left(struct steps *steps, int pid, const char *what)
{
	const struct pm_watch *watch = steps->watch;
	size_t ways = 0, last = 0;

	for (size_t i = 0; i < watch->left_count; i++) {
		if (step_is_same(&watch->left[i], pid, what)) {
			atomic_store(&steps->met[i], true);
			return true;
		}
		if (pid && watch->left[i].pid == pid) {
			ways++;
			last = i;
		}
	}
	if (ways >= WAYS_MOST)
		atomic_store(&steps->met[last], true);
	return ways >= WAYS_MOST;
}

void step_thread(struct source *source)
{
	struct steps *steps = &source->steps;
	unsigned number = atomic_fetch_add(&steps->threads, 1);

	own = steps->watch && number < STEP_THREADS ? &steps->watch->thread[number] : NULL;
	depth = 0;
	mine = steps;
	if (own)
		atomic_store(&own->tid, (int)gettid());
}

void step_on(struct source *source)
{
	(void)source;
	if (own)
		atomic_fetch_add_explicit(&own->count, 2, memory_order_relaxed);
}

bool step_begin(struct source *source, int pid, const char *what)
{
	struct steps *steps = &source->steps;

	if (depth) {
		depth++;
		step_on(source);
		return true;
	}
	if (is_late(source) || (steps->watch && is_left(steps, pid, what))) {
		atomic_fetch_add(&steps->refused, 1);
		return false;
	}
	depth = 1;
	if (!own)
		return true;
	own->step.pid = pid;
	size_t len = strnlen(what, sizeof(own->step.what) - 1);
	memcpy(own->step.what, what, len);
	own->step.what[len] = '\0';
	atomic_fetch_add_explicit(&own->count, 1, memory_order_release);
	return true;
}

bool step_begin_at(struct source *source, const char *name)
{
	size_t digits = strspn(name, "0123456789");
	uint64_t pid;

	if (name[digits] == '/' && pm_parse_u64(name, digits, INT32_MAX, &pid) == 0)
		return step_begin(source, (int)pid, name + digits + 1);
	return step_begin(source, 0, name);
}

void step_end(struct source *source)
{
	(void)source;
	if (--depth == 0 && own)
		atomic_fetch_add_explicit(&own->count, 1, memory_order_release);
}

bool step_is_answer(int code)
{
	static const int answers[] = {
		ENOENT, ESRCH,	   ENOTDIR,    EACCES, EPERM,  ELOOP,	ENAMETOOLONG,
		EXDEV,	EINVAL,	   ENOSYS,     EBADF,  ENXIO,  ENODATA, EBUSY,
		ETIME,	ECANCELED, EOPNOTSUPP, EISDIR, EAGAIN,
	};

	for (size_t i = 0; i < PM_COUNT(answers); i++)
		if (code == -answers[i])
			return true;
	return code >= 0;
}

int step_check(int code)
{
	if (step_is_answer(code) || !mine)
		return code;
	atomic_store(&mine->code, code);
	atomic_fetch_add(&mine->failed, 1);
	atomic_fetch_add(&mine->refused, 1);
	return code;
}

int step_check_search(struct source *source, int code)
{
	if (!step_is_answer(code))
		source->is_search_cut = true;
	return step_check(code);
}

/* One sentence, and a NUL. */
static void tell_left(struct pm_buf *ret, const struct step *step)
{
	if (!step->pid)
		pm_buf_printf(ret, "%s%s", is_path(step->what) ? "" : "/proc/", step->what);
	else if (is_path(step->what))
		pm_buf_printf(ret, "%s, which pid %d has to do with,", step->what, step->pid);
	else
		pm_buf_printf(ret, "/proc/%d/%s", step->pid, step->what);
	pm_buf_puts(ret, " did not answer in time");
	pm_buf_add(ret, "", 1);
}

/* What was not looked at, each a sentence and a NUL. */
static bool read_untold(void *data, struct pm_buf *ret)
{
	const struct source *source = data;
	const struct steps *steps = &source->steps;

	if (source->is_out_of_time) {
		pm_buf_puts(ret, "the time given by --timeout was up before all was looked at");
		pm_buf_add(ret, "", 1);
	}
	for (size_t i = 0; steps->watch && i < steps->watch->left_count; i++)
		if (atomic_load(&steps->met[i]))
			tell_left(ret, &steps->watch->left[i]);
	if (atomic_load(&steps->failed)) {
		pm_buf_printf(ret, "not all could be looked at: %s",
			      strerror(-atomic_load(&steps->code)));
		pm_buf_add(ret, "", 1);
	}
	return ret->len != 0;
}

int steps_tell(struct collector *collector)
{
	struct pm_buf told = {0};
	int r = 0;

	source_value(collector->source, "not-looked-at", read_untold, collector->source, &told);
	if (told.failed)
		r = -ENOMEM;
	for (size_t at = 0; at < told.len && r == 0; at += strlen(told.data + at) + 1)
		r = gap_add(collector->snapshot, PM_GAP_PROCESSES, PM_GAP_LIMITED, 1, "%s",
			    pm_buf_text(&told) + at);
	pm_buf_release(&told);
	return r;
}

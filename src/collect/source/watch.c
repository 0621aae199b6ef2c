/* Watching one that collects: does it still, or does the kernel keep it waiting? */
#include "source/step.h"

#include <stdio.h>
#include <sys/mman.h>

struct pm_watch *pm_watch_new(void)
{
	struct pm_watch *watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return watch == MAP_FAILED ? NULL : watch;
}

void pm_watch_free(struct pm_watch *watch)
{
	if (watch)
		munmap(watch, sizeof(*watch));
}

char pm_task_state(int proc, int pid, int tid)
{
	char name[64], text[512];

	snprintf(name, sizeof(name), "%d/task/%d/stat", pid, tid);
	ssize_t len = pm_read_small(proc, name, text, sizeof(text));
	const char *close = len > 0 ? strrchr(text, ')') : NULL;
	return close && close[1] == ' ' ? close[2] : '\0';
}

/* Of a thread that has stood in one step since the last look; 0: it does not. */
static unsigned stands_in(const struct watched *thread)
{
	unsigned count = atomic_load_explicit(&thread->count, memory_order_acquire);

	return count % 2 ? count : 0;
}

static void leave_alone(struct pm_watch *watch, const struct step *step)
{
	struct step *left = &watch->left[watch->left_count++];

	*left = *step;
	left->what[sizeof(left->what) - 1] = '\0';
}

/* One that waits for a processor on a busy machine is not kept waiting: its time begins anew. */
bool pm_watch_gives_up(struct pm_watch *watch, struct pm_patience *patience, int proc, int pid,
		       int64_t now, int64_t most)
{
	for (size_t i = 0; i < PM_WATCHED; i++) {
		struct watched *thread = &watch->thread[i];
		unsigned count = stands_in(thread);
		bool waits = count && count == patience->count[i] &&
			     pm_task_state(proc, pid, atomic_load(&thread->tid)) != 'R';

		if (!waits) {
			patience->count[i] = count;
			patience->since[i] = now;
		} else if (now - patience->since[i] >= most && watch->left_count < STEPS_LEFT) {
			leave_alone(watch, &thread->step);
			return true;
		}
	}
	return false;
}

bool pm_watch_is_full(const struct pm_watch *watch)
{
	return watch->left_count == STEPS_LEFT;
}

/* Who was given up may not have ended yet, and tell of itself in the old one till then. */
struct pm_watch *pm_watch_next(const struct pm_watch *watch)
{
	struct pm_watch *next = pm_watch_new();

	if (next) {
		memcpy(next->left, watch->left, sizeof(watch->left));
		next->left_count = watch->left_count;
	}
	return next;
}

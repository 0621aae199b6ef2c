#include "run/signals.h"

#include <signal.h>
#include <unistd.h>

static const int ending[] = {SIGHUP, SIGINT, SIGTERM};

static const struct session *volatile guarded;
static sigset_t held_before;

static void remove_temporary(const struct pm_output *out)
{
	if (out->dir >= 0 && out->temp[0])
		unlinkat(out->dir, out->temp, 0);
}

/* What has been renamed by then has that name no more. */
void signals_tidy(const struct session *session)
{
	for (size_t i = 0; session && i < PM_COUNT(session->outputs); i++)
		remove_temporary(&session->outputs[i].file);
	if (session)
		remove_temporary(&session->state.next);
}

/* The signal's own action follows. */
static void signals_end(int number)
{
	signals_tidy(guarded);
	raise(number);
}

static volatile sig_atomic_t relayed;
static volatile pid_t relayed_to;

static void relay(int number)
{
	relayed = number;
	kill(relayed_to, number);
}

/* What is ignored stays so. */
void signals_relay(pid_t pid)
{
	struct sigaction act = {.sa_handler = relay}, old;

	relayed_to = pid;
	for (size_t i = 0; i < PM_COUNT(ending); i++)
		if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler == signals_end)
			sigaction(ending[i], &act, NULL);
}

int signals_relayed(void)
{
	return relayed;
}

void signals_end_by(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
}

void signals_hold(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < PM_COUNT(ending); i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, &held_before);
}

/* What nohup(1) or a shell has us ignore stays ignored. */
void signals_guard(const struct session *session)
{
	struct sigaction act = {.sa_handler = signals_end, .sa_flags = (int)SA_RESETHAND}, old;

	guarded = session;
	for (size_t i = 0; i < PM_COUNT(ending); i++)
		if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
			sigaction(ending[i], &act, NULL);
	sigprocmask(SIG_SETMASK, &held_before, NULL);
}

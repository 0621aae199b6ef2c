/*
 * churner tcp|udp AUDITS SEED CMD...: whether any audit of many misses a socket that was there.
 *
 * A child keeps 2,000 sockets on one port, so in one bucket of the kernel's table. For each audit
 * it takes 1,500 of them at random, which it leaves alone until that audit is over; of the others
 * it closes some in a burst, and in the next opens as many, again and again, at one of some paces.
 * CMD is portmote with options that make it print nothing but `inode cookie pid` of each listener.
 * Its report must have each socket once; if it exits 0 or 1, calling itself complete, it must have
 * all that lived throughout, and name the child as their owner. With nothing coming and going it
 * must be complete.
 *
 * Exit: 0; 1 where that is not so; 125 where it could not be tried.
 */
#include "many.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT = 7000, SOCKETS = 2000, KEPT = 1500, BURST = 20, REPORT = 1 << 20 };

/* Microseconds between two bursts; the last never comes within an audit. */
static const uint32_t pace[] = {0, 100, 500, 2000, 10000, 50000, 600000000};
enum { PACES = sizeof(pace) / sizeof(*pace), QUIET = PACES - 1 };

/* What the child and the auditor share. While an audit goes on the child writes `bursts` alone. */
struct shared {
	uint32_t kept[KEPT];
	size_t bursts;
};

/* The child's: sockets, and the places of those that are closed. */
struct bucket {
	int type, fds[SOCKETS];
	size_t at[BURST], closed;
	uint64_t random;
};

struct row {
	uint64_t inode, cookie, pid;
};

struct tally {
	size_t audits, complete, bursts;
};

/* ---- the child --------------------------------------------------------------------- */

/* Close some of the last SOCKETS - KEPT, or open those that were closed: the list gets shorter,
 * then longer. */
static void burst(struct bucket *bucket, struct shared *shared)
{
	const size_t count = 1 + random_below(&bucket->random, BURST);

	if (bucket->closed)
		for (; bucket->closed; bucket->closed--)
			bucket->fds[bucket->at[bucket->closed - 1]] =
				open_socket(bucket->type, PORT, true);
	else
		for (; bucket->closed < count; bucket->closed++) {
			size_t at;

			do
				at = KEPT + random_below(&bucket->random, SOCKETS - KEPT);
			while (bucket->fds[at] < 0);
			close(bucket->fds[at]);
			bucket->fds[at] = -1;
			bucket->at[bucket->closed] = at;
		}
	__atomic_fetch_add(&shared->bursts, 1, __ATOMIC_RELAXED);
}

/* The first KEPT become others, at random, and all are open. */
static void keep_others(struct bucket *bucket, struct shared *shared)
{
	if (bucket->closed)
		burst(bucket, shared);
	for (size_t i = 0; i < KEPT; i++) {
		const size_t other = i + random_below(&bucket->random, SOCKETS - i);
		const int fd = bucket->fds[other];

		bucket->fds[other] = bucket->fds[i];
		bucket->fds[i] = fd;
		shared->kept[i] = inode_of(fd);
	}
}

/* A byte over `way` is the pace from now on; it is sent back when its audit can begin. */
static uint8_t next_audit(struct bucket *bucket, int way, struct shared *shared)
{
	uint8_t which;

	if (read(way, &which, 1) != 1)
		exit(0);
	keep_others(bucket, shared);
	if (write(way, &which, 1) != 1)
		stop("write");
	return which;
}

__attribute__((noreturn)) static void churn(int type, int way, uint64_t random,
					    struct shared *shared)
{
	static struct bucket bucket;
	struct pollfd polled = {.fd = way, .events = POLLIN};
	uint8_t which = QUIET;

	bucket.type = type;
	bucket.random = random;
	for (size_t i = 0; i < SOCKETS; i++)
		bucket.fds[i] = open_socket(type, PORT, true);
	for (;;) {
		const struct timespec rest = {.tv_sec = pace[which] / 1000000,
					      .tv_nsec = pace[which] % 1000000 * 1000};
		const int told = ppoll(&polled, 1, &rest, NULL);

		if (told < 0)
			stop("ppoll");
		if (told)
			which = next_audit(&bucket, way, shared);
		else
			burst(&bucket, shared);
	}
}

/* ---- the auditor ------------------------------------------------------------------- */

__attribute__((noreturn)) static void wrong(const char *what, size_t count)
{
	fprintf(stderr, "churner: %zu %s\n", count, what);
	exit(1);
}

/* The audit's output in `text`, its exit code returned. */
static int audit(char **argv, char *text)
{
	int ends[2], status;
	size_t len = 0;
	ssize_t got = 1;

	if (pipe(ends) < 0)
		stop("pipe");
	const pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], argv);
		stop(argv[0]);
	}
	close(ends[1]);
	while (got > 0 && len < REPORT - 1) {
		got = read(ends[0], text + len, REPORT - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	text[len] = '\0';
	close(ends[0]);
	if (waitpid(pid, &status, 0) < 0)
		stop("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* "-" for what is not known gives 0. */
static uint64_t field(char **at)
{
	*at += strspn(*at, " ");
	if (**at == '-') {
		++*at;
		return 0;
	}
	return strtoull(*at, at, 10);
}

static size_t parse(char *text, struct row *rows)
{
	size_t count = 0;

	for (char *at = text, *line; *at; at++) {
		line = at;
		if (count == 2 * SOCKETS + 1)
			wrong("rows, more than ever were sockets", count);
		rows[count].inode = field(&at);
		rows[count].cookie = field(&at);
		rows[count].pid = field(&at);
		/* One that only the walk within the kernel showed may have no cookie yet. */
		if (*at != '\n' || !rows[count].inode) {
			line[strcspn(line, "\n")] = '\0';
			fprintf(stderr, "churner: '%s'\n", line);
			wrong("rows, and then that one, which is none", count);
		}
		count++;
	}
	return count;
}

static int by_inode(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static void check_once(const struct row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (rows[i].inode == rows[i - 1].inode)
			wrong("rows, and a socket stands twice in them", count);
}

static void check_all(const struct row *rows, size_t count, const struct shared *shared, pid_t pid)
{
	size_t missing = 0, strange = 0;

	for (size_t i = 0; i < KEPT; i++) {
		const struct row kept = {.inode = shared->kept[i]};
		const struct row *row = bsearch(&kept, rows, count, sizeof(*rows), by_inode);

		missing += !row;
		strange += row && row->pid != (uint64_t)pid;
	}
	if (missing)
		wrong("living sockets are missing from a complete audit", missing);
	if (strange)
		wrong("living sockets have not their owner in a complete audit", strange);
}

/* One audit at that pace, counted in `tally`. */
static void try(char **argv, int way, uint8_t which, pid_t pid, struct shared *shared,
		struct tally *tally)
{
	static char text[REPORT];
	static struct row rows[2 * SOCKETS + 1];
	uint8_t answer;

	if (write(way, &which, 1) != 1 || read(way, &answer, 1) != 1)
		stop("the child's answer");
	const size_t before = __atomic_load_n(&shared->bursts, __ATOMIC_RELAXED);
	const int code = audit(argv, text);
	tally->bursts += __atomic_load_n(&shared->bursts, __ATOMIC_RELAXED) - before;
	tally->audits++;
	if (code != 0 && code != 1 && code != 3)
		wrong("is the exit code of an audit", (size_t)code);
	const size_t count = parse(text, rows);
	qsort(rows, count, sizeof(*rows), by_inode);
	check_once(rows, count);
	if (code == 3) {
		if (which == QUIET)
			wrong("rows, incomplete with nothing coming and going", count);
		return;
	}
	tally->complete++;
	check_all(rows, count, shared, pid);
	if (which == QUIET && count != SOCKETS)
		wrong("rows with nothing coming and going", count);
}

/* Nothing was tried where none was complete, or where nothing changed meanwhile. */
static void tell(const struct tally *tallies)
{
	struct tally all = {0};

	for (size_t i = 0; i < PACES; i++) {
		const struct tally *tally = &tallies[i];

		if (i == QUIET)
			printf("nothing changing:");
		else
			printf("a burst each %u us:", pace[i]);
		printf(" %zu of %zu audits complete, %zu bursts meanwhile\n", tally->complete,
		       tally->audits, tally->bursts);
		all.complete += i == QUIET ? 0 : tally->complete;
		all.bursts += tally->bursts;
	}
	if (!all.complete)
		wrong("audits were complete: nothing was tried", 0);
	if (!all.bursts)
		wrong("bursts came: nothing was tried", 0);
}

int main(int argc, char **argv)
{
	struct tally tallies[PACES] = {0};
	int ends[2];

	if (argc < 5) {
		errno = EINVAL;
		stop("churner tcp|udp AUDITS SEED CMD...");
	}
	const int type = type_named(argv[1]);
	const size_t audits = number(argv[2], 1, 1000000);
	const uint64_t seed = number(argv[3], 0, UINT32_MAX);
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		stop("mmap or socketpair");
	allow_sockets(SOCKETS);
	const pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		churn(type, ends[1], seed, shared);
	}
	close(ends[1]);
	for (size_t i = 0; i < audits; i++) {
		const uint8_t which = (uint8_t)(i % PACES);

		try(argv + 4, ends[0], which, pid, shared, &tallies[which]);
	}
	tell(tallies);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return 0;
}

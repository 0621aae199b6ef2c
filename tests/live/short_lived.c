/*
 * short_lived tcp|udp RATE LIFE: open RATE sockets a second, each for LIFE milliseconds, until
 * SIGTERM.
 *
 * UDP as a resolver's: at a port that the kernel chooses, by bind or by a first datagram, which
 * goes nowhere. TCP listens at random ports, registered and ephemeral ones. What the machine
 * delayed is made good at once. The line printed at the end says how many there were, and how many
 * a second.
 */
#include "many.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECOND = 1000000000, FIRST_PORT = 1024, MOST = 4096 };

/* Those that live, the oldest first. */
struct queue {
	int fd[MOST];
	size_t first, count;
};

static volatile sig_atomic_t told_to_end;

static void end(int signal)
{
	(void)signal;
	told_to_end = 1;
}

/* Nobody listens at the discard port; the kernel chooses ours. */
static int open_by_sending(void)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
				       .sin_port = htons(9),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || sendto(fd, "", 1, 0, (const struct sockaddr *)&to, sizeof(to)) != 1)
		stop("sendto");
	return fd;
}

static int open_visitor(int type, uint64_t *random)
{
	int fd = -1;

	if (type == SOCK_DGRAM)
		return next_random(random) & 1 ? open_by_sending() : open_socket(type, 0, false);
	while (fd < 0)
		fd = open_socket(type,
				 (in_port_t)(FIRST_PORT + random_below(random, 65536 - FIRST_PORT)),
				 false);
	return fd;
}

static void close_oldest(struct queue *queue)
{
	close(queue->fd[queue->first]);
	queue->first = (queue->first + 1) % MOST;
	queue->count--;
}

static void visit(int type, size_t rate, size_t life)
{
	static struct queue queue;
	const int64_t start = now(), step = SECOND / (int64_t)rate;
	const size_t at_once = rate * life / 1000;
	uint64_t random = (uint64_t)start;
	size_t opened = 0;

	for (; !told_to_end; opened++) {
		sleep_until(start + step * (int64_t)opened);
		while (queue.count && queue.count >= at_once)
			close_oldest(&queue);
		queue.fd[(queue.first + queue.count++) % MOST] = open_visitor(type, &random);
	}
	printf("%zu opened, %zu a second\n", opened,
	       (size_t)((int64_t)opened * SECOND / (now() - start)));
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		errno = EINVAL;
		stop("visitors tcp|udp RATE LIFE");
	}
	const int type = type_named(argv[1]);
	const size_t rate = number(argv[2], 1, 100000);
	const size_t life = number(argv[3], 1, 1000 * (MOST - 1) / rate);
	const struct sigaction on_term = {.sa_handler = end};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	allow_sockets(MOST);
	if (sigaction(SIGTERM, &on_term, NULL) < 0)
		stop("sigaction");
	visit(type, rate, life);
	return fflush(stdout) ? BROKEN : 0;
}

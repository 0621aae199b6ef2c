#include "many.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SECOND = 1000000000, SPARE = 64 };

void stop(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		errno ? strerror(errno) : "is not so");
	exit(BROKEN);
}

size_t number(const char *text, size_t least, size_t most)
{
	char *end;

	errno = 0;
	const unsigned long value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value < least || value > most) {
		errno = EINVAL;
		stop(text);
	}
	return value;
}

int type_named(const char *text)
{
	if (!strcmp(text, "tcp"))
		return SOCK_STREAM;
	if (!strcmp(text, "udp"))
		return SOCK_DGRAM;
	errno = EINVAL;
	stop(text);
}

void allow_sockets(size_t count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		stop("getrlimit");
	if (limit.rlim_cur >= count + SPARE)
		return;
	limit.rlim_cur = count + SPARE;
	if (limit.rlim_max < limit.rlim_cur)
		limit.rlim_max = limit.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		stop("setrlimit");
}

int open_socket(int type, in_port_t port, bool shared)
{
	const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	const int one = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		stop("socket");
	if (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) < 0)
		stop("SO_REUSEPORT");
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	    (type == SOCK_DGRAM || listen(fd, 1) == 0))
		return fd;
	if (errno != EADDRINUSE)
		stop("bind or listen");
	close(fd);
	return -1;
}

uint32_t inode_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		stop("fstat");
	return (uint32_t)st.st_ino;
}

uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

size_t random_below(uint64_t *state, size_t bound)
{
	return next_random(state) % bound;
}

int64_t now(void)
{
	struct timespec time;

	if (clock_gettime(CLOCK_MONOTONIC, &time) < 0)
		stop("clock_gettime");
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

void sleep_until(int64_t then)
{
	const struct timespec time = {.tv_sec = then / SECOND, .tv_nsec = then % SECOND};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

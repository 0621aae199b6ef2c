/* Listeners in flight: sent over a unix socket (SCM_RIGHTS), not received, and closed by the
 * sender. The process behind it is the one that can receive it. */
#include "hide.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void pair_of(int pair[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		failed("socketpair", "flight");
}

void hide_flight(in_port_t port, char **args)
{
	int pair[2], fd;
	pid_t pid;

	(void)args;
	pair_of(pair);
	pid = keeper(pair[1], pair[0]);
	fd = listener(port);
	say_held_by(fd, pid);
	send_fd(pair[0], fd);
	shut(fd);
}

void hide_flight_twice(in_port_t port, char **args)
{
	int outer[2], inner[2], fd;
	pid_t pid;

	(void)args;
	pair_of(outer);
	pid = keeper(outer[1], outer[0]);
	pair_of(inner);
	fd = listener(port);
	say_held_by(fd, pid);
	send_fd(inner[0], fd);
	send_fd(outer[0], inner[1]);
	shut(inner[0]);
	shut(inner[1]);
	shut(fd);
}

void hide_flight_unaccepted(in_port_t port, char **args)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t length = sizeof(at.sun_family); /* the kernel chooses an abstract name */
	const int server = socket(AF_UNIX, SOCK_STREAM, 0);
	const int client = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;
	int fd;

	(void)args;
	if (server < 0 || client < 0)
		failed("socket", "flight");
	if (bind(server, (struct sockaddr *)&at, length) || listen(server, 1))
		failed("bind or listen", "flight");
	length = sizeof(at);
	if (getsockname(server, (struct sockaddr *)&at, &length))
		failed("getsockname", "flight");
	if (connect(client, (struct sockaddr *)&at, length))
		failed("connect", "flight");
	pid = keeper(server, client);
	fd = listener(port);
	say_held_by(fd, pid);
	send_fd(client, fd);
	shut(client);
	shut(fd);
}

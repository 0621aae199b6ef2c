/*
 * hang SYSCALL COUNT CMD...: in what CMD starts, each such system call whose third argument is
 * COUNT never returns (COUNT -1: each). The kernel asks us (seccomp_unotify(2)): we answer CMD
 * itself, its threads, and nobody else.
 */
#include <poll.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void send_fd(int socket, int fd)
{
	char room[CMSG_SPACE(sizeof(fd))] = {0}, byte = 0;
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = room,
				 .msg_controllen = sizeof(room)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	if (sendmsg(socket, &message, 0) != 1)
		_exit(125);
}

static int take_fd(int socket)
{
	char room[CMSG_SPACE(sizeof(int))], byte;
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = room,
				 .msg_controllen = sizeof(room)};

	int fd = -1;

	if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		exit(125);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static bool is_thread_of(pid_t pid, __u32 tid)
{
	char task[64];

	snprintf(task, sizeof(task), "/proc/%d/task/%u", pid, tid);
	return access(task, F_OK) == 0;
}

/* Till `pid` has ended. */
static void answer(int asks, pid_t pid)
{
	struct pollfd fds[] = {{.fd = asks, .events = POLLIN},
			       {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN}};
	struct seccomp_notif *question;
	struct seccomp_notif_resp *reply;

	if (fds[1].fd < 0 || seccomp_notify_alloc(&question, &reply) < 0)
		exit(125);
	while (poll(fds, 2, -1) > 0 && !fds[1].revents) {
		memset(question, 0, sizeof(*question));
		if (seccomp_notify_receive(asks, question) < 0 || !is_thread_of(pid, question->pid))
			continue;
		*reply = (struct seccomp_notif_resp){.id = question->id,
						     .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
		seccomp_notify_respond(asks, reply);
	}
	seccomp_notify_free(question, reply);
}

int main(int argc, char **argv)
{
	int ends[2], status = 0;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (argc < 4 || !filter || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return 125;
	int call = seccomp_syscall_resolve_name(argv[1]);
	unsigned long count = strtoul(argv[2], NULL, 10);
	struct scmp_arg_cmp is_it = {.arg = 2, .op = SCMP_CMP_EQ, .datum_a = count};
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, 9);
		if (seccomp_rule_add_array(filter, SCMP_ACT_NOTIFY, call, argv[2][0] != '-',
					   &is_it) < 0 ||
		    seccomp_load(filter) < 0)
			_exit(125);
		send_fd(ends[1], seccomp_notify_fd(filter));
		execvp(argv[3], argv + 3);
		_exit(125);
	}
	seccomp_release(filter);
	answer(take_fd(ends[0]), pid);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

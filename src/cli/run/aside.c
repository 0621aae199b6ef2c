#include "run/aside.h"
#include "run/collector.h"
#include "run/ending.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What is asked for; the path follows. */
struct aside_request {
	enum aside_way way;
	size_t max;
	void (*what)(const char *path);
};

struct aside_answer {
	int code;
	uint64_t id[2];
	struct pm_error err;
};

/* What was read so, till we end. */
static struct aside_id {
	uint64_t id[2];
} * seen;
static size_t seen_count, seen_room;

/* Who does it, begun with the first: it ends with its channel. */
static int aside_channel = -1;
static pid_t aside_pid;

static int take_names(int folder, int copy, const char *path, struct pm_error *err)
{
	DIR *dir = fdopendir(folder);
	const struct dirent *entry;

	while (dir && (errno = 0, entry = readdir(dir))) {
		int r = pm_write_all(copy, entry->d_name, strlen(entry->d_name) + 1);

		if (r < 0)
			return pm_fail(err, r, "cannot read %s: %s", path, strerror(-r));
	}
	return errno ? pm_fail(err, -errno, "cannot read %s: %s", path, strerror(errno)) : 0;
}

static int aside_take_bytes(int fd, int copy, const char *path, size_t max, struct pm_error *err)
{
	static char chunk[64 * 1024];
	size_t whole = 0;
	ssize_t n;
	int r = 0;

	while (r == 0 && whole <= max && (n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		r = n < 0 ? -errno : pm_write_all(copy, chunk, (size_t)n);
		whole += n > 0 ? (size_t)n : 0;
	}
	return r < 0 ? pm_fail(err, r, "cannot read %s: %s", path, strerror(-r)) : 0;
}

/* What it opens it leaves open: closing can wait, too. */
static void aside_take(struct aside_answer *answer, const struct aside_request *file, int copy,
		       const char *path)
{
	struct pm_error *err = &answer->err;
	struct stat st;

	int fd = file->way == ASIDE_REGULAR
			 ? pm_open_regular(path, err)
			 : pm_open_trusted(path, file->way == ASIDE_TRUSTED_FOLDER, err);
	answer->code = fd;
	if (fd < 0)
		return;
	if (fstat(fd, &st) < 0) {
		answer->code = -errno;
		pm_fail(err, answer->code, "cannot open %s: %s", path, strerror(-answer->code));
		return;
	}
	answer->id[0] = st.st_dev;
	answer->id[1] = st.st_ino;
	ending_at(ENDING_READS, path);
	answer->code = file->way == ASIDE_TRUSTED_FOLDER
			       ? take_names(fd, copy, path, err)
			       : aside_take_bytes(fd, copy, path, file->max, err);
}

static void aside_do(struct aside_answer *answer, const struct aside_request *request, int copy,
		     const char *path)
{
	if (request->what)
		request->what(path);
	else
		aside_take(answer, request, copy, path);
}

static int aside_send(int channel, const struct aside_request *request, const char *path, int copy)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.head = {.cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS,
			      .cmsg_len = CMSG_LEN(sizeof(copy))}};
	struct iovec parts[] = {{(void *)request, sizeof(*request)},
				{(void *)path, strlen(path) + 1}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = PM_COUNT(parts)};

	if (copy >= 0) {
		memcpy(CMSG_DATA(&control.head), &copy, sizeof(copy));
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
	}
	return sendmsg(channel, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* false: nothing more is asked for. */
static bool aside_hear(int channel, struct aside_request *request, char path[PATH_MAX], int *copy)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec parts[] = {{request, sizeof(*request)}, {path, PATH_MAX}};
	struct msghdr message = {.msg_iov = parts,
				 .msg_iovlen = PM_COUNT(parts),
				 .msg_control = control.room,
				 .msg_controllen = sizeof(control.room)};

	*copy = -1;
	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) <= (ssize_t)sizeof(*request))
		return false;
	if (CMSG_FIRSTHDR(&message))
		memcpy(copy, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(*copy));
	return true;
}

static _Noreturn void aside_serve(int channel)
{
	struct aside_request request;
	char path[PATH_MAX];
	int copy;

	while (aside_hear(channel, &request, path, &copy)) {
		struct aside_answer answer = {0};

		aside_do(&answer, &request, copy, path);
		if (send(channel, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			break;
		if (copy >= 0)
			close(copy);
	}
	_exit(EXIT_CLEAN);
}

static void choose_ended(int how)
{
	sigset_t ended;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(how, &ended, NULL);
}

static int aside_start(void)
{
	pid_t self = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	choose_ended(SIG_BLOCK);
	aside_pid = fork();
	if (aside_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self)
			_exit(EXIT_OUTPUT);
		collector_close_but(&ends[1], 1);
		aside_serve(ends[1]);
	}
	int r = aside_pid < 0 ? -errno : 0;
	close(ends[1]);
	if (r < 0) {
		choose_ended(SIG_UNBLOCK);
		close(ends[0]);
		return r;
	}
	aside_channel = ends[0];
	return 0;
}

static int aside_ask(const struct aside_request *request, const char *path, int copy,
		     struct aside_answer *ret)
{
	ssize_t len;

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	/* Nobody is to be had for it: what never answers is then awaited. */
	if (aside_channel < 0 && aside_start() < 0) {
		aside_do(ret, request, copy, path);
		return 0;
	}
	int r = aside_send(aside_channel, request, path, copy);
	if (r < 0)
		return r;
	while ((len = recv(aside_channel, ret, sizeof(*ret), 0)) < 0 && errno == EINTR)
		;
	if (len < 0)
		return -errno;
	return len == sizeof(*ret) ? 0 : -EIO;
}

/* It may be kept from its end, which nobody waits for long. */
void aside_end(void)
{
	const struct timespec most = {.tv_nsec = 50000000};
	sigset_t ended;

	if (aside_channel < 0)
		return;
	close(aside_channel);
	aside_channel = -1;
	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigtimedwait(&ended, NULL, &most);
	waitpid(aside_pid, NULL, WNOHANG);
	choose_ended(SIG_UNBLOCK);
}

static int note_read(const struct aside_answer *answer)
{
	struct aside_id *room = pm_array_add(&seen, &seen_count, &seen_room, sizeof(*room));

	if (!room)
		return -ENOMEM;
	memcpy(room->id, answer->id, sizeof(room->id));
	return 0;
}

bool aside_has_read(const uint64_t id[2])
{
	for (size_t i = 0; i < seen_count; i++)
		if (!memcmp(seen[i].id, id, sizeof(seen[i].id)))
			return true;
	return false;
}

static int aside_fill(const struct aside_request *request, const char *path, int copy,
		      struct pm_error *err)
{
	struct aside_answer answer = {0};
	int r = aside_ask(request, path, copy, &answer);

	if (r >= 0 && answer.code < 0) {
		*err = answer.err;
		return answer.code;
	}
	r = r < 0 ? r : note_read(&answer);
	if (r >= 0 && lseek(copy, 0, SEEK_SET) < 0)
		r = -errno;
	return r < 0 ? pm_fail(err, r, "cannot open %s: %s", path, strerror(-r)) : 0;
}

int aside_open(const char *path, enum aside_way way, size_t max, struct pm_error *err)
{
	const struct aside_request request = {.way = way, .max = max};
	int copy = memfd_create("input", MFD_CLOEXEC);

	if (copy < 0)
		return pm_fail(err, -errno, "cannot open %s: %s", path, strerror(errno));
	ending_at(ENDING_OPENS, path);
	int r = aside_fill(&request, path, copy, err);
	ending_at(ENDING_NONE, NULL);
	if (r == 0)
		return copy;
	close(copy);
	return r;
}

void aside_try(void (*what)(const char *path), const char *path)
{
	const struct aside_request request = {.what = what};
	struct aside_answer answer;

	aside_ask(&request, path, -1, &answer);
}

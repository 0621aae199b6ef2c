#include "slow.h"

#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <linux/openat2.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_MS = 250, GIVE_UP_AFTER = 8, SOCKET_AT = 3 };

enum kind { KIND_BYTES, KIND_FILE, KIND_SEARCH, KINDS };

struct question {
	int pid;
	enum kind kind;
	char name[PATH_MAX];	     /* path of a file, or name below /proc/PID */
	struct slow_needles needles; /* of a search */
};

/* ---- the child
 * -----------------------------------------------------------------------------------
 */

static int open_named(int proc, const struct question *question)
{
	char name[64];

	snprintf(name, sizeof(name), "%d/%.32s", question->pid, question->name);
	return openat(proc, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

static int find_needles(const struct slow_needles *needles, const char *bytes, size_t len)
{
	int found = 0;

	for (size_t i = 0; i < PM_COUNT(needles->text); i++)
		if (needles->text[i][0] &&
		    memmem(bytes, len, needles->text[i], strlen(needles->text[i])))
			found |= 1 << i;
	return found;
}

/* Which needles are in the file, or -errno. Of each piece, the end is kept for the next. */
static void answer_search(int proc, int socket, const struct question *question)
{
	enum { KEPT = sizeof(question->needles.text[0]) };
	static char bytes[SLOW_BYTES];
	size_t kept = 0;
	int fd = open_named(proc, question), code = fd < 0 ? -errno : 0;
	ssize_t n = fd < 0 ? 0 : 1;

	while (fd >= 0 && (n = read(fd, bytes + kept, sizeof(bytes) - kept)) > 0) {
		size_t len = kept + (size_t)n;

		code |= find_needles(&question->needles, bytes, len);
		kept = len < KEPT ? len : KEPT;
		memmove(bytes, bytes + len - kept, kept);
	}
	if (n < 0)
		code = -errno;
	send(socket, &code, sizeof(code), MSG_NOSIGNAL);
	if (fd >= 0)
		close(fd);
}

static void answer_bytes(int proc, int socket, const struct question *question)
{
	static char bytes[SLOW_BYTES];
	ssize_t len = 0, n = 1;

	int fd = open_named(proc, question);
	if (fd < 0)
		n = -1;
	while (n > 0 && len < SLOW_BYTES) {
		n = read(fd, bytes + len, (size_t)(SLOW_BYTES - len));
		len += n > 0 ? n : 0;
	}
	int code = n < 0 ? -errno : 0;
	struct iovec parts[] = {{&code, sizeof(code)}, {bytes, (size_t)len}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = PM_COUNT(parts)};
	sendmsg(socket, &message, MSG_NOSIGNAL);
	if (fd >= 0)
		close(fd);
}

/* A relative path goes on from where the process stands. */
static int absolute_path(int proc, int pid, const char *name, char *path, size_t size)
{
	char cwd[32];
	size_t used = 0;

	if (name[0] != '/') {
		snprintf(cwd, sizeof(cwd), "%d/cwd", pid);
		ssize_t len = readlinkat(proc, cwd, path, size - 1);

		if (len < 0)
			return -errno;
		used = (size_t)len;
	}
	int more = snprintf(path + used, size - used, "%s%s", used ? "/" : "", name);
	return (size_t)more < size - used ? 0 : -ENAMETOOLONG;
}

static int open_below(int proc, int pid, const char *name)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	int fd = openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* What was opened, as it is told of. */
static int describe(int proc, int fd, const struct guard *guard, struct slow_file *ret)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0)
		return -errno;
	guard_path(proc, fd, ret->path);
	ret->device = file_device(&st);
	ret->inode = st.stx_ino;
	ret->size = st.stx_size;
	ret->modified = st.stx_mtime.tv_sec;
	ret->links = st.stx_nlink;
	ret->writers = guard->writers;
	ret->is_open = guard->is_open;
	ret->is_free = guard->is_free;
	memcpy(ret->writable, guard->writable, sizeof(ret->writable));
	return 0;
}

/* What is on the way to what was opened; another way than that the kernel took tells nothing. */
static void walk_to(const struct way *way, const char *path, int opened, struct guard *guard)
{
	struct statx there, here;

	*guard = (struct guard){.writers = PM_WRITERS_ROOT};
	int fd = guard_open(way, path, guard);
	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_INO, &there) < 0 ||
	    statx(opened, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_INO, &here) < 0 ||
	    !file_is_same(&there, &here))
		guard_worsen(guard, PM_WRITERS_UNKNOWN);
	if (fd >= 0)
		close(fd);
}

/* The file itself, found as from the root of the process. */
static int look_at(int proc, int pid, const char *name, struct slow_file *ret)
{
	static struct guard guard;
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	char path[PATH_MAX];
	int r = absolute_path(proc, pid, name, path, sizeof(path));
	struct way way = {
		.proc = proc, .pid = pid, .root = r < 0 ? r : open_below(proc, pid, "root")};

	if (way.root < 0)
		return way.root;
	long opened = syscall(SYS_openat2, way.root, path, &how, sizeof(how));
	int fd = opened < 0 ? -errno : (int)opened;
	r = fd < 0 ? fd : 0;
	if (r == 0) {
		walk_to(&way, path, fd, &guard);
		r = describe(proc, fd, &guard, ret);
		close(fd);
	}
	close(way.root);
	return r;
}

static void answer_file(int proc, int socket, const struct question *question)
{
	static struct slow_file file;

	file = (struct slow_file){0};
	file.error = look_at(proc, question->pid, question->name, &file);
	send(socket, &file, sizeof(file), MSG_NOSIGNAL);
}

/* Nothing of ours stays open here: a reader of our output must see its end when we are gone. */
static _Noreturn void child(int proc, int socket)
{
	static void (*const answers[KINDS])(int, int, const struct question *) = {
		answer_bytes, answer_file, answer_search};
	static struct question question;
	int kept[] = {fcntl(socket, F_DUPFD, SOCKET_AT + 2), fcntl(proc, F_DUPFD, SOCKET_AT + 2)};

	dup2(kept[0], SOCKET_AT);
	dup2(kept[1], SOCKET_AT + 1);
	syscall(SYS_close_range, SOCKET_AT + 2, ~0u, 0);
	for (int fd = 0; fd < SOCKET_AT; fd++)
		close(fd);
	while (recv(SOCKET_AT, &question, sizeof(question), 0) == sizeof(question))
		answers[question.kind](SOCKET_AT + 1, SOCKET_AT, &question);
	_exit(0);
}

/* ---- the parent
 * ----------------------------------------------------------------------------------
 */

static int start(struct slow *slow)
{
	int ends[2];

	if (slow->pid)
		return 0;
	if (slow->given_up >= GIVE_UP_AFTER)
		return -ETIME;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid_t pid = fork();
	if (pid == 0)
		child(slow->proc, ends[1]);
	int code = pid < 0 ? -errno : 0;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return code;
	}
	slow->pid = pid;
	slow->socket = ends[0];
	return 0;
}

static void stop(struct slow *slow, bool is_stuck)
{
	close(slow->socket);
	if (is_stuck)
		kill(slow->pid, SIGKILL);
	waitpid(slow->pid, NULL, is_stuck ? WNOHANG : 0);
	slow->pid = 0;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Till the answer is there, or its time is over; a signal does not make that longer. */
static int await(const struct slow *slow)
{
	struct pollfd fd = {.fd = slow->socket, .events = POLLIN};
	int64_t end = now_ms() + DEADLINE_MS, left;
	int r = 0;

	while (r <= 0 && (left = end - now_ms()) > 0) {
		r = poll(&fd, 1, (int)left);
		if (r < 0 && errno != EINTR)
			return -errno;
	}
	return r > 0 ? 0 : -ETIME;
}

/* One question; the answer is put into `parts`. Its length or -errno. */
static ssize_t ask(struct slow *slow, const struct question *question, struct iovec *parts,
		   size_t count)
{
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
	int r = start(slow);

	if (r < 0)
		return r;
	ssize_t len = send(slow->socket, question, sizeof(*question), MSG_NOSIGNAL);
	if (len == sizeof(*question))
		r = await(slow);
	if (len == sizeof(*question) && r == 0)
		len = recvmsg(slow->socket, &message, 0);
	if (r == 0 && len > 0)
		return len;
	slow->given_up++;
	stop(slow, true);
	return -ETIME;
}

static void put_question(struct question *question, int pid, enum kind kind, const char *name)
{
	*question = (struct question){.pid = pid, .kind = kind};
	snprintf(question->name, sizeof(question->name), "%s", name);
}

ssize_t slow_read(struct slow *slow, int pid, const char *name, char *buf)
{
	struct question question;
	int code = 0;
	struct iovec parts[] = {{&code, sizeof(code)}, {buf, SLOW_BYTES}};

	put_question(&question, pid, KIND_BYTES, name);
	ssize_t len = ask(slow, &question, parts, PM_COUNT(parts));
	if (len < 0)
		return len;
	return code ? code : len - (ssize_t)sizeof(code);
}

int slow_file(struct slow *slow, int pid, const char *path, struct slow_file *ret)
{
	struct question question;
	struct iovec part = {ret, sizeof(*ret)};

	if (strlen(path) >= sizeof(question.name)) {
		*ret = (struct slow_file){.error = -ENAMETOOLONG};
		return 0;
	}
	put_question(&question, pid, KIND_FILE, path);
	ssize_t len = ask(slow, &question, &part, 1);
	return len < 0 ? (int)len : 0;
}

int slow_search(struct slow *slow, int pid, const char *name, const struct slow_needles *needles)
{
	struct question question;
	int code = 0;
	struct iovec part = {&code, sizeof(code)};

	put_question(&question, pid, KIND_SEARCH, name);
	question.needles = *needles;
	ssize_t len = ask(slow, &question, &part, 1);
	return len < 0 ? (int)len : code;
}

void slow_release(struct slow *slow)
{
	if (slow->pid)
		stop(slow, false);
}

#include "slow.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
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
static int absolute_path(int proc, const struct question *question, char *path, size_t size)
{
	char name[32];
	size_t used = 0;

	if (question->name[0] != '/') {
		snprintf(name, sizeof(name), "%d/cwd", question->pid);
		ssize_t len = readlinkat(proc, name, path, size - 1);

		if (len < 0)
			return -errno;
		used = (size_t)len;
	}
	int more = snprintf(path + used, size - used, "%s%s", used ? "/" : "", question->name);
	return (size_t)more < size - used ? 0 : -ENAMETOOLONG;
}

/* The file itself, found as from the root of the process. */
static int open_file(int proc, const struct question *question)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
	char path[PATH_MAX], root[32];
	int r = absolute_path(proc, question, path, sizeof(path));

	if (r < 0)
		return r;
	snprintf(root, sizeof(root), "%d/root", question->pid);
	int dir = openat(proc, root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	long fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	r = fd < 0 ? -errno : (int)fd;
	close(dir);
	return r;
}

/* The path of what was opened, without symbolic links; "" where that is not to be had. */
static void real_path(int proc, int fd, char path[PATH_MAX])
{
	char name[32];

	snprintf(name, sizeof(name), "self/fd/%d", fd);
	ssize_t len = readlinkat(proc, name, path, PATH_MAX - 1);
	path[len > 0 ? len : 0] = '\0';
}

/* The folder `path`, which links may lead to: who can put another link into it, or above? */
static void check_folder(int proc, int pid, const char *path, struct slow_file *file)
{
	static struct question folder;
	char real[PATH_MAX];
	struct statx st;

	folder = (struct question){.pid = pid};
	snprintf(folder.name, sizeof(folder.name), "%s", path);
	int fd = open_file(proc, &folder);
	file->writers = PM_WRITERS_UNKNOWN;
	if (fd < 0)
		return;
	real_path(proc, fd, real);
	if (statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_BASIC_STATS, &st) == 0)
		file->writers = file_writers(proc, pid, real, &st, &file->writable);
	if (file->writers == PM_WRITERS_OTHERS)
		memcpy(file->path, real, sizeof(real));
	close(fd);
}

/* Where links led to the file, all folders of the path as it was given count, the innermost first.
 */
static void check_folders(int proc, const struct question *question, struct slow_file *file)
{
	char path[PATH_MAX];

	if (absolute_path(proc, question, path, sizeof(path)) < 0 || !strcmp(path, file->path))
		return;
	for (char *slash; file->writers == PM_WRITERS_ROOT && (slash = strrchr(path, '/'));) {
		*slash = '\0';
		check_folder(proc, question->pid, *path ? path : "/", file);
	}
}

static void answer_file(int proc, int socket, const struct question *question)
{
	static struct slow_file file;
	struct statx st;
	int fd = open_file(proc, question);

	file = (struct slow_file){.error = fd < 0 ? fd : 0};
	if (fd >= 0 && statx(fd, "", AT_EMPTY_PATH | FILE_NO_SYNC, STATX_BASIC_STATS, &st) < 0)
		file.error = -errno;
	if (!file.error) {
		real_path(proc, fd, file.path);
		file.device = file_device(&st);
		file.inode = st.stx_ino;
		file.size = st.stx_size;
		file.modified = st.stx_mtime.tv_sec;
		file.links = st.stx_nlink;
		file.writers = file_writers(proc, question->pid, file.path, &st, &file.writable);
		if (file.writers == PM_WRITERS_ROOT)
			check_folders(proc, question, &file);
	}
	send(socket, &file, sizeof(file), MSG_NOSIGNAL);
	if (fd >= 0)
		close(fd);
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

#include "run/aside.h"
#include "run/collector.h"
#include "run/ending.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

/* Who does it: its end of the channel, or -1; 0 to who is answered, with the other end. */
static int aside_start(int kept, int *ret_channel, pid_t *ret_pid)
{
	pid_t self = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid_t pid = fork();
	int failed = errno;
	*ret_channel = pid == 0 ? ends[1] : ends[0];
	*ret_pid = pid;
	if (pid != 0) {
		close(ends[1]);
		if (pid < 0)
			close(ends[0]);
		return pid < 0 ? -failed : 0;
	}
	int fds[] = {ends[1], kept};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != self)
		_exit(EXIT_OUTPUT);
	collector_close_but(fds, PM_COUNT(fds));
	return 0;
}

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

static int take_bytes(int fd, int copy, const char *path, size_t max, struct pm_error *err)
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

struct aside_file {
	const char *path;
	enum aside_way way;
	size_t max;
	int copy;
};

static void aside_take(struct aside_answer *answer, const void *what)
{
	const struct aside_file *file = what;
	const char *path = file->path;
	struct pm_error *err = &answer->err;
	struct stat st;

	int fd = file->way == ASIDE_REGULAR
			 ? pm_open_regular(path, err)
			 : pm_open_trusted(path, file->way == ASIDE_TRUSTED_FOLDER, err);
	answer->code = fd < 0 ? fd : fstat(fd, &st) < 0 ? -errno : 0;
	if (fd < 0)
		return;
	if (answer->code < 0) {
		pm_fail(err, answer->code, "cannot open %s: %s", path, strerror(-answer->code));
		return;
	}
	answer->id[0] = st.st_dev;
	answer->id[1] = st.st_ino;
	ending_at(ENDING_READS, path);
	answer->code = file->way == ASIDE_TRUSTED_FOLDER
			       ? take_names(fd, file->copy, path, err)
			       : take_bytes(fd, file->copy, path, file->max, err);
}

/* It may be kept from its end, which nobody waits for long. */
static void aside_leave(pid_t pid, const sigset_t *ended)
{
	const struct timespec most = {.tv_nsec = 50000000};

	sigtimedwait(ended, NULL, &most);
	waitpid(pid, NULL, WNOHANG);
}

/* What `work` says of it, done aside. */
static int aside_do(int kept, void (*work)(struct aside_answer *answer, const void *what),
		    const void *what, struct aside_answer *ret)
{
	sigset_t ended, before;
	int channel = -1;
	pid_t pid = -1;
	ssize_t len;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, &before);
	int r = aside_start(kept, &channel, &pid);
	if (r == 0 && pid == 0) {
		work(ret, what);
		_exit(send(channel, ret, sizeof(*ret), MSG_NOSIGNAL) < 0);
	}
	if (r == 0) {
		while ((len = recv(channel, ret, sizeof(*ret), 0)) < 0 && errno == EINTR)
			;
		r = len < 0 ? -errno : len != sizeof(*ret) ? -EIO : 0;
		close(channel);
		aside_leave(pid, &ended);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
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

static int aside_fill(const struct aside_file *file, struct pm_error *err)
{
	struct aside_answer answer = {0};
	int r = aside_do(file->copy, aside_take, file, &answer);

	if (r == 0 && answer.code < 0) {
		*err = answer.err;
		return answer.code;
	}
	if (r == 0)
		r = note_read(&answer);
	if (r == 0 && lseek(file->copy, 0, SEEK_SET) < 0)
		r = -errno;
	return r < 0 ? pm_fail(err, r, "cannot open %s: %s", file->path, strerror(-r)) : 0;
}

int aside_open(const char *path, enum aside_way way, size_t max, struct pm_error *err)
{
	struct aside_file file = {.path = path, .way = way, .max = max};

	file.copy = memfd_create("input", MFD_CLOEXEC);
	if (file.copy < 0)
		return pm_fail(err, -errno, "cannot open %s: %s", path, strerror(errno));
	ending_at(ENDING_OPENS, path);
	int r = aside_fill(&file, err);
	ending_at(ENDING_NONE, NULL);
	if (r == 0)
		return file.copy;
	close(file.copy);
	return r;
}

struct aside_trial {
	void (*what)(const char *path);
	const char *path;
};

static void aside_try_it(struct aside_answer *answer, const void *what)
{
	const struct aside_trial *trial = what;

	(void)answer;
	trial->what(trial->path);
}

void aside_try(void (*what)(const char *path), const char *path)
{
	const struct aside_trial trial = {what, path};
	struct aside_answer answer = {0};

	aside_do(-1, aside_try_it, &trial, &answer);
}

/* Listeners held as ever, by a process that tells something else of itself. */
#include "hide.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct known inside = {.look_inside = true};

static void put(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	const size_t length = strlen(text);

	if (fd < 0)
		failed("open", path);
	if (write(fd, text, length) != (ssize_t)length)
		failed("write", path);
	shut(fd);
}

static void new_folder(const char *path)
{
	if (mkdir(path, 0755))
		failed("mkdir", path);
}

static void hold_overmounted(in_port_t port, const char *what, const char *with)
{
	const pid_t self = getpid();
	char stat[128], place[64];

	new_folder("fake");
	new_folder("fake/fd");
	put("fake/comm", "sshd\n");
	snprintf(stat, sizeof(stat), "%d (sshd) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n",
		 (int)self);
	put("fake/stat", stat);
	say(listener(port), &self, 1, &inside);
	own_mounts();
	snprintf(place, sizeof(place), "/proc/%d%s", (int)self, what);
	if (mount(with, place, NULL, MS_BIND, NULL))
		failed("mount --bind", place);
}

void hide_overmounted(in_port_t port, char **args)
{
	(void)args;
	hold_overmounted(port, "", "fake");
}

void hide_overmounted_fd(in_port_t port, char **args)
{
	(void)args;
	hold_overmounted(port, "/fd", "fake/fd");
}

/* A procfs of its own: the machine's keeps its options. */
void hide_hidepid(in_port_t port, char **args)
{
	const pid_t self = getpid();

	(void)args;
	say(listener(port), &self, 1, &inside);
	own_mounts();
	if (mount("proc", "/proc", "proc", 0, "hidepid=2"))
		failed("mount", "/proc with hidepid=2");
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		failed("setresuid", "hidepid");
	end_with_parent();
}

void hide_memfd(in_port_t port, char **args)
{
	const int fd = memfd_create("sshd", 0);
	char path[64];

	(void)args;
	if (fd < 0)
		failed("memfd_create", "sshd");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	say_held_by(listener(port), getpid());
	copy_to(self_file(), fd);
	stay_as(path);
}

static void write_map(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		failed("open", path);
	if (write(fd, text, strlen(text)) < 0)
		failed("write", path);
	shut(fd);
}

/* As anybody can: a user namespace, in it a mount namespace, in it a /usr/sbin of one's own. */
void hide_spoofed(in_port_t port, char **args)
{
	const int file = self_file();

	(void)args;
	say_held_by(listener(port), getpid());
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		failed("setresuid", "spoofed");
	end_with_parent();
	if (prctl(PR_SET_DUMPABLE, 1)) /* else our own /proc is root's */
		failed("prctl PR_SET_DUMPABLE", "spoofed");
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		failed("unshare", "user and mount namespaces");
	write_map("/proc/self/setgroups", "deny");
	write_map("/proc/self/uid_map", "0 65534 1");
	write_map("/proc/self/gid_map", "0 65534 1");
	if (mount("none", "/usr/sbin", "tmpfs", 0, NULL))
		failed("mount", "/usr/sbin");
	copy_as(file, "/usr/sbin/sshd");
	stay_as("/usr/sbin/sshd");
}

/* The new program deletes nothing: it is gone when this one begins to run. */
void hide_deleted(in_port_t port, char **args)
{
	const int file = self_file();
	int opened;
	char path[64];

	(void)args;
	say_held_by(listener(port), getpid());
	copy_as(file, "deleted");
	opened = open("deleted", O_RDONLY);
	if (opened < 0)
		failed("open", "deleted");
	if (unlink("deleted"))
		failed("unlink", "deleted");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", opened);
	stay_as(path);
}

/* In a tmpfs that ends with us: such a path is hard to remove. */
void hide_long_path(in_port_t port, char **args)
{
	const int file = self_file();
	char name[201];

	(void)args;
	say_held_by(listener(port), getpid());
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	new_folder("deep");
	own_mounts();
	if (mount("none", "deep", "tmpfs", 0, NULL) || chdir("deep"))
		failed("mount or chdir", "deep");
	for (int depth = 0; depth < 30; depth++) {
		new_folder(name);
		if (chdir(name))
			failed("chdir", "deep");
	}
	copy_as(file, "sshd");
	stay_as("./sshd");
}

static void hold_named(in_port_t port, const char *comm)
{
	const pid_t self = getpid();

	say(listener(port), &self, 1, &(struct known){.comm = comm});
	if (prctl(PR_SET_NAME, comm))
		failed("prctl PR_SET_NAME", "comm");
}

void hide_comm_newline(in_port_t port, char **args)
{
	(void)args;
	hold_named(port, "hide\nsshd");
}

void hide_comm_paren(in_port_t port, char **args)
{
	(void)args;
	hold_named(port, "x) S 1 (y");
}

void hide_comm_both(in_port_t port, char **args)
{
	(void)args;
	hold_named(port, "x)\n(y");
}

void hide_comm_escape(in_port_t port, char **args)
{
	(void)args;
	hold_named(port, "\033[2K\033[31msshd");
}

void hide_comm_empty(in_port_t port, char **args)
{
	(void)args;
	hold_named(port, "");
}

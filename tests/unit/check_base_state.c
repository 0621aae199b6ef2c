#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <portmote/base.h>

enum { NOBODY = 65534 };

static char top[] = "/tmp/check_state_XXXXXX";
static char folder[64], file[80], lock_file[96], next[96], other[80];
static struct pm_error err;

static void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pm_write_all(fd, text, strlen(text)), 0);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void assert_content(const char *path, const char *expected)
{
	char text[64];

	ck_assert_int_eq(pm_read_small(AT_FDCWD, path, text, sizeof(text)),
			 (ssize_t)strlen(expected));
	ck_assert_str_eq(text, expected);
}

/* All names in the folder, for tests of what is left there. */
static unsigned count_entries(void)
{
	DIR *dir = opendir(folder);
	unsigned count = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static void set_up(void)
{
	memcpy(strrchr(top, '_') + 1, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chmod(top, 0755), 0);
	snprintf(folder, sizeof(folder), "%s/d", top);
	snprintf(file, sizeof(file), "%s/s", folder);
	snprintf(lock_file, sizeof(lock_file), "%s.lock", file);
	snprintf(next, sizeof(next), "%s/.s.new", folder);
	snprintf(other, sizeof(other), "%s/other", top);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	err = (struct pm_error){""};
}

static void tear_down(void)
{
	const char *const files[] = {file, lock_file, next, other};

	for (size_t i = 0; i < PM_COUNT(files); i++)
		if (unlink(files[i]) < 0)
			rmdir(files[i]);
	if (rmdir(folder) < 0)
		unlink(folder);
	ck_assert_int_eq(rmdir(top), 0);
}

static int try_path(const char *path)
{
	struct pm_state_file state;
	int r = pm_state_open(&state, path, &err);

	pm_state_release(&state);
	pm_state_release(&state);
	return r;
}

static void refused_path(const char *path, int code, const char *says)
{
	err = (struct pm_error){""};
	ck_assert_int_eq(try_path(path), code);
	ck_assert_msg(strstr(err.text, says) != NULL, "\"%s\" does not say \"%s\"", err.text, says);
	ck_assert_int_eq(access(next, F_OK), -1);
}

static void refused(int code, const char *says)
{
	refused_path(file, code, says);
}

static void allowed(void)
{
	err = (struct pm_error){""};
	ck_assert_msg(try_path(file) == 0, "%s", err.text);
	ck_assert_str_eq(err.text, "");
}

static void commit(const char *text)
{
	struct pm_state_file state;

	ck_assert_msg(pm_state_open(&state, file, &err) == 0, "%s", err.text);
	ck_assert_int_eq(pm_write_all(state.next.fd, text, strlen(text)), 0);
	ck_assert_int_eq(pm_state_commit(&state, &err), 0);
	pm_state_release(&state);
}

START_TEST(each_run_replaces)
{
	struct pm_state_file state;
	struct stat st;
	char text[16];

	umask(0);
	ck_assert_int_eq(pm_state_open(&state, file, &err), 0);
	ck_assert_int_eq(state.fd, -1);
	ck_assert_int_eq(fstat(state.lock, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(fstat(state.next.fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(pm_write_all(state.next.fd, "first", 5), 0);
	ck_assert_int_eq(pm_state_commit(&state, &err), 0);
	pm_state_release(&state);
	assert_content(file, "first");

	ck_assert_int_eq(chmod(file, 0644), 0);
	ck_assert_int_eq(pm_state_open(&state, file, &err), 0);
	ck_assert_int_eq(read(state.fd, text, sizeof(text)), 5);
	ck_assert_int_ne(fcntl(state.fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_ne(fcntl(state.lock, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_ne(fcntl(state.next.fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(pm_write_all(state.next.fd, "second", 6), 0);
	assert_content(file, "first");
	ck_assert_int_eq(pm_state_commit(&state, &err), 0);
	assert_content(file, "second");
	pm_state_release(&state);
	pm_state_release(&state);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_uint_eq(count_entries(), 2);
	ck_assert_str_eq(err.text, "");
}
END_TEST

START_TEST(not_committed)
{
	struct pm_state_file state, empty = {0};

	put(file, "old", 0600);
	ck_assert_int_eq(pm_state_open(&state, file, &err), 0);
	ck_assert_int_eq(pm_write_all(state.next.fd, "new", 3), 0);
	pm_state_release(&state);
	assert_content(file, "old");
	ck_assert_int_eq(access(next, F_OK), -1);
	pm_state_release(&empty);
	ck_assert_int_ne(fcntl(0, F_GETFD), -1);
}
END_TEST

/* What is left of a run that was killed goes; whatever its name leads to stays. */
START_TEST(left_behind)
{
	put(next, "half", 0600);
	commit("new");
	assert_content(file, "new");
	ck_assert_int_eq(access(next, F_OK), -1);

	put(other, "of others", 0644);
	ck_assert_int_eq(symlink(other, next), 0);
	commit("newer");
	ck_assert_int_eq(link(other, next), 0);
	commit("newest");
	assert_content(other, "of others");
	assert_content(file, "newest");
	ck_assert_uint_eq(count_entries(), 2);

	ck_assert_int_eq(mkdir(next, 0700), 0);
	ck_assert_int_eq(try_path(file), -EISDIR);
	ck_assert_ptr_nonnull(strstr(err.text, "d/.s.new"));
	assert_content(file, "newest");
}
END_TEST

/* Hazard 46: what is in place of the file. */
START_TEST(not_the_file)
{
	put(other, "of others", 0600);
	ck_assert_int_eq(symlink(other, file), 0);
	refused(-ELOOP, "d/s is a symbolic link");
	unlink(file);
	ck_assert_int_eq(symlink("nowhere", file), 0);
	refused(-ELOOP, "d/s is a symbolic link");
	unlink(file);
	ck_assert_int_eq(link(other, file), 0);
	refused(-EPERM, "d/s has not exactly one name");
	unlink(file);
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	refused(-EINVAL, "d/s is not a regular file");
	unlink(file);
	ck_assert_int_eq(mkdir(file, 0700), 0);
	refused(-EINVAL, "d/s is not a regular file");
	rmdir(file);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	memcpy(name.sun_path, file, strlen(file) + 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	close(fd);
	refused(-EINVAL, "d/s is not a regular file");
	unlink(file);
	if (geteuid() == 0) {
		ck_assert_int_eq(mknod(file, S_IFCHR | 0600, makedev(1, 3)), 0);
		refused(-EINVAL, "d/s is not a regular file");
	}
	assert_content(other, "of others");
}
END_TEST

/* ... and who else may write it. */
START_TEST(file_of_others)
{
	put(file, "old", 0620);
	refused(-EPERM, "d/s can be written by others than its owner");
	chmod(file, 0602);
	refused(-EPERM, "d/s can be written by others than its owner");
	chmod(file, 0644);
	allowed();
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(file, NOBODY, 0), 0);
		refused(-EPERM, "d/s does not belong to you");
	}
	assert_content(file, "old");
}
END_TEST

START_TEST(folder_of_others)
{
	put(file, "old", 0600);
	chmod(folder, 0775);
	refused(-EPERM, "d can be written by others than its owner");
	chmod(folder, 0757);
	refused(-EPERM, "d can be written by others than its owner");
	/* Others can't take it away there, but put a name in front of it. */
	chmod(folder, 01777);
	refused(-EPERM, "/d can be written by others than its owner");
	chmod(folder, 0755);
	allowed();
	chmod(top, 0775);
	refused(-EPERM, "can be written by others than its owner");
	chmod(top, 01777);
	allowed();
	chmod(top, 0755);
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(folder, NOBODY, 0), 0);
		refused(-EPERM, "/d belongs neither to root nor to you");
		ck_assert_int_eq(chown(folder, 0, 0), 0);
		ck_assert_int_eq(chown(top, NOBODY, 0), 0);
		refused(-EPERM, "belongs neither to root nor to you");
		ck_assert_int_eq(chown(top, 0, 0), 0);
	}
	refused_path("/tmp/pm-state", -EPERM, ": /tmp can be written by others");
	assert_content(file, "old");
}
END_TEST

START_TEST(folder_elsewhere)
{
	char through[96];

	ck_assert_int_eq(symlink(folder, other), 0);
	snprintf(through, sizeof(through), "%s/s", other);
	refused_path(through, -EPERM, "/other is a symbolic link");
	unlink(other);
	ck_assert_int_eq(symlink(top, other), 0);
	snprintf(through, sizeof(through), "%s/d/s", other);
	refused_path(through, -EPERM, "/other is a symbolic link");
	snprintf(through, sizeof(through), "%s/none/s", top);
	refused_path(through, -ENOENT, through);
	put(file, "old", 0600);
	snprintf(through, sizeof(through), "%s/s", file);
	refused_path(through, -ENOTDIR, through);
}
END_TEST

START_TEST(paths)
{
	char name[300] = "", path[400];

	refused_path("", -EISDIR, "names a directory");
	refused_path("/", -EISDIR, "names a directory");
	refused_path(".", -EISDIR, "names a directory");
	snprintf(path, sizeof(path), "%s/..", folder);
	refused_path(path, -EISDIR, "names a directory");
	snprintf(path, sizeof(path), "%s/", file);
	refused_path(path, -EISDIR, "names a directory");

	ck_assert_int_eq(chdir(folder), 0);
	ck_assert_int_eq(try_path("s"), 0);
	ck_assert_int_eq(try_path(".//../d/s"), 0);
	ck_assert_int_eq(access(lock_file, F_OK), 0);
	chmod(folder, 0777);
	refused_path("s", -EPERM, "the working directory can be written by others");
	chmod(folder, 0755);
	ck_assert_int_eq(chdir("/"), 0);

	/* Each name must have room for the lock's suffix. */
	memset(name, 'n', 250);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	ck_assert_int_eq(try_path(path), 0);
	snprintf(path, sizeof(path), "%s/%s.lock", folder, name);
	ck_assert_int_eq(unlink(path), 0);
	memset(name, 'n', 251);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	refused_path(path, -ENAMETOOLONG, "more than 250 bytes");
}
END_TEST

/* Whoever can open the lock can hold it. */
START_TEST(lock_of_others)
{
	put(file, "old", 0600);
	put(other, "of others", 0600);
	ck_assert_int_eq(symlink(other, lock_file), 0);
	refused(-ELOOP, "d/s.lock is a symbolic link");
	unlink(lock_file);
	ck_assert_int_eq(symlink("nowhere", lock_file), 0);
	refused(-ELOOP, "d/s.lock is a symbolic link");
	unlink(lock_file);
	ck_assert_int_eq(link(other, lock_file), 0);
	refused(-EPERM, "d/s.lock has not exactly one name");
	unlink(lock_file);
	ck_assert_int_eq(mkfifo(lock_file, 0600), 0);
	refused(-EINVAL, "d/s.lock is not a regular file");
	unlink(lock_file);
	ck_assert_int_eq(mkdir(lock_file, 0700), 0);
	refused(-EINVAL, "d/s.lock is not a regular file");
	rmdir(lock_file);
	put(lock_file, "", 0640);
	refused(-EPERM, "d/s.lock can be opened by others");
	chmod(lock_file, 0604);
	refused(-EPERM, "d/s.lock can be opened by others");
	chmod(lock_file, 0600);
	allowed();
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(lock_file, NOBODY, 0), 0);
		refused(-EPERM, "d/s.lock does not belong to you");
	}
	assert_content(other, "of others");
	assert_content(file, "old");
}
END_TEST

/* A process that takes the state and says so, and ends only by a signal. */
static pid_t start_holder(void)
{
	int ends[2];
	char byte;

	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct pm_state_file state;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (pm_state_open(&state, file, NULL) == 0 &&
		    pm_write_all(state.next.fd, "half", 4) == 0 &&
		    pm_write_all(ends[1], "", 1) == 0)
			for (;;)
				pause();
		_exit(1);
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

START_TEST(one_at_a_time)
{
	put(file, "old", 0600);
	pid_t holder = start_holder();

	err = (struct pm_error){""};
	ck_assert_int_eq(try_path(file), -EBUSY);
	ck_assert_ptr_nonnull(strstr(err.text, "another run has"));
	ck_assert_ptr_nonnull(strstr(err.text, "d/s.lock is locked"));
	assert_content(next, "half");
	kill(holder, SIGKILL);
	ck_assert_int_eq(waitpid(holder, NULL, 0), holder);
	assert_content(file, "old");
	commit("new");
	assert_content(file, "new");
	ck_assert_uint_eq(count_entries(), 2);
}
END_TEST

/* The lock is held till the release, not till the commit. */
START_TEST(locked_till_release)
{
	struct pm_state_file state;

	ck_assert_int_eq(pm_state_open(&state, file, &err), 0);
	ck_assert_int_eq(pm_state_commit(&state, &err), 0);
	int fd = open(lock_file, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	pm_state_release(&state);
	ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
}
END_TEST

/* The same as a user, for whom root's are others' too. */
START_TEST(as_nobody)
{
	if (geteuid() != 0)
		return;
	put(file, "root's", 0644);
	ck_assert_int_eq(chown(folder, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setgroups(0, NULL), 0);
	ck_assert_int_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setresuid(NOBODY, NOBODY, 0), 0);
	refused(-EPERM, "d/s does not belong to you");
	ck_assert_int_eq(unlink(file), 0);
	commit("nobody's");
	assert_content(file, "nobody's");
	chmod(file, 0400);
	commit("nobody's own");
	chmod(folder, 0500);
	ck_assert_int_eq(try_path(file), -EACCES);
	ck_assert_ptr_nonnull(strstr(err.text, "d/.s.new"));
	chmod(folder, 0300);
	ck_assert_int_eq(try_path(file), -EACCES);
	chmod(folder, 0700);
	assert_content(file, "nobody's own");
	refused_path("/etc/pm-state", -EACCES, "/etc/pm-state.lock");
	refused_path("/root/pm-state", -EACCES, "/root/pm-state");
	ck_assert_int_eq(setresuid(0, 0, 0), 0);
}
END_TEST

/* What root began, a user can't go on with. */
START_TEST(lock_of_root)
{
	if (geteuid() != 0)
		return;
	put(lock_file, "", 0600);
	put(file, "root's", 0644);
	ck_assert_int_eq(setresuid(NOBODY, NOBODY, 0), 0);
	refused(-EACCES, "d/s.lock");
	ck_assert_int_eq(setresuid(0, 0, 0), 0);
	assert_content(file, "root's");
}
END_TEST

Suite *suite_base_state(void);
Suite *suite_base_state(void)
{
	Suite *suite = suite_create("base_state");
	TCase *tests = tcase_create("state");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, each_run_replaces);
	tcase_add_test(tests, not_committed);
	tcase_add_test(tests, left_behind);
	tcase_add_test(tests, not_the_file);
	tcase_add_test(tests, file_of_others);
	tcase_add_test(tests, folder_of_others);
	tcase_add_test(tests, folder_elsewhere);
	tcase_add_test(tests, paths);
	tcase_add_test(tests, lock_of_others);
	tcase_add_test(tests, one_at_a_time);
	tcase_add_test(tests, locked_till_release);
	tcase_add_test(tests, as_nobody);
	tcase_add_test(tests, lock_of_root);
	suite_add_tcase(suite, tests);
	return suite;
}

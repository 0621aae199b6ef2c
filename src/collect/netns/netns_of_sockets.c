#include "netns/netns_of_sockets.h"
#include "netns/netns.h"
#include "source/coverage.h"
#include "source/look.h"
#include "source/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* PIDFD_THREAD of Linux 6.9: a descriptor of one thread. */
enum { OF_THREAD = O_EXCL };

struct netns_asking {
	struct collector *collector;
	struct unlisted_list *unlisted;
	uint32_t *inode; /* of all sockets of the protocols that listen, in any state */
	size_t count, room;
};

static int compare_unlisted(const void *a, const void *b)
{
	const struct unlisted *x = a, *y = b;

	return PM_CMP(x->inode, y->inode);
}

static int unlisted_compare_inodes(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return PM_CMP(*x, *y);
}

/* The names that the kernel's protocols bear (struct proto) in look_getxattr(2) of a socket. */
static bool can_listen(const char *protocol, size_t len)
{
	static const char *const names[] = {"TCP",	"TCPv6",     "UDP",   "UDPv6",
					    "UDP-Lite", "UDPLITEv6", "MPTCP", "MPTCPv6"};

	/* With its NUL. */
	for (size_t i = 0; i < PM_COUNT(names); i++)
		if (len == strlen(names[i]) + 1 && !memcmp(names[i], protocol, len))
			return true;
	return false;
}

/* Paths are taken from where we stand, which is /proc for the while: there is no getxattrat(2). */
static void keep_inet(struct netns_asking *asking)
{
	struct unlisted_list *all = asking->unlisted;
	int here = open(".", O_PATH | O_CLOEXEC);
	char path[TASK_PATH_SIZE], protocol[16];
	size_t kept = 0;

	if (here >= 0 && fchdir(asking->collector->source->proc) == 0) {
		for (size_t i = 0; i < all->count; i++) {
			if (!step_begin_at(asking->collector->source,
					   task_path(&all->found[i].task, "fd", path)))
				continue;
			ssize_t len = look_getxattr(path, "system.sockprotoname", protocol,
						    sizeof(protocol));
			step_end(asking->collector->source);

			if (len > 0 && can_listen(protocol, (size_t)len))
				all->found[kept++] = all->found[i];
		}
		all->count = kept;
	}
	if (here >= 0 && fchdir(here) == 0)
		close(here);
}

static void unlisted_drop_duplicates(struct unlisted_list *all)
{
	size_t kept = 0;

	if (all->count)
		qsort(all->found, all->count, sizeof(*all->found), compare_unlisted);
	for (size_t i = 0; i < all->count; i++)
		if (!kept || all->found[kept - 1].inode != all->found[i].inode)
			all->found[kept++] = all->found[i];
	all->count = kept;
}

/* ---- what is in a dump after all --------------------------------------------------- */

static int take_inode(void *data, const struct nlmsghdr *msg)
{
	struct netns_asking *asking = data;
	struct inet_diag_msg diag;

	memcpy(&diag, mnl_nlmsg_get_payload(msg), sizeof(diag));
	uint32_t *room = pm_array_add(&asking->inode, &asking->count, &asking->room, sizeof(*room));
	if (room)
		*room = diag.idiag_inode;
	return room ? 0 : -ENOMEM;
}

static void inodes_restart(void *data)
{
	(void)data; /* an inode too many asks one socket less: but it is in the namespace */
}

/* All sockets of this namespace, whatever they do. Where that is refused, more will be asked. */
static int dump_inodes(void *data, size_t netns)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	struct netns_asking *asking = data;
	int r = 0;

	for (size_t i = 0; i < PM_COUNT(families) * PM_COUNT(protocols) && r != -ENOMEM; i++) {
		struct inet_diag_req_v2 body = {
			.sdiag_family = families[i % 2],
			.sdiag_protocol = protocols[i / 2],
			.idiag_states = UINT32_MAX,
		};
		struct netlink_request request = {
			.bus = NETLINK_SOCK_DIAG,
			.type = SOCK_DIAG_BY_FAMILY,
			.answer = SOCK_DIAG_BY_FAMILY,
			.body = &body,
			.body_size = sizeof(body),
			.answer_size = sizeof(struct inet_diag_msg),
			.row = take_inode,
			.restart = inodes_restart,
			.data = asking,
		};

		snprintf(request.name, sizeof(request.name), "%zu-all-%zu-%u", netns, i,
			 asking->collector->source->namespaces.searches);
		r = netlink_dump(asking->collector->source, &request, NULL);
	}
	return r == -ENOMEM ? r : 0;
}

static int drop_dumped(struct netns_asking *asking)
{
	struct unlisted_list *all = asking->unlisted;
	size_t kept = 0;
	int r = netns_each(asking->collector, 0, NULL, dump_inodes, asking);

	if (r < 0)
		return r;
	if (asking->count)
		qsort(asking->inode, asking->count, sizeof(*asking->inode),
		      unlisted_compare_inodes);
	for (size_t i = 0; i < all->count; i++)
		if (!asking->count || !bsearch(&all->found[i].inode, asking->inode, asking->count,
					       sizeof(*asking->inode), unlisted_compare_inodes))
			all->found[kept++] = all->found[i];
	all->count = kept;
	return 0;
}

/* ---- asking ------------------------------------------------------------------------ */

/* A descriptor of the namespace of an unlisted socket, or -errno. */
static int unlisted_open_namespace(const struct unlisted *unlisted, uint64_t *ret_inode)
{
	const struct task *task = &unlisted->task;
	unsigned flags = task->tid == task->pid ? 0 : OF_THREAD;
	struct stat st;

	int process = (int)syscall(SYS_pidfd_open, task->tid, flags);
	if (process < 0)
		return -errno;
	int copy = (int)syscall(SYS_pidfd_getfd, process, task->fd, 0);
	int fd = copy < 0 ? -errno : ioctl(copy, SIOCGSKNS);
	if (copy >= 0) {
		/* The number may belong to another socket by now: that one's answer is as good. */
		fd = fd < 0 ? -errno : fd;
		close(copy);
	}
	close(process);
	if (fd >= 0 && (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fstat(fd, &st) < 0)) {
		close(fd);
		return -EBADF;
	}
	if (fd >= 0)
		*ret_inode = st.st_ino;
	return fd;
}

static int unlisted_namespace(struct source *source, const struct unlisted *unlisted,
			      uint64_t *ret_inode)
{
	if (!step_begin(source, unlisted->task.pid, "fd, by pidfd_getfd(2),"))
		return -ETIME;
	int fd = step_check(unlisted_open_namespace(unlisted, ret_inode));
	step_end(source);
	return fd;
}

static int unlisted_ask_all(struct netns_asking *asking)
{
	size_t denied = 0;
	uint64_t inode = 0;
	int r = 0;

	for (size_t i = 0; i < asking->unlisted->count && r == 0; i++) {
		int fd = unlisted_namespace(asking->collector->source, &asking->unlisted->found[i],
					    &inode);

		if (fd >= 0)
			r = netns_learn(asking->collector, inode, fd, NULL);
		denied += fd == -EPERM || fd == -ENOSYS || fd == -EINVAL;
	}
	if (r < 0 || !denied)
		return r;
	return gap_add(asking->collector->snapshot, PM_GAP_NAMESPACES, PM_GAP_UNSUPPORTED, denied,
		       "sockets in no dump, whose namespace could not be asked for");
}

int unlisted_ask(struct collector *collector, struct unlisted_list *unlisted)
{
	struct netns_asking asking = {.collector = collector, .unlisted = unlisted};

	return unlisted_ask_all(&asking);
}

int pass_unlisted(struct collector *collector, struct unlisted_list *unlisted)
{
	struct netns_asking asking = {.collector = collector, .unlisted = unlisted};

	if (!unlisted->count)
		return 0;
	unlisted_drop_duplicates(unlisted);
	keep_inet(&asking);
	if (!unlisted->count)
		return 0;
	int r = drop_dumped(&asking);
	free(asking.inode);
	return r < 0 ? r : unlisted_ask_all(&asking);
}

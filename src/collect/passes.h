/*
 * passes: the concerns of collecting, in the order in which pm_collect() runs them over one
 * snapshot. Each returns 0, or -ENOMEM; what it could not see it puts into the coverage.
 */
#ifndef COLLECT_PASSES_H
#define COLLECT_PASSES_H

#include "bpf/records.h"
#include "source.h"

#include <limits.h>

/* Facts about the place and time: host, time, bytes of /etc/passwd. */
int pass_host(struct source *source, struct pm_snapshot *snapshot);

/* The network namespaces there are, or the one that is asked for; -EINVAL where that is none. */
int pass_netns(struct source *source, const struct pm_collect_options *options,
	       struct pm_snapshot *snapshot, struct pm_error *err);

/* See past what is mounted over folders of /proc, and note of which processes. */
int pass_overmounts(struct source *source, struct pm_snapshot *snapshot);
bool is_overmounted(const struct source *source, int pid);

/*
 * Listeners of the namespaces that were not asked yet, through sock_diag(7) or, where that is not
 * to be had, /proc/net; their ephemeral ranges; and the names of what the kernel numbers: bound
 * devices, cgroups of creators.
 */
int pass_sockets(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot);

/* Hold the kernel's lists of listeners against each other; what one of them lacks is marked. */
int pass_crosscheck(struct source *source, const struct pm_collect_options *options,
		    struct pm_snapshot *snapshot);
/*
 * Are there none of MPTCP in the namespace we are in, by the kernel's own count? Its dump of them
 * walks all tables, for each namespace anew. What is opened after this is told as TCP, as it is
 * inside; where sockets come and go on several processors the count can miss one, which is told so
 * too.
 */
bool mptcp_is_absent(const struct source *source);

/*
 * Ask for MPTCP after all where a listener of TCP has nobody: the kernel's own endpoints are not
 * counted. 0 or -errno.
 */
int pass_spared(struct source *source, const struct pm_collect_options *options,
		struct pm_snapshot *snapshot);

/* Make one of each MPTCP listener and its side of TCP, from `first` on: all of one namespace. */
int pass_mptcp(const struct pm_collect_options *options, struct pm_snapshot *snapshot,
	       size_t first);

/* Where sockets that do not listen are asked for: could the kernel tell of all of them? */
int pass_bound(struct source *source, const struct pm_collect_options *options,
	       struct pm_snapshot *snapshot);

/* Raw and packet sockets of the namespace we are in, where asked for; `*ret_any`: some were read.
 */
int portless_read(struct source *source, const struct pm_collect_options *options,
		  struct pm_snapshot *snapshot, size_t netns, bool *ret_any);

/* Dump once more, and leave out the listeners without holder that have closed meanwhile. */
int pass_closed(struct source *source, const struct pm_collect_options *options,
		struct pm_snapshot *snapshot);

/* The same of those without port. */
int pass_portless_closed(struct source *source, const struct pm_collect_options *options,
			 struct pm_snapshot *snapshot);

/* Somebody has a listener open. */
struct find {
	size_t listener; /* index in the snapshot */
	int pid;
	struct task task;
};

/*
 * Who has the listeners open that have no owner yet. `found` is ordered by listener, then pid; the
 * rest is what the walk came across meanwhile.
 */
struct finds {
	struct find *found;
	size_t count, room;
	struct bpf_process *seen; /* what the walk within the kernel tells of the holders */
	size_t seen_count, seen_room;
	bool has_facts; /* that walk tells of all holders that have not ended */
	struct strangers strangers;
};

/*
 * By the walk within the kernel, where it is wanted and not refused, else by that over /proc; more
 * closely where we look again, as somebody is missing.
 * Threads with a table of their own are included.
 */
int pass_holders(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot, bool wants_bpf, bool is_again, struct finds *finds);
void finds_release(struct finds *finds);

/*
 * Sockets that no dump showed can be of a network namespace that nothing else leads to: which of
 * them are, by asking each. Namespaces found join the others.
 */
int pass_strangers(struct source *source, struct pm_snapshot *snapshot,
		   struct strangers *strangers);

/* The same for sockets that are known to be of another namespace. */
int strangers_ask(struct source *source, struct pm_snapshot *snapshot, struct strangers *strangers);

/* The sockets registered with the io_uring behind this descriptor. -errno; -EBUSY: in use, ask
 * later. */
int ring_sockets(struct source *source, const struct place *place, const struct task *task,
		 int (*each)(void *data, uint32_t inode), void *data);
bool ring_holds(struct source *source, const struct place *place, const struct task *task,
		uint32_t inode);

/* Listeners that no table of descriptors has: who keeps them, or may. */
int pass_detached(struct source *source, struct pm_snapshot *snapshot);

/* The same by a mapping, which names the socket, and within calls; see enum pm_suspicion. */
int pass_mapped(struct source *source, struct pm_snapshot *snapshot);
bool mapping_holds(struct source *source, int pid, uint32_t inode);

/* Which needles are in the maps of a process, as bits; `what` names them on a recording. */
unsigned maps_have(struct source *source, int pid, const struct slow_needles *needles,
		   const char *what);

int suspect_add(struct source *source, struct pm_snapshot *snapshot, const struct task *task,
		enum pm_suspicion why);

/* What is to be known of each holder. Those gone meanwhile leave `finds` empty of them. */
int pass_processes(struct source *source, struct pm_snapshot *snapshot, struct finds *finds);

/* The same of one that may be a holder: its number in snapshot.processes, or -errno. */
int process_add(struct source *source, struct pm_snapshot *snapshot, const struct task *task,
		size_t *ret);

/* Tell of holders of which it could not be read what they run. */
int pass_unread(struct source *source, struct pm_snapshot *snapshot);

/* Tell of files of which could not be seen who can replace them. 0 or -ENOMEM. */
int pass_unguarded(const struct source *source, struct pm_snapshot *snapshot);

/* Listeners of the kernel itself: tunnels, by the port of their links. */
int pass_kernel(struct source *source, struct pm_snapshot *snapshot);

/* Others of the kernel's own, by its tables, which say of none what it is for. */
int pass_kernel_sockets(struct source *source, struct pm_snapshot *snapshot);

/* Configuration of those that hold listeners for others, where one of them does. */
int pass_configs(struct source *source, struct pm_snapshot *snapshot);

/* Of the containers that holders live in, from the state files that pass_configs() read. */
int name_containers(struct pm_snapshot *snapshot);

/* Whether persons' processes in units of the system run as whom these name, from the units. */
int find_unit_users(struct pm_snapshot *snapshot);
bool unituser_matters(const struct pm_process *process);

/* Namespaces without a name bear that of the container in them, which changes the order. */
int label_namespaces(struct pm_snapshot *snapshot);

/* Put the listeners in order. What holds numbers of listeners must not be alive. */
void listeners_sort(struct pm_snapshot *snapshot);

/* The options by which less than all was looked for; a recording has those of its own run. */
int pass_narrowed(struct source *source, const struct pm_collect_options *options,
		  struct pm_snapshot *snapshot);

/* Why each listener without holder has none. */
int pass_unheld(struct source *source, struct pm_snapshot *snapshot);

/*
 * What takes connections past the list of sockets in the namespace that we are in, which is number
 * `netns` of the snapshot: found, or why it was not looked for.
 */
int pass_beyond(struct source *source, struct pm_snapshot *snapshot, size_t netns);

/* The part of it that is netlink: nat chains of nftables. */
int beyond_nftables(struct source *source, struct pm_snapshot *snapshot, size_t netns);

/* What is not looked at on any host. Once, before pass_beyond(). */
int pass_not_checked(struct pm_snapshot *snapshot);

/* ---- shared by the passes ----------------------------------------------------------------------
 */

/* Add `count` to a gap, with this detail (printf(3) style, escaped by the caller where strange). */
int gap_add(struct pm_snapshot *snapshot, enum pm_gap_what what, enum pm_gap_why why, size_t count,
	    const char *format, ...) PM_PRINTF(5, 6);

/* Names of the capabilities that we lack to look at the processes of others, with commas. */
void missing_capabilities(struct source *source, struct pm_buf *ret);

/*
 * Call `each` for every entry of `dir` whose name is a number. -errno of getdents64(2), or what
 * `each` returned below 0, which ends it.
 */
int each_number(int dir, int (*each)(void *data, const char *name, unsigned number), void *data);

/* The same where `each` ends it at the first one, so that no more are made ready. */
int first_number(int dir, int (*each)(void *data, const char *name, unsigned number), void *data);

/* The same for the threads of a process that has more than one; gone is no error. */
int each_thread(struct source *source, const char *process,
		int (*each)(void *data, const char *name, unsigned tid), void *data);

/* Names for the listeners from number `first` on, which are of one network namespace. */
int name_listeners(struct source *source, struct pm_snapshot *snapshot, size_t first);
/* Add a sentence, unless it is there; in the alphabet of pm_escape() already. */
int note_add(struct pm_snapshot *snapshot, struct pm_notes *notes, const char *format, ...)
	PM_PRINTF(3, 4);

/* Note that `what` was not looked at because of `code`: -EPERM stands for CAP_NET_ADMIN, -ENODATA
 * for a recording that does not tell, -ENOTDIR for want of /proc. */
int note_unlooked(struct source *source, struct pm_snapshot *snapshot, const char *what, int code);

/* The name of a namespace, for a sentence: "host", "net:[4026531840]". */
enum { NETNS_TEXT = 256 };
const char *netns_text(const struct pm_snapshot *snapshot, size_t netns, char buf[NETNS_TEXT]);

/* Is this listener asked for? */
bool is_wanted(const struct pm_collect_options *options, const struct pm_listener *listener);

/* Add a copy of `listener` to the snapshot. 0 or -ENOMEM. */
int listener_add(struct pm_snapshot *snapshot, const struct pm_listener *listener);

/*
 * A file of /proc/net, of the namespace that we are in, number `netns`. -errno; -ENOTDIR: there is
 * no /proc/net at all; -ENODATA: a recording does not tell.
 */
int procnet_file(struct source *source, const char *name, size_t netns, struct pm_buf *ret);

/*
 * Listeners from /proc/net, added to the snapshot; namespace (which we are in), protocol and
 * family, as in `blank`. -errno of reading.
 */
int procnet_read(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot, const struct pm_listener *blank);

/*
 * The file that the process at `place` runs; `path` gets the link as it was read, "" without.
 * -EAGAIN: it went on to another program meanwhile.
 */
int exe_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
	     int pid, char path[PATH_MAX], struct pm_file *ret);

/*
 * Does the path of an executable lead to it: from our root, its process's, or that of pid 1? No:
 * it is bound over a name in a mount namespace that is none of theirs.
 */
enum pm_known exe_is_at_path(struct source *source, const struct place *place, int pid,
			     const char *path, const struct statx *st);

/* What is known of a file, in a recording of the process at `place`. 0 or -ENOMEM. */
void file_record(struct source *source, const struct place *place, const char *name,
		 const struct pm_file *file);
int file_replay(struct pm_snapshot *snapshot, const struct place *place, const char *name,
		struct pm_file *file);

/* What the runtime runs, for a process whose executable is known. 0 or -ENOMEM. */
int running_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
		 struct pm_process *process);

/* The same file, as a snapshot has it. 0 or -ENOMEM. */
int file_of_seen(struct pm_snapshot *snapshot, const struct slow_file *seen, struct pm_file *ret);

struct runtime_words;

/* What it loaded beside its program: by options; by its maps, once its executable is known. */
int loaded_words(struct source *source, struct pm_snapshot *snapshot, struct pm_process *process,
		 const char *bytes, size_t len, const struct runtime_words *words);
int loaded_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
		struct pm_process *process);

/* The command line, of at most SLOW_BYTES, for which `bytes` has room and one more. -errno. */
ssize_t words_read(struct source *source, const struct place *place, int pid, char *bytes);

/* Does it look at the command line of a process with this file and name? */
bool running_needs_words(const struct pm_process *process);

/*
 * The container in a cgroup path, which is not escaped. `*ret_above`: length of the path of the
 * folder above that which bears its name. 0 or -ENOMEM.
 */
int container_of_cgroup(struct pm_arena *arena, const char *cgroup, struct pm_container *ret,
			size_t *ret_above);

/* See the paths of cgroups as pid 1 does, where that is permitted. */
void cgroup_see_all(const struct source *source);

/* The system unit in a cgroup path ("/system.slice/ssh.service" -> "ssh.service"), or NULL. */
int unit_of_cgroup(struct pm_arena *arena, const char *cgroup, const char **ret);

#endif

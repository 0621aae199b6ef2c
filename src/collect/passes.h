/*
 * passes: the concerns of collecting, in the order in which pm_collect() runs them over one
 * snapshot. Each returns 0, or -ENOMEM; what it could not see it puts into the coverage.
 */
#ifndef COLLECT_PASSES_H
#define COLLECT_PASSES_H

#include "source.h"

#include <limits.h>

/* Facts about the place and time: host, time, namespace, ephemeral range, bytes of /etc/passwd. */
int pass_host(struct source *source, struct pm_snapshot *snapshot);

/* See past what is mounted over folders of /proc, and note of which processes. */
int pass_overmounts(struct source *source, struct pm_snapshot *snapshot);
bool is_overmounted(const struct source *source, int pid);

/* Listeners, through sock_diag(7) or, where that is not to be had, /proc/net. */
int pass_sockets(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot);

/* Dump once more, and leave out the listeners without holder that have closed meanwhile. */
int pass_closed(struct source *source, const struct pm_collect_options *options,
		struct pm_snapshot *snapshot);

/* Names of what the kernel numbers: bound devices, cgroups of creators. */
int pass_names(struct source *source, struct pm_snapshot *snapshot);

/* Who has which listener open. Walks /proc/PID/fd; fills in `finds`, ordered by listener, pid. */
struct find {
	size_t listener; /* index in the snapshot */
	int pid;
	unsigned fd; /* one descriptor by which it holds it */
};

struct finds {
	struct find *found;
	size_t count, room;
};

int pass_holders(struct source *source, struct pm_snapshot *snapshot, struct finds *finds);

/* What is to be known of each holder. Those gone meanwhile leave `finds` empty of them. */
int pass_processes(struct source *source, struct pm_snapshot *snapshot, struct finds *finds);

/* Count the interpreters among the holders whose command lines could not be read. */
int pass_unread(struct pm_snapshot *snapshot);

/* Listeners of the kernel itself: tunnels, by the port of their links. */
int pass_kernel(struct source *source, struct pm_snapshot *snapshot);

/* Configuration of those that hold listeners for others, where one of them does. */
int pass_configs(struct source *source, struct pm_snapshot *snapshot);

/* Of the containers that holders live in, from the state files that pass_configs() read. */
int name_containers(struct pm_snapshot *snapshot);

/* Why each listener without holder has none. */
int pass_unheld(struct source *source, struct pm_snapshot *snapshot);

/* ---- shared by the passes ----------------------------------------------------------------------
 */

/* Add `count` to a gap, with this detail (printf(3) style, escaped by the caller where strange). */
int gap_add(struct pm_snapshot *snapshot, enum pm_gap_what what, enum pm_gap_why why, size_t count,
	    const char *format, ...) PM_PRINTF(5, 6);

/* Does `port` lie in the kernel's ephemeral range? */
bool is_ephemeral(const struct pm_snapshot *snapshot, uint16_t port);

/* Is this listener asked for? */
bool is_wanted(const struct pm_collect_options *options, const struct pm_listener *listener);

/* Add a copy of `listener` to the snapshot. 0 or -ENOMEM. */
int listener_add(struct pm_snapshot *snapshot, const struct pm_listener *listener);

/* Listeners of `protocol` and `family` from /proc/net, added to the snapshot. -errno of reading. */
int procnet_read(struct source *source, const struct pm_collect_options *options,
		 struct pm_snapshot *snapshot, enum pm_protocol protocol, enum pm_family family);

/*
 * The file that the process at `place` runs; `path` gets the link as it was read, "" without.
 * -EAGAIN: it went on to another program meanwhile.
 */
int exe_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
	     int pid, char path[PATH_MAX], struct pm_file *ret);

/* What is known of a file, in a recording of the process at `place`. 0 or -ENOMEM. */
void file_record(struct source *source, const struct place *place, const char *name,
		 const struct pm_file *file);
int file_replay(struct pm_snapshot *snapshot, const struct place *place, const char *name,
		struct pm_file *file);

/* What the runtime runs, for a process whose executable is known. 0 or -ENOMEM. */
int running_read(struct source *source, struct pm_snapshot *snapshot, const struct place *place,
		 struct pm_process *process);

/* The container in a cgroup path. 0 or -ENOMEM. */
int container_of_cgroup(struct pm_arena *arena, const char *cgroup, struct pm_container *ret);

/* The system unit in a cgroup path ("/system.slice/ssh.service" -> "ssh.service"), or NULL. */
int unit_of_cgroup(struct pm_arena *arena, const char *cgroup, const char **ret);

#endif

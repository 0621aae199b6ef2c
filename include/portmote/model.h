/*
 * model: what a snapshot is, as every room right of collect knows it, and what only reads one.
 *
 * All text in a snapshot is in the alphabet of pm_escape(): whoever prints it can trust every byte.
 * Every fact tells whether it is known: unknown text is NULL, unknown numbers have a `has_` beside
 * them, unknown yes-or-no is PM_UNKNOWN. Never is the unknown 0, "" or "root".
 */
#ifndef PORTMOTE_MODEL_H
#define PORTMOTE_MODEL_H

#include <portmote/base.h>

enum pm_known { PM_UNKNOWN, PM_NO, PM_YES };

/* In the order of rows. */
enum pm_protocol {
	PM_PROTOCOL_TCP,
	PM_PROTOCOL_MPTCP,
	PM_PROTOCOL_UDP,
	PM_PROTOCOL_UDPLITE,
	PM_PROTOCOL_RAW,    /* these listen without a port: raw(7) */
	PM_PROTOCOL_PACKET, /* packet(7) */
	PM_PROTOCOLS,
};
const char *pm_protocol_name(enum pm_protocol protocol); /* "mptcp" */
bool pm_protocol_has_port(enum pm_protocol protocol);

/*
 * TCP or UDP, or without port itself: whose ports, as IANA assigns them, a protocol uses. MPTCP is
 * TCP with more paths (RFC 8684, section 1.2: transparent to what is above it); UDP-Lite has the
 * port numbers of UDP (RFC 3828, section 3.1).
 */
enum pm_protocol pm_protocol_base(enum pm_protocol protocol);

enum pm_family { PM_INET, PM_INET6, PM_FAMILIES };
const char *pm_family_name(enum pm_family family); /* "inet", "inet6" */

/*
 * How far a socket is: most accept from whoever sends. The others can do so after one call of their
 * process, and are collected on demand.
 */
enum pm_state {
	PM_STATE_LISTEN,
	PM_STATE_BOUND,	    /* TCP that has a port, and neither listens nor is connected; raw and
			     * packet sockets that only send */
	PM_STATE_CONNECTED, /* UDP, or raw, that takes datagrams from one peer alone */
	PM_STATES,
};
const char *pm_state_name(enum pm_state state); /* "listen", "bound", "connected" */

/* What stands behind a listener, as far as could be seen. */
enum pm_owner_kind {
	PM_OWNER_PROCESS,  /* it has holders */
	PM_OWNER_KERNEL,   /* a kernel service, named in `service` */
	PM_OWNER_NONE,	   /* every process was looked at, none holds it */
	PM_OWNER_DENIED,   /* some processes could not be looked at */
	PM_OWNER_PIDNS,	   /* it may be held outside of our pid namespace */
	PM_OWNER_VANISHED, /* a process held it, and was gone before it could be looked at */
	PM_OWNER_LIMITED,  /* not all processes could be looked at: time, or descriptors, ran out */
	PM_OWNER_KINDS,
};
const char *pm_owner_kind_name(enum pm_owner_kind kind);

/* Who can replace the file at a path: decided from the file and from every folder above it. */
enum pm_writers {
	PM_WRITERS_UNKNOWN,
	PM_WRITERS_ROOT,   /* root alone */
	PM_WRITERS_OTHERS, /* others too: `writable` names the first place where */
};

/* A file that a process runs: executable, script, archive. Source: proc_pid_exe(5), statx(2). */
struct pm_file {
	const char *path;     /* as the process sees it, without the kernel's " (deleted)" */
	const char *writable; /* first component that others than root can write */
	uint64_t device, inode, size;
	int64_t modified;      /* seconds since 1970 */
	enum pm_known deleted; /* no link to the file is left */
	enum pm_known on_host; /* the same file stands at this path below the root of pid 1
				* (below ours, where that cannot be looked at) */
	enum pm_known at_path; /* of an executable: the path leads to it, from the root of its
				* process, or ours, or that of pid 1 */
	enum pm_writers writers;
	enum pm_known is_open; /* anybody can put files into a folder on its way */
	bool has_stat;	       /* device, inode, size, modified are known */
};

/* What a runtime was told to run. */
enum pm_runs {
	PM_RUNS_UNKNOWN, /* the command line could not be read, or was overwritten */
	PM_RUNS_SCRIPT,
	PM_RUNS_MODULE, /* of Python; an application of Erlang/OTP */
	PM_RUNS_JAR,
	PM_RUNS_CLASS,
	PM_RUNS_INLINE,	 /* code of the command line, of standard input, or the like */
	PM_RUNS_PROGRAM, /* by an interpreter or emulator that is not known as one */
	PM_RUNS,
};
const char *pm_runs_name(enum pm_runs runs); /* "script" */

/*
 * What an interpreter, a virtual machine or the like runs, from its command line: what the process
 * says of itself, and what could be seen of the file that it names.
 */
struct pm_running {
	const char
		*runtime; /* "python3"; NULL: the executable is no runtime, and all this is empty */
	enum pm_runs kind;
	const char *name;    /* "gunicorn", "http.server", "jenkins.war", a class; NULL: unknown */
	const char *package; /* npm package or gem that holds the script, or NULL */
	const char *title;   /* where it overwrote its command line: the first word now there */
	struct pm_file file; /* script or archive; of several, the one that is worst guarded */
};

/* The container that a cgroup path names. */
struct pm_container {
	const char *runtime; /* "docker"; NULL: none */
	const char *id;	     /* or its name, where the path has that */
	const char *name;    /* what its runtime calls it; by pm_snapshot_names(), or NULL */
	bool is_claim;	     /* below the slice of a user, who can name a cgroup as he likes */
};

struct pm_process {
	int pid, ppid;
	const char *comm; /* what the process calls itself: a claim */
	struct pm_file exe;
	const char *behind;	/* by its command line, for whom it holds a listener: "container
				   172.17.0.2 port 80" */
	const char *parent_exe; /* what its parent runs, of those whom a runtime of containers
				   starts for a user; NULL: not looked up, or unknown */
	enum pm_writers parent_writers; /* who can replace that */
	enum pm_known is_alias; /* comm is another link to the executable, which root alone can
				 * have made; unknown also where it may have been its name */
	const char *alias;	/* that name, whole; where is_alias is unknown, one that it had, as
				 * is likely; or NULL */
	struct pm_running running;
	struct pm_file loaded; /* of other code that it loaded, the file that is worst guarded;
				* path NULL: root alone can replace all, as far as was seen */
	struct pm_container container;
	const char *cgroup;   /* path of its cgroup; unified hierarchy first, else systemd's own */
	const char *unit;     /* system unit in that path */
	const char *user;     /* name of `uid` in /etc/passwd */
	uint64_t start;	      /* clock ticks since boot: with the pid, who it is */
	int64_t started;      /* seconds since 1970 */
	uint32_t uid;	      /* effective */
	unsigned pidns_depth; /* pid namespaces below ours that it lives in; 0: ours */
	enum pm_known own_userns;    /* it lives in another user namespace than pid 1 */
	uint32_t userns_owner;	     /* who made that other namespace */
	enum pm_known is_units_user; /* of a person's process in a system unit: it runs as whom the
				      * unit's file names; else it is his own that somebody lets
				      * him start there */
	bool has_uid, has_started, has_userns_owner;
	bool is_overmounted; /* something is mounted over a part of its folder in /proc */
	bool is_unread; /* not all of it could be read in time: what is unknown may be so for that */
};

/* Why a process may keep listeners that nobody has a descriptor of. */
enum pm_suspicion {
	PM_SUSPECT_RING,	/* it has an io_uring, with files or requests that are not told */
	PM_SUSPECT_MAPPED_RING, /* it has mapped an io_uring whose descriptor is closed */
	PM_SUSPECT_AIO,		/* it has a context of io_submit(2), with requests not told */
	PM_SUSPECT_IN_CALL,	/* it waits in a call for a descriptor that is closed meanwhile */
	PM_SUSPECT_IN_FLIGHT,	/* descriptors that nobody has taken yet wait at its socket */
	PM_SUSPICIONS,
};
const char *pm_suspicion_name(enum pm_suspicion suspicion); /* "io_uring" */

struct pm_suspect {
	size_t process; /* in snapshot.processes */
	enum pm_suspicion why;
};

/*
 * A configuration file of root's, as bytes, to be read by whoever judges: what stands behind a
 * listener that systemd, inetd or xinetd holds. Files that others could have written are left out.
 */
struct pm_config {
	const char *name; /* unit that it speaks of, "ssh.socket"; "inetd", "xinetd": whose form it
			   * has; id of a container */
	int pid;	  /* who reads it, 0: pid 1, or unknown */
	const char *path;
	const char *text; /* `len` bytes and a NUL; the only text here that is not escaped */
	size_t len;
	enum pm_known is_enabled; /* of a .socket unit: another unit wants it by a link */
	bool is_unread; /* it is there, and what it says could not be read, or is not root's word */
};

/* A network namespace. */
struct pm_netns {
	uint64_t inode;	   /* of /proc/PID/ns/net; 0: unknown */
	const char *label; /* "host" (that of pid 1), its name in /run/netns, by
			    * pm_snapshot_names() the container in it, or NULL */
	uint16_t ephemeral_first, ephemeral_last; /* ip_local_port_range of ip(7) */
	bool has_ephemeral;
	bool is_closed; /* known, but not to be entered: nothing of it is seen */
};

/*
 * A socket that accepts from others: TCP or MPTCP in LISTEN, UDP or UDP-Lite bound and unconnected.
 * MPTCP is one listener, though the kernel lists it as TCP too.
 */
struct pm_listener {
	size_t netns; /* index in snapshot.netns */
	enum pm_protocol protocol;
	enum pm_family family;
	enum pm_state state; /* other than PM_STATE_LISTEN only by pm_collect_options.bound */
	uint8_t address[16]; /* network order; 4 bytes for PM_INET; a packet socket has none */
	uint16_t port;
	uint16_t number;	      /* without port: the IP protocol, or the ethertype (3: all) */
	enum pm_known v6only;	      /* PM_INET6: takes no IPv4 */
	uint32_t ifindex;	      /* bound device, 0: none; see has_device */
	const char *device;	      /* its name */
	enum pm_known is_device_gone; /* it was bound to one that is no more; nothing reaches it */
	uint64_t cookie;	      /* the kernel's name of this socket (SO_COOKIE) */
	uint64_t cgroup_id;	      /* cgroup of its creator */
	const char *cgroup;	      /* path of that */
	const char *unit;	      /* system unit in that path */
	uint32_t inode;		      /* 0: it has none */
	uint32_t uid;		      /* of its creator */
	bool has_cookie, has_cgroup, has_device;
	const char *hidden_from; /* by the cross-check: the kernel's lists that lack it, though
				  * others have it ("netlink", "procfs", "bpf"); or NULL */
	enum pm_owner_kind owner;
	const char *service;	      /* PM_OWNER_KERNEL: "vxlan"; NULL: it does not say */
	size_t first_holder, holders; /* in snapshot.holders: ordered by start time, then pid */
};

/* What could not be seen. */
enum pm_gap_what {
	PM_GAP_NAMESPACES,
	PM_GAP_SOCKETS,
	PM_GAP_HOLDERS,
	PM_GAP_PROCESSES,
	PM_GAP_CONFIGS, /* files that say for whom a listener is held */
	PM_GAP_WHATS
};
enum pm_gap_why {
	PM_GAP_DENIED,	    /* not permitted; the missing capability is named */
	PM_GAP_VANISHED,    /* gone before it could be looked at */
	PM_GAP_INTERRUPTED, /* changed faster than it could be read */
	PM_GAP_UNSUPPORTED, /* the kernel, or this portmote, has not got it */
	PM_GAP_PIDNS,	    /* outside of our pid namespace */
	PM_GAP_LIMITED,	    /* a limit was met: of time, of descriptors */
	PM_GAP_WHYS,
};
const char *pm_gap_what_name(enum pm_gap_what what);
const char *pm_gap_why_name(enum pm_gap_why why);

struct pm_gap {
	enum pm_gap_what what;
	enum pm_gap_why why;
	size_t count; /* of namespaces, of listeners (sockets, holders), of processes, of files */
	const char *detail; /* one clause for a person */
};

/* Sentences about the whole host, each once. */
struct pm_notes {
	const char **text;
	size_t count, room;
};

struct pm_coverage {
	const char *sockets;	 /* "netlink", "procfs", "netlink+procfs", "none" */
	const char *holders;	 /* "procfs", "bpf", "bpf+procfs", "none" */
	const char *bpf_refused; /* why BPF was to be used and could not, or NULL */
	struct pm_gap *gaps;	 /* any gap: the audit is incomplete */
	size_t gap_count, gap_room;
	size_t transient;  /* sockets of the ephemeral range that came and went meanwhile */
	size_t unreadable; /* processes whose descriptors were denied to us */
	struct pm_notes redirections; /* what takes connections past the list, where there is any */
	struct pm_notes not_checked;  /* what was not looked at, and why where it could have been */
};

struct pm_snapshot {
	struct pm_arena arena; /* owns all text */
	const char *host;
	int64_t time;			/* when collecting began, seconds since 1970 */
	bool with_bound, with_portless; /* more than what listens on a port was looked for */
	const char *narrowed; /* "--netns=self --port=22": less was looked for; NULL: all */
	struct pm_netns *netns;
	size_t netns_count, netns_room;
	struct pm_listener *listeners; /* in order, see pm_listener_compare() */
	size_t listener_count, listener_room;
	struct pm_process *processes; /* the holders and suspects, with their facts */
	size_t process_count, process_room;
	size_t *holders; /* indexes in processes */
	size_t holder_count;
	struct pm_suspect *suspects; /* of the listeners without owner: which of them, if one
				      * of them, cannot be known */
	size_t suspect_count, suspect_room;
	struct pm_coverage coverage;
	struct pm_config *configs; /* of one unit: its file first, then its drop-ins in order */
	size_t config_count, config_room;
	bool has_units;	      /* all units of systemd are among them */
	struct pm_buf passwd; /* /etc/passwd as read, for pm_snapshot_names() */
};

/*
 * Name the users, from the bytes of /etc/passwd that pm_collect() read, and the containers, from
 * the state files of their runtimes: its second half, to be called once all rights were given up.
 * What is malformed is passed over, and what has its name keeps it: a snapshot that was read from a
 * file brings them along. 0 or -ENOMEM.
 */
int pm_snapshot_names(struct pm_snapshot *snapshot, struct pm_error *err);

/* Listeners that are asked for. All zero: all of them. */
struct pm_filter {
	bool only_v4, only_v6, only_tcp, only_udp;
	uint8_t *ports; /* bit map of 65,536 bits, or NULL: all ports. The caller's. */
};

bool pm_filter_has_port(const struct pm_filter *filter, uint16_t port);

/* Does it ask for any socket with a port of these? And without one: no filter of ports goes with
 * raw and packet sockets. */
bool pm_filter_has(const struct pm_filter *filter, enum pm_protocol protocol,
		   enum pm_family family);
bool pm_filter_has_portless(const struct pm_filter *filter, enum pm_protocol protocol,
			    enum pm_family family);

/*
 * Leave in a snapshot only the listeners that the filter asks for. `beside` has an element for each
 * listener, of which the same ones are left, or is NULL. 0 or -ENOMEM.
 */
int pm_snapshot_narrow(struct pm_snapshot *snapshot, const struct pm_filter *filter,
		       const char **beside);

/*
 * Say in snapshot.narrowed what was asked for: the filter, and the namespace, escaped, or NULL. To
 * leave out once more what is out changes nothing. 0 or -ENOMEM.
 */
int pm_snapshot_say_narrowed(struct pm_snapshot *snapshot, const struct pm_filter *filter,
			     const char *netns);

void pm_snapshot_release(struct pm_snapshot *snapshot);

/* Add a copy of a listener. 0 or -ENOMEM. */
int pm_snapshot_add(struct pm_snapshot *snapshot, const struct pm_listener *listener);

/* Put the listeners in order. What holds numbers of listeners must not be alive. */
void pm_snapshot_sort(struct pm_snapshot *snapshot);

/* Total order of rows: namespace (host first), protocol, port, number, address, family, device,
 * inode, cookie. */
int pm_listener_compare(const struct pm_snapshot *snapshot, const struct pm_listener *a,
			const struct pm_listener *b);

/* Is its owner known: a process or the kernel? */
bool pm_is_owned(const struct pm_listener *listener);

/* Is it bound to every address of its family, in either form of IPv4's (::ffff:0.0.0.0)? */
bool pm_is_wildcard(const struct pm_listener *listener);

/* The network namespace of a listener. */
const struct pm_netns *pm_listener_netns(const struct pm_snapshot *snapshot,
					 const struct pm_listener *listener);

/* Does it listen in the range of which its namespace gives clients a port? */
bool pm_is_ephemeral(const struct pm_snapshot *snapshot, const struct pm_listener *listener);

/* The holder number `i` of a listener. */
const struct pm_process *pm_holder(const struct pm_snapshot *snapshot,
				   const struct pm_listener *listener, size_t i);

/* The address as text (RFC 5952 for IPv6), into `buf` of PM_ADDRESS_SIZE bytes; returns `buf`. */
#define PM_ADDRESS_SIZE 46
const char *pm_listener_address(const struct pm_listener *listener, char *buf);

/*
 * The name of a program: basename of its path, without version and architecture
 * ("/usr/sbin/php-fpm8.2" -> "php-fpm", "/usr/bin/python3.11" -> "python3"). At most `size` bytes
 * with the NUL; returns `buf`.
 */
#define PM_PROGRAM_SIZE 256
const char *pm_program_name(const char *path, char *buf, size_t size);

/*
 * What a process runs, in one word: the script, module, archive or class that a runtime was told to
 * run; else the name of its executable. "" where neither is known. Returns `buf`.
 */
const char *pm_process_program(const struct pm_process *process, char *buf, size_t size);

/*
 * What each start draws and each upgrade counts on is no part of a name: of a path (or the name of
 * a program) versions, revisions of snap, hashes of a store, mounts of an AppImage; of a unit the
 * numbers of sessions, runs and connections; of a network namespace the id that a runtime drew.
 */
enum pm_naming { PM_NAMING_PATH, PM_NAMING_UNIT, PM_NAMING_NETNS };

/*
 * The name with a "*" for each such part, from `arena`; `name` itself where there is none; NULL:
 * out of memory.
 */
const char *pm_lasting_name(enum pm_naming naming, const char *name, struct pm_arena *arena);

/*
 * Is it a person's process in a system unit, of which is_units_user is to be told from the unit's
 * file?
 */
bool pm_process_is_persons(const struct pm_process *process);

/* In place of the number of a listener: none. */
#define PM_NO_LISTENER SIZE_MAX

#endif

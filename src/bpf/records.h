/*
 * records: what the programs in the kernel write and the reader in collect reads. Fixed size, no
 * holes, the machine's own byte order.
 *
 * What a member does not apply to has 0 there.
 */
#ifndef BPF_RECORDS_H
#define BPF_RECORDS_H

#include <stddef.h>
#include <stdint.h>

/* Raised with every change of this file: recordings tell by it what they hold. */
#define RECORD_VERSION 3

/* Those that the walk over open files writes at once. */
#define RECORDS_ROOM 4096

enum record_kind {
	RECORD_SOCKET = 1, /* a socket of the kinds that are asked for */
	RECORD_NSFS,	   /* an open network namespace, `inode` its number */
	RECORD_URING,	   /* an io_uring, open at `fd` or not */
	RECORD_INFLIGHT,   /* an AF_UNIX socket in which `count` descriptors wait to be received */
	RECORD_NETNS,	   /* there is a network namespace, number `inode`; 0: there are too many */
	RECORD_FIXED,  /* a socket that the io_uring at `fd` keeps: registered, or with a request */
	RECORD_QUEUED, /* a socket that waits to be received at the AF_UNIX socket at `fd` */
	RECORD_MAPPED, /* a socket that is mapped into memory */
	RECORD_AIO,    /* a socket that a request of asynchronous I/O keeps; 0: it can have such */
	RECORD_WAITER, /* a socket that a call waits for; pid 0: outside of the pid namespace */
	RECORD_MORE,   /* there is more than could be looked at, at that descriptor or task */
	RECORD_PROCESS,	   /* a struct bpf_process, that has the sockets of the records to come */
	RECORD_REFERENCES, /* a struct bpf_references, of the socket told of before */
	RECORD_LAST = RECORD_REFERENCES,
};

/* `fd` of what is reached by a mapping, or by an io_uring that is registered with its task. */
#define RECORD_NOFD UINT32_MAX

enum record_flag {
	RECORD_V6ONLY = 1,
	RECORD_KERN = 2, /* made by the kernel for itself (sk_kern_sock), or for an MPTCP socket */
	RECORD_NOFILE = 4,  /* has no file: no process can have it open */
	RECORD_SUBFLOW = 8, /* the TCP socket below an MPTCP one, with that one's inode */
	RECORD_ANYNS = 16,  /* RECORD_NSFS: of whatever type, as this kernel does not tell */
};

/* What is asked for beside listeners. */
enum record_want {
	WANT_BOUND = 1,	   /* TCP bound to a port and not listening, connected UDP */
	WANT_PORTLESS = 2, /* packet sockets and raw sockets */
	WANT_KEEPERS = 4,  /* what can keep sockets, in place of these: see `kind` */
};

struct bpf_record {
	uint64_t inode;
	uint64_t cookie;  /* 0: none was given yet; sock_diag(7) gives them */
	uint64_t started; /* the process, in ns since boot (starttime of proc(5), finer) */
	uint32_t netns;	  /* of a socket: inode of its network namespace */
	uint32_t pid; /* the process and the thread, as numbered in the reader's pid namespace */
	uint32_t tid; /* differs from pid: a thread that does not share the leader's table */
	uint32_t fd;
	uint32_t uid;	  /* of the socket, as in the first user namespace */
	uint32_t ifindex; /* bound to this device */
	uint32_t count;
	uint16_t kind;	/* enum record_kind */
	uint16_t flags; /* enum record_flag */
	uint16_t family;
	uint16_t protocol;   /* IPPROTO_*; of a packet socket ETH_P_*, host order */
	uint16_t port;	     /* host order */
	uint8_t type;	     /* SOCK_STREAM, SOCK_DGRAM, SOCK_RAW */
	uint8_t state;	     /* TCP_*; of UDP 7 (unconnected) or 1 */
	uint8_t address[16]; /* network order; of IPv4 the first four bytes */
};

/* What a process is at the moment of the walk: the facts of proc(5), all of one time. */
struct bpf_process {
	uint64_t exe_inode;
	uint64_t started;    /* as above */
	uint32_t exe_device; /* as the kernel has it: 20 bits of minor number below the major */
	uint32_t pid, ppid;  /* in the reader's pid namespace; 0: not there */
	uint32_t userns;     /* inode of its user namespace */
	uint32_t uid;	     /* effective, as in the first user namespace */
	uint32_t depth;	     /* pid namespaces below the reader's */
	uint32_t group;	     /* as the one told of before: same cgroups, file and path of it */
	uint32_t reserved[2];
	uint16_t kind; /* RECORD_PROCESS */
	uint16_t reserved2[5];
	uint8_t comm[16];
};

/*
 * What holds a socket's file beside this descriptor, where anything does: descriptors, calls that
 * wait at it, or what only the search for keepers finds.
 */
struct bpf_references {
	uint64_t inode;
	uint64_t table;	     /* of descriptors: the same number, the same table */
	uint32_t fd;	     /* in it */
	uint32_t references; /* of all */
	uint32_t calls;	     /* that hold one and are made through this table */
	uint32_t reserved[6];
	uint16_t kind; /* RECORD_REFERENCES */
	uint16_t reserved2[13];
};

_Static_assert(sizeof(struct bpf_record) == 80, "records are of one size everywhere");
_Static_assert(sizeof(struct bpf_process) == sizeof(struct bpf_record) &&
		       offsetof(struct bpf_process, kind) == offsetof(struct bpf_record, kind),
	       "a process is told of in a record");
_Static_assert(sizeof(struct bpf_references) == sizeof(struct bpf_record) &&
		       offsetof(struct bpf_references, kind) == offsetof(struct bpf_record, kind),
	       "references are told of in a record");

#endif

/*
 * kernel: the few members of the kernel's structures that the programs read. Names and types
 * count, order and place do not: where each lies is put right for the running kernel when the
 * programs are loaded (CO-RE). A name after ___ is not part of the type's name: it keeps apart what
 * one name has meant in different versions.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What <bpf/bpf_helpers.h> expects of <linux/types.h>, which has no part for this target. */
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef int32_t __s32;
typedef int64_t __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;

enum bpf_map_type { BPF_MAP_TYPE_ARRAY = 2 };
enum { BPF_F_MMAPABLE = 1 << 10 };

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* Values that user space's headers have, which cannot be had here. */
enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_PACKET = 17 };
enum { SOCK_STREAM = 1, SOCK_DGRAM, SOCK_RAW };
enum { IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136, IPPROTO_MPTCP = 262 };
enum { TCP_ESTABLISHED = 1, TCP_CLOSE = 7, TCP_LISTEN = 10 };
enum { NSFS_MAGIC = 0x6e736673, ANON_INODE_FS_MAGIC = 0x09041934, SOCKFS_MAGIC = 0x534f434b };
enum { CLONE_NEWNET = 0x40000000 };
enum { EBUSY = 16 };
enum { PF_IO_WORKER = 0x10, PF_KTHREAD = 0x00200000 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* ---- lists ------------------------------------------------------------------------- */

struct list_head {
	struct list_head *next;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct wait_queue_head {
	struct list_head head;
};

struct wait_queue_entry {
	void *private;
	struct list_head entry;
};

/* ---- files ------------------------------------------------------------------------- */

struct super_block {
	unsigned int s_dev;
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
	unsigned long i_ino;
	void *i_private;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct vfsmount;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

typedef struct {
	int64_t counter;
} atomic64_t;

typedef struct {
	atomic64_t refcnt;
} file_ref_t;

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
	const void *f_op;
	file_ref_t f_ref;
};

struct file___before_6_13 {
	atomic64_t f_count;
};

struct vm_area_struct {
	struct file *vm_file;
};

/* ---- asynchronous I/O -------------------------------------------------------------- */

struct aio_kiocb {
	struct file *ki_filp;
	struct list_head ki_list;
};

struct kioctx {
	struct list_head active_reqs;
};

struct kioctx_table {
	unsigned int nr;
	struct kioctx *table[1];
};

struct mm_struct {
	struct kioctx_table *ioctx_table;
	struct file *exe_file;
};

/* ---- tasks ------------------------------------------------------------------------- */

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct hlist_head tasks[4];
	struct upid numbers[1];
};

struct io_uring_task {
	struct file *registered_rings[16];
};

struct css_set;

/* What is in `ns` is in all namespaces. The type of a namespace moved in 6.18. */
struct user_namespace {
	struct {
		unsigned int inum;
		uint32_t ns_type;
	} ns;
};

struct proc_ns_operations___before_6_18 {
	int type;
};

struct user_namespace___before_6_18 {
	struct {
		const struct proc_ns_operations___before_6_18 *ops;
	} ns;
};

typedef struct {
	uint32_t val;
} kuid_t;

struct cred {
	kuid_t euid;
	struct user_namespace *user_ns;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

typedef struct {
	int counter;
} atomic_t;

struct files_struct {
	atomic_t count;
	struct fdtable *fdt;
};

struct task_struct {
	unsigned int flags;
	struct hlist_node pid_links[4];
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct cred *real_cred;
	struct css_set *cgroups;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	char comm[16];
	struct mm_struct *mm;
	struct io_uring_task *io_uring;
	struct pid *thread_pid;
	uint64_t start_boottime;
};

struct poll_wqueues {
	struct task_struct *polling_task;
};

struct poll_table_entry {
	struct file *filp;
	struct wait_queue_entry wait;
};

/* ---- sockets ----------------------------------------------------------------------- */

struct net {
	struct {
		unsigned int inum;
		const void *ops;
	} ns;
	struct list_head list;
};

struct timespec64 {
	int64_t tv_sec;
	long tv_nsec;
};

struct timens_offsets {
	struct timespec64 boottime;
};

struct time_namespace {
	struct timens_offsets offsets;
};

struct nsproxy {
	struct net *net_ns;
	struct time_namespace *time_ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		uint8_t u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	__be32 skc_rcv_saddr;
	uint16_t skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned char skc_ipv6only : 1;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
};

struct sk_buff_head {
	struct sk_buff *next;
	uint32_t qlen;
};

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	uint16_t sk_type;
	uint16_t sk_protocol;
	kuid_t sk_uid;
	uint8_t sk_kern_sock : 1;
	struct socket *sk_socket;
	struct socket_wq *sk_wq;
};

struct socket_wq {
	struct wait_queue_head wait;
};

struct socket {
	struct file *file;
	struct sock *sk;
	const struct proto_ops *ops;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct tcp_sock {
	bool is_mptcp;
};

struct udp_sock;

struct scm_stat {
	atomic_t nr_fds;
};

struct unix_sock {
	struct scm_stat scm_stat;
};

/* A message in a socket's queue; that of an AF_UNIX socket has these parameters in `cb`. */
struct sk_buff {
	struct sk_buff *next;
	struct sock *sk;
	char cb[48];
};

struct scm_fp_list {
	short count;
	struct file *fp[1];
};

struct unix_skb_parms {
	struct scm_fp_list *fp;
};

struct packet_sock {
	int ifindex;
	__be16 num;
};

/* ---- io_uring ---------------------------------------------------------------------- */

struct io_rsrc_node {
	unsigned long file_ptr;
};

struct io_rsrc_data {
	unsigned int nr;
	struct io_rsrc_node **nodes;
};

struct io_file_table {
	struct io_rsrc_data data;
};

struct io_kiocb {
	struct file *file;
	struct hlist_node hash_node;
};

struct io_hash_bucket {
	struct hlist_head list;
};

struct io_hash_table {
	struct io_hash_bucket *hbs;
	unsigned int hash_bits;
};

struct io_ring_ctx {
	struct io_file_table file_table;
	struct io_hash_table cancel_table;
};

/* Those of some kinds of rings, in a second table. */
struct io_ring_ctx___before_6_14 {
	struct io_hash_table cancel_table_locked;
};

struct io_fixed_file {
	unsigned long file_ptr;
};

struct io_file_table___before_6_13 {
	struct io_fixed_file *files;
};

struct io_ring_ctx___before_6_13 {
	struct io_file_table___before_6_13 file_table;
	unsigned int nr_user_files;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	uint64_t seq_num;
};

#pragma clang attribute pop

/* ---- what an iterator gives to its program, the same in all versions --------------- */

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
};

struct bpf_iter__udp {
	struct bpf_iter_meta *meta;
	struct udp_sock *udp_sk;
};

/* ---- reading ----------------------------------------------------------------------- */

/*
 * A program is loaded by looking each of these types up among all that the kernel has. It remembers
 * what it found, in 31 places by a hash of the name (cand_cache, kernel/bpf/btf.c), so that two of
 * one place are looked up again and again, a millisecond each. `inode` shares with `net`, and
 * `ns_common` with `file`: so these two are read as parts of others.
 */
static __always_inline const struct socket_alloc *inode_of(const struct file *file)
{
	return (const void *)((const char *)BPF_CORE_READ(file, f_inode) -
			      bpf_core_field_offset(struct socket_alloc, vfs_inode));
}

/* Since 6.2; replaced by an assignment when the program is loaded. */
extern void *bpf_rdonly_cast(const void *address, uint32_t type) __ksym __weak;

enum special_kfunc_type {
	KF_bpf_rdonly_cast,
};

/*
 * As BPF_CORE_READ() of one member, but without a call where the kernel can: then reads overlap. 0
 * where nothing can be read.
 */
#define PEEK(type, address, member)                                                                \
	(bpf_core_enum_value_exists(enum special_kfunc_type, KF_bpf_rdonly_cast)                   \
		 ? ((const type *)bpf_rdonly_cast(address, bpf_core_type_id_kernel(type)))->member \
		 : BPF_CORE_READ((const type *)(address), member))

/* Of the file system that a file is of. */
static __always_inline unsigned long magic_of(const struct file *file)
{
	const struct super_block *fs = PEEK(struct socket_alloc, inode_of(file), vfs_inode.i_sb);

	return PEEK(struct super_block, fs, s_magic);
}

/* Of an open file that is a socket. */
static __always_inline const struct sock *sock_of(const struct file *file)
{
	const struct socket *socket = PEEK(struct file, file, private_data);

	return PEEK(struct socket, socket, sk);
}

#endif

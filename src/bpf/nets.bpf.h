/* nets: network namespaces, all that there are and those that are open. */
#ifndef BPF_NETS_H
#define BPF_NETS_H

#include "kernel.h"
#include "records.h"

/* Not on the stack; see search.bpf.h. */
struct {
	const struct net *first, *net;
} nets;

static __always_inline void nets_begin(void)
{
	const struct task_struct *reader = bpf_get_current_task_btf();

	nets.first = BPF_CORE_READ(reader, nsproxy, net_ns);
	nets.net = nets.first;
}

/*
 * Step on, with what there is to tell of the namespace that was come to: false, nothing. The list
 * goes round through its head, which is no namespace and has not their operations.
 */
static __always_inline bool nets_next(struct bpf_record *record)
{
	const struct net *net = nets.net, *first = nets.first;

	record->kind = RECORD_NETNS;
	record->inode = BPF_CORE_READ(net, ns.inum);
	nets.net = (const void *)((const char *)BPF_CORE_READ(net, list.next) -
				  bpf_core_field_offset(struct net, list));
	return BPF_CORE_READ(net, ns.ops) == BPF_CORE_READ(first, ns.ops);
}

static __always_inline bool nets_are_all(void)
{
	return nets.net == nets.first;
}

/* ---- open ones --------------------------------------------------------------------- */

/* Behind i_private is the member `ns` of some namespace. */
static __always_inline unsigned int type_of_namespace(const struct socket_alloc *node)
{
	const void *any = (const char *)BPF_CORE_READ(node, vfs_inode.i_private) -
			  bpf_core_field_offset(struct user_namespace, ns);
	const struct user_namespace *ns = any;
	const struct user_namespace___before_6_18 *old = any;

	if (bpf_core_field_exists(ns->ns.ns_type))
		return BPF_CORE_READ(ns, ns.ns_type);
	if (bpf_core_field_exists(struct proc_ns_operations___before_6_18, type))
		return (unsigned int)BPF_CORE_READ(old, ns.ops, type);
	return 0;
}

static __always_inline bool see_namespace(struct bpf_record *record,
					  const struct socket_alloc *node)
{
	unsigned int type = type_of_namespace(node);

	record->kind = RECORD_NSFS;
	if (!type)
		record->flags = RECORD_ANYNS;
	return !type || type == CLONE_NEWNET;
}

#endif

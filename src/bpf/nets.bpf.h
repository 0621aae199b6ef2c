/* nets: network namespaces, all that there are and those that are open. */
#ifndef BPF_NETS_H
#define BPF_NETS_H

#include "kernel.h"
#include "records.h"

/* Not on the stack; see search.bpf.h. */
struct {
	const struct net *first, *net;
} nets;

/* Emit a record; each program says how, by `data` of its own. Returns whether there was room. */
static bool tell_net(const void *data, const struct bpf_record *record);

/* The list goes round through its head, which is no namespace and has not their operations. */
static long see_net(uint32_t index, void *data)
{
	const struct net *net = nets.net, *first = nets.first;
	struct bpf_record record = {.kind = RECORD_NETNS};

	(void)index;
	if (BPF_CORE_READ(net, ns.ops) == BPF_CORE_READ(first, ns.ops)) {
		record.inode = BPF_CORE_READ(net, ns.inum);
		if (!tell_net(data, &record))
			return 1;
	}
	nets.net = (const void *)((const char *)BPF_CORE_READ(net, list.next) -
				  bpf_core_field_offset(struct net, list));
	return nets.net == nets.first;
}

static __always_inline void see_nets(void *data)
{
	const struct task_struct *reader = bpf_get_current_task_btf();

	nets.first = BPF_CORE_READ(reader, nsproxy, net_ns);
	nets.net = nets.first;
	bpf_loop(RECORDS_ROOM - 1, see_net, data, 0);
	if (nets.net != nets.first) {
		struct bpf_record more = {.kind = RECORD_NETNS};
		tell_net(data, &more);
	}
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

/* socket: from a socket of the kernel's to a record, for all programs. */
#ifndef BPF_SOCKET_H
#define BPF_SOCKET_H

#include "kernel.h"
#include "records.h"

static __always_inline void fill_address(struct bpf_record *record, const struct sock_common *skc)
{
	if (skc->skc_family == AF_INET6) {
		__be32 parts[4];

		for (int i = 0; i < 4; i++)
			parts[i] = skc->skc_v6_rcv_saddr.in6_u.u6_addr32[i];
		__builtin_memcpy(record->address, parts, sizeof(parts));
		if (BPF_CORE_READ_BITFIELD(skc, skc_ipv6only))
			record->flags |= RECORD_V6ONLY;
	} else if (skc->skc_family == AF_INET) {
		__be32 address = skc->skc_rcv_saddr;

		__builtin_memcpy(record->address, &address, sizeof(address));
	}
}

/* All that is known from the socket itself; the inode is another's matter. */
static __always_inline void fill_socket(struct bpf_record *record, struct sock *sk)
{
	const struct sock_common *skc = &sk->__sk_common;

	record->kind = RECORD_SOCKET;
	record->cookie = bpf_get_socket_cookie(sk);
	record->netns = BPF_CORE_READ(skc, skc_net.net, ns.inum);
	record->uid = sk->sk_uid.val;
	record->ifindex = (uint32_t)skc->skc_bound_dev_if;
	record->family = skc->skc_family;
	record->protocol = sk->sk_protocol;
	record->port = skc->skc_num;
	record->type = (uint8_t)sk->sk_type;
	record->state = skc->skc_state;
	if (BPF_CORE_READ_BITFIELD(sk, sk_kern_sock))
		record->flags |= RECORD_KERN;
	fill_address(record, skc);
}

#endif

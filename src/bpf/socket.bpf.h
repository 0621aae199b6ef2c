/*
 * socket: from a socket of the kernel's to a record, for all programs.
 *
 * Everything is read as from a bare address, so that it does not matter whether the verifier knows
 * what is there.
 */
#ifndef BPF_SOCKET_H
#define BPF_SOCKET_H

#include "kernel.h"
#include "records.h"

static __always_inline bool is_inet(unsigned int family)
{
	return family == AF_INET || family == AF_INET6;
}

/* The type counts: a raw socket has its protocol as "port", and may have TCP's. */
static __always_inline bool is_wanted_inet(const struct sock *sk, unsigned int wants)
{
	unsigned char state = PEEK(struct sock, sk, __sk_common.skc_state);
	bool bound = wants & WANT_BOUND;

	/* Most are told by this, which lies together: of no port, or connected. */
	if (!PEEK(struct sock, sk, __sk_common.skc_num) || (!wants && state == TCP_ESTABLISHED))
		return false;
	unsigned int protocol = BPF_CORE_READ(sk, sk_protocol), type = BPF_CORE_READ(sk, sk_type);
	if (type == SOCK_RAW)
		return wants & WANT_PORTLESS;
	if (type == SOCK_STREAM && (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP))
		return state == TCP_LISTEN || (bound && state == TCP_CLOSE);
	if (type == SOCK_DGRAM && (protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE))
		return state == TCP_CLOSE || bound;
	return false;
}

static __always_inline bool is_wanted(const struct sock *sk, unsigned int wants)
{
	unsigned short family = PEEK(struct sock, sk, __sk_common.skc_family);

	if (is_inet(family))
		return is_wanted_inet(sk, wants);
	return family == AF_PACKET && (wants & WANT_PORTLESS);
}

static __always_inline void fill_inet(struct bpf_record *record, const struct sock *sk)
{
	const struct sock_common *skc = &sk->__sk_common;

	record->port = BPF_CORE_READ(skc, skc_num);
	if (record->type == SOCK_RAW) {
		record->protocol = record->port;
		record->port = 0;
	}
	if (record->family == AF_INET) {
		bpf_core_read(record->address, sizeof(__be32), &skc->skc_rcv_saddr);
		return;
	}
	bpf_core_read(record->address, sizeof(record->address), &skc->skc_v6_rcv_saddr);
	if (BPF_CORE_READ_BITFIELD_PROBED(skc, skc_ipv6only))
		record->flags |= RECORD_V6ONLY;
}

static __always_inline void fill_packet(struct bpf_record *record, const struct sock *sk)
{
	const struct packet_sock *packet = (const struct packet_sock *)sk;

	if (bpf_core_field_exists(packet->num)) {
		record->protocol = bpf_ntohs(BPF_CORE_READ(packet, num));
		record->ifindex = (uint32_t)BPF_CORE_READ(packet, ifindex);
	}
}

/* All that is known from the socket itself, but for its cookie and its inode. */
static __always_inline void fill_socket(struct bpf_record *record, const struct sock *sk)
{
	record->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	record->uid = BPF_CORE_READ(sk, sk_uid.val);
	record->ifindex = (uint32_t)BPF_CORE_READ(sk, __sk_common.skc_bound_dev_if);
	record->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	record->protocol = BPF_CORE_READ(sk, sk_protocol);
	record->type = (uint8_t)BPF_CORE_READ(sk, sk_type);
	record->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	if (BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock))
		record->flags |= RECORD_KERN;
	if (record->family == AF_PACKET)
		fill_packet(record, sk);
	else
		fill_inet(record, sk);
}

#endif

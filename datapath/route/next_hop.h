/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/peer.h"
#include "abi/settings.h"
#include "parse/packet.h"

/* Who takes a packet for another host from the uplink. The kernel knows, but to ask it for every packet costs 4 % of the
 * connections that two hosts can make. So the first packet of each period asks, and the period's others go there too. */

/* A period is 2^4 jiffies: 64 ms at 250 a second, 160 ms at 100. That long a next hop that moved is looked for where it was. */
#define NEXT_HOP_PERIOD_SHIFT 4
#define NEXT_HOP_COUNT_SHIFT 10

/* sys/socket.h: AF_INET, AF_INET6. */
#define FAMILY_IPV4 2
#define FAMILY_IPV6 10

/* What the kernel said in a period. */
struct next_hop {
	struct weft_address to;
	__u64 from;
	__u64 period;
	__u8 macs[12];	/* as they stand in a frame */
	__u32 ifindex;	/* 0: it did not know */
};
_Static_assert(sizeof(struct next_hop) == 48, "no padding");

/* Each CPU has its own, so that nobody reads what another is writing. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1 << NEXT_HOP_COUNT_SHIFT);
	__type(key, __u32);
	__type(value, struct next_hop);
} next_hops SEC(".maps");

/* Where a packet goes as the routing tables see it: to another host, or without a tunnel to a container. */
static __always_inline const struct weft_address *next_hop_target(const struct packet *packet,
								  const struct weft_peer *peer)
{
	return tunnel == WEFT_TUNNEL_NONE ? &packet->destination : &peer->underlay;
}

/* Without a tunnel, routing rules may tell containers apart. */
static __always_inline __u64 next_hop_source(const struct packet *packet)
{
	return tunnel == WEFT_TUNNEL_NONE ? address_half(&packet->source, 1) : 0;
}

/* Hosts are numbered consecutively: two have the same place only in a mesh of more than 1,024. */
static __always_inline __u32 next_hop_index(const struct packet *packet, const struct weft_peer *peer)
{
	__u64 pair = address_half(&packet->source, 1) + address_half(&packet->destination, 1);

	if (tunnel != WEFT_TUNNEL_NONE)
		return peer->host & ((1 << NEXT_HOP_COUNT_SHIFT) - 1);
	return pair * 0x9e3779b97f4a7c15ULL >> (64 - NEXT_HOP_COUNT_SHIFT);
}

/* What bpf_redirect_neigh asks: the way by the uplink of a packet with such addresses. Its size is judged already; a length of
 * one byte keeps the kernel from judging it by the device's MTU. */
static __always_inline void next_hop_question(struct bpf_fib_lookup *fib, const struct packet *packet,
					      const struct weft_address *to)
{
	const bool native = tunnel == WEFT_TUNNEL_NONE;

	fib->l4_protocol = native ? packet->protocol :
			   tunnel == WEFT_TUNNEL_GRE ? IPPROTO_GRE : IPPROTO_UDP;
	fib->ifindex = uplink_ifindex;
	fib->tot_len = 1;
	if (address_is_mapped(to)) {
		fib->family = FAMILY_IPV4;
		fib->ipv4_dst = address_ipv4(to);
		fib->ipv4_src = native ? address_ipv4(&packet->source) :
					 ((const volatile __be32 *)&underlay4)[3];
		return;
	}
	fib->family = FAMILY_IPV6;
	address_copy((struct weft_address *)fib->ipv6_dst, to);
	address_copy((struct weft_address *)fib->ipv6_src,
		     native ? &packet->source : (const struct weft_address *)&underlay6);
}

/* Asks the kernel and keeps what it says. The packet itself goes the kernel's way to the neighbour that it named, so that the
 * kernel goes on confirming that one. TC_ACT_SHOT: there is no way; then the next packet asks again. */
__noinline int next_hop_ask(struct __sk_buff *skb, const struct packet *packet,
			    const struct weft_peer *peer, struct next_hop *hop, __u64 period)
{
	struct bpf_fib_lookup fib __attribute__((aligned(8))) = {};
	struct bpf_redir_neigh neighbour = {};
	int answer;

	if (!packet || !peer || !hop)
		return TC_ACT_SHOT;
	next_hop_question(&fib, packet, next_hop_target(packet, peer));
	answer = bpf_fib_lookup(skb, &fib, sizeof(fib), BPF_FIB_LOOKUP_OUTPUT);
	hop->period = 0;
	if (answer >= BPF_FIB_LKUP_RET_BLACKHOLE && answer <= BPF_FIB_LKUP_RET_NOT_FWDED)
		return TC_ACT_SHOT;
	address_copy(&hop->to, next_hop_target(packet, peer));
	hop->from = next_hop_source(packet);
	hop->period = period;
	hop->ifindex = answer == BPF_FIB_LKUP_RET_SUCCESS ? fib.ifindex : 0;
	mac_copy(hop->macs, fib.dmac);
	mac_copy(hop->macs + 6, fib.smac);
	if ((answer != BPF_FIB_LKUP_RET_SUCCESS && answer != BPF_FIB_LKUP_RET_NO_NEIGH) ||
	    fib.ifindex != uplink_ifindex)
		return bpf_redirect_neigh(uplink_ifindex, 0, 0, 0);
	neighbour.nh_family = fib.family;
	__builtin_memcpy(neighbour.ipv6_nh, fib.ipv6_dst, sizeof(neighbour.ipv6_nh));
	return bpf_redirect_neigh(uplink_ifindex, &neighbour, sizeof(neighbour), 0);
}

/* How a packet leaves for the peer's host: the action, with the next hop in the frame if that is known; a tunnel's headers leave
 * both as they are. TC_ACT_SHOT: there is no way. A marked packet may have a way of its own; who has the place of another goes the
 * kernel's way until the period is over. */
static __always_inline int next_hop_find(struct __sk_buff *skb, const struct packet *packet,
					 const struct weft_peer *peer)
{
	__u64 period = bpf_jiffies64() >> NEXT_HOP_PERIOD_SHIFT;
	__u32 index = next_hop_index(packet, peer);
	struct next_hop *hop = bpf_map_lookup_elem(&next_hops, &index);
	__u8 *frame;

	if (!hop || skb->mark)
		return bpf_redirect_neigh(uplink_ifindex, 0, 0, 0);
	if (hop->period != period)
		return next_hop_ask(skb, packet, peer, hop, period);
	frame = (void *)(long)skb->data;
	if (hop->ifindex != uplink_ifindex || hop->from != next_hop_source(packet) ||
	    !address_equal(&hop->to, next_hop_target(packet, peer)) ||
	    (void *)(frame + ETH_HLEN) > (void *)(long)skb->data_end)
		return bpf_redirect_neigh(uplink_ifindex, 0, 0, 0);
	*(__u64 *)frame = *(__u64 *)hop->macs;
	*(__u32 *)(frame + 8) = *(__u32 *)(hop->macs + 8);
	return bpf_redirect(uplink_ifindex, 0);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "tunnel/ecn.h"
#include "tunnel/geneve.h"
#include "tunnel/gre.h"
#include "tunnel/tunnel.h"
#include "tunnel/underlay.h"
#include "tunnel/vxlan.h"

/* linux/bpf.h of 6.3: which family is inside, when it is not the family outside. */
#define ADJ_ROOM_DECAP_L3_IPV4 (1ULL << 7)
#define ADJ_ROOM_DECAP_L3_IPV6 (1ULL << 8)

/* As far as headers are looked for. */
#define DECAP_BYTES_MAX                                                                         \
	(ETH_HLEN + 2 * sizeof(struct ipv6hdr) + GENEVE_TAIL_BYTES + GENEVE_OPTION_BYTES_MAX)

static __always_inline __u32 decap_read_udp(void *data, void *end, __u32 offset,
					    struct tunnel_packet *packet)
{
	struct udphdr *udp = data + offset;

	if ((void *)(udp + 1) > end)
		return TUNNEL_FOREIGN;
	offset += sizeof(*udp);
	if (tunnel_is_accepted(WEFT_TUNNEL_VXLAN) && udp->dest == VXLAN_PORT)
		return vxlan_read(data, end, offset, packet);
	if (tunnel_is_accepted(WEFT_TUNNEL_GENEVE) && udp->dest == GENEVE_PORT)
		return geneve_read(data, end, offset, packet);
	return TUNNEL_FOREIGN;
}

static __always_inline __u32 decap_read(struct __sk_buff *skb, struct tunnel_packet *packet)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	__u32 offset = 0;
	__u8 protocol = 0;
	bool ours = false;

	if (underlay_has_ipv4() && skb->protocol == bpf_htons(ETH_P_IP))
		ours = underlay_read4(data, end, &protocol, &offset, packet);
	else if (underlay_has_ipv6() && skb->protocol == bpf_htons(ETH_P_IPV6))
		ours = underlay_read6(data, end, &protocol, &offset, packet);
	if (!ours)
		return TUNNEL_FOREIGN;
	if (protocol == IPPROTO_UDP)
		return decap_read_udp(data, end, offset, packet);
	if (tunnel_is_accepted(WEFT_TUNNEL_GRE) && protocol == IPPROTO_GRE)
		return gre_read(data, end, offset, packet);
	return TUNNEL_FOREIGN;
}

/* Reads a packet on the uplink. TUNNEL_FOREIGN: it is none of our business. */
static __always_inline __u32 tunnel_read(struct __sk_buff *skb, struct tunnel_packet *packet)
{
#pragma clang loop unroll(disable)
	for (int attempt = 0; attempt < 2; attempt++) {
		__u32 outcome = decap_read(skb, packet);
		__u32 pull = skb->len < DECAP_BYTES_MAX ? skb->len : DECAP_BYTES_MAX;

		if (outcome != PARSE_SHORT)
			return outcome;
		if (bpf_skb_pull_data(skb, pull))
			break;
	}
	return WEFT_DROP_MALFORMED;
}

/* Takes the outer headers away. The outer Ethernet header stays; the receiver rewrites it. */
static __always_inline __u32 tunnel_decap(struct __sk_buff *skb, const struct tunnel_packet *packet)
{
	__u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO;
	__u32 outcome = ecn_leave_tunnel(skb, packet->inner_offset, packet->inner_is_ipv6,
					 packet->outer_ecn);

	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (packet->inner_is_ipv6 != packet->outer_is_ipv6)
		flags |= packet->inner_is_ipv6 ? ADJ_ROOM_DECAP_L3_IPV6 : ADJ_ROOM_DECAP_L3_IPV4;
	if (bpf_skb_adjust_room(skb, ETH_HLEN - (__s32)packet->inner_offset, BPF_ADJ_ROOM_MAC, flags))
		return WEFT_FAILED(DECAP_ROOM);
	return WEFT_FORWARDED;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "answer/arp.h"
#include "answer/echo.h"
#include "answer/ndisc.h"
#include "answer/refuse.h"
#include "deliver/container.h"
#include "deliver/slot.h"
#include "guard/source.h"
#include "parse/parse.h"
#include "pipeline/admit.h"
#include "route/hop.h"
#include "route/next_hop.h"
#include "route/peer.h"
#include "tunnel/encap.h"

/* To another container: here, or on another host. The way there is a hop. */
static __always_inline __u32 send_to_peer(struct __sk_buff *skb, struct packet *packet,
					  const struct weft_peer *peer, int *action)
{
	int way = ACTION_NEXT;
	__u32 outcome, mtu = 0;

	if (packet->hop_limit <= 1)
		return icmp_refuse(skb, packet, WEFT_DROP_HOP_LIMIT, 0, action);
	if (!peer->slot && hop_is_jumbo(skb))
		packet->l4_offset -= hop_take_jumbo(skb);
	if (!peer->slot)
		mtu = hop_too_big(skb, packet, peer);
	if (mtu)
		return icmp_refuse(skb, packet, WEFT_DROP_TOO_BIG, mtu, action);
	if (!peer->slot)
		way = next_hop_find(skb, packet, peer);
	if (way == TC_ACT_SHOT)
		return icmp_refuse(skb, packet, WEFT_DROP_NO_ROUTE, 0, action);
	outcome = hop_take(skb);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (peer->slot)
		return deliver_to_slot(skb, peer->slot, endpoint_identity, packet->admitted,
				       packet->begins);
	if (tunnel != WEFT_TUNNEL_NONE)
		outcome = tunnel_encap(skb, packet, peer);
	if (outcome == WEFT_FORWARDED)
		*action = way;
	return outcome;
}

static __always_inline __u32 send(struct __sk_buff *skb, int *action)
{
	bool ipv6 = skb->protocol == bpf_htons(ETH_P_IPV6);
	const struct weft_peer *peer = 0;
	struct packet packet;
	__u32 identity = 0;
	bool in_mesh;
	__u32 outcome = source_check_mac(skb);

	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (skb->vlan_present)
		return WEFT_DROP_PROTOCOL;
	if (feature_ipv4 && skb->protocol == bpf_htons(ETH_P_ARP))
		return arp_answer(skb, action);
	outcome = parse_packet(skb, &packet);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (ipv6 && ndisc_is(&packet))
		return ndisc_answer(skb, &packet, action);
	in_mesh = peer_in_mesh(&packet.destination);
	if (!in_mesh && address_is_multicast(&packet.destination))
		return WEFT_DROP_MULTICAST;
	if (echo_is_for_gateway(&packet, ipv6))
		return echo_answer(skb, &packet, ipv6, action);
	if (!source_check_address(&packet, ipv6))
		return WEFT_DROP_SOURCE_ADDRESS;
	if (in_mesh) {
		peer = peer_lookup(&packet.destination);
		if (!peer || address_equal(&packet.source, &packet.destination))
			return icmp_refuse(skb, &packet, WEFT_DROP_NO_PEER, 0, action);
		identity = peer->identity;
	} else {
		if (source_forges_tunnel(&packet))
			return WEFT_DROP_TUNNEL;
		if (feature_track)
			identity = peer_outside_identity(&packet.destination);
	}
	if (feature_track) {
		outcome = flow_admit(skb, &packet, identity,
				     FLOW_OUTBOUND | (peer && peer->slot ? FLOW_HANDS_OVER : 0));
		if (outcome != WEFT_FORWARDED)
			return outcome;
	}
	if (peer)
		return send_to_peer(skb, &packet, peer, action);
	deliver_accept(skb);
	return WEFT_FORWARDED;
}

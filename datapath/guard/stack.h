/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/address.h"
#include "abi/identity.h"
#include "abi/outcome.h"
#include "parse/neighbour.h"
#include "parse/packet.h"
#include "route/peer.h"

/* A packet from the host's stack: who sent it? A container's address is nobody's but the container's, and its packets do
 * not come this way; so such a source is a lie, unless it is the host's own. What the host forwards under its own address
 * it masquerades, or IPv6 let a forger through: either way a stranger sent it. */
static __always_inline __u32 stack_identity(struct __sk_buff *skb, const struct packet *packet,
					    __u32 *identity)
{
	*identity = WEFT_IDENTITY_HOST;
	if (skb->ingress_ifindex)
		*identity = peer_outside_identity(&packet->source);
	if (skb->ingress_ifindex && *identity == WEFT_IDENTITY_HOST)
		*identity = WEFT_IDENTITY_WORLD;
	if (!peer_in_mesh(&packet->source))
		return WEFT_FORWARDED;
	if (skb->ingress_ifindex || peer_lookup(&packet->source))
		return WEFT_DROP_SOURCE_ADDRESS;
	return WEFT_FORWARDED;
}

/* What the host's stack says to its neighbour: its own ARP and Neighbour Discovery (a hop limit of 255 was never
 * forwarded), and our own answers. */
static __always_inline __u32 stack_check_ndisc(const struct packet *packet)
{
	if (packet->hop_limit != NEIGHBOUR_HOP_LIMIT)
		return WEFT_DROP_MALFORMED;
	if (packet->icmp_type != ICMP6_NEIGHBOUR_SOLICITATION &&
	    packet->icmp_type != ICMP6_NEIGHBOUR_ADVERTISEMENT)
		return WEFT_DROP_NEIGHBOUR;
	return WEFT_FORWARDED;
}

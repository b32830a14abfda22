/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/peer.h"
#include "deliver/slot.h"
#include "guard/neighbour.h"
#include "guard/tunnel.h"
#include "pipeline/finish.h"
#include "route/peer.h"
#include "tunnel/decap.h"
#include "tunnel/native.h"
#include "tunnel/tunnel.h"

static __always_inline __u32 receive_tunnel(struct __sk_buff *skb, struct tunnel_packet *packet)
{
	const struct weft_peer *peer;
	__u32 outcome = source_check_tunnel(packet);
	__u32 slot;

	if (outcome != WEFT_FORWARDED)
		return outcome;
	peer = peer_lookup(&packet->destination);
	if (!peer || !peer->slot)
		return WEFT_DROP_WRONG_HOST;
	slot = peer->slot;
	if (packet->may_be_neighbour)
		outcome = neighbour_check(skb, packet->inner_offset);
	if (outcome == WEFT_FORWARDED)
		outcome = tunnel_decap(skb, packet);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	packet->inner_offset = ETH_HLEN;
	return deliver_to_slot(skb, slot, packet->identity, 0, false);
}

/* Without a tunnel: from a container of another host to one of this host. Who the sender is, its address says. All else
 * is the stack's: what comes from outside of the mesh, and what is not for this host. */
static __always_inline __u32 receive_native(struct __sk_buff *skb, struct tunnel_packet *packet)
{
	const struct weft_peer *peer, *source;
	__u32 outcome = WEFT_FORWARDED;
	__u32 slot;

	if (native_read(skb, packet) != WEFT_FORWARDED)
		return TUNNEL_FOREIGN;
	if (!peer_in_mesh(&packet->destination) || !peer_in_mesh(&packet->source))
		return TUNNEL_FOREIGN;
	peer = peer_lookup(&packet->destination);
	if (!peer || !peer->slot)
		return TUNNEL_FOREIGN;
	slot = peer->slot;
	source = peer_lookup(&packet->source);
	if (!source || source->slot)
		return WEFT_DROP_SOURCE_ADDRESS;
	if (packet->may_be_neighbour)
		outcome = neighbour_check(skb, packet->inner_offset);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	return deliver_to_slot(skb, slot, source->identity, 0, false);
}

/* On record is the packet inside, if the outer source is a host that may speak of it, under the identity that this host
 * says; else the tunnel's packet. */
static __always_inline int drop_tunnel(struct __sk_buff *skb, __u32 outcome,
				       const struct tunnel_packet *packet)
{
	bool vouched = outcome != WEFT_DROP_SOURCE_ADDRESS;

	if (outcome == WEFT_DROP_UNKNOWN_HOST)
		return count_finish(skb, outcome, ACTION_NEXT, RECORD_UPLINK, 0, 0);
	return count_finish(skb, outcome, ACTION_NEXT, RECORD_UPLINK,
			    packet->inner_offset - ETH_HLEN, vouched ? packet->identity : 0);
}

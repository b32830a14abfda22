// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "../lib/count.h"
#include "../lib/decap.h"
#include "../lib/deliver.h"
#include "../lib/peer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Only the host of a container may send for it. Under which identity is that host's to say, as it is on the host itself:
 * while a container gets other labels, the hosts learn of it one after the other, and what its own host put into the
 * header is the newest. But it cannot make a container of the mesh into what is none (the host, the world). */
static __always_inline __u32 source_check_tunnel(const struct tunnel_packet *packet)
{
	const struct weft_peer *source = peer_lookup(&packet->source);
	const struct weft_host *host;

	if (!source || !address_equal(&source->underlay, &packet->host)) {
		host = bpf_map_lookup_elem(&hosts, &packet->host);
		if (!host)
			return WEFT_DROP_UNKNOWN_HOST;
		if (!source || source->host != host->number)
			return WEFT_DROP_SOURCE_ADDRESS;
	}
	if (source->slot)
		return WEFT_DROP_SOURCE_ADDRESS;
	return packet->identity > IDENTITY_RESERVED_MAX ? WEFT_FORWARDED : WEFT_DROP_IDENTITY;
}

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

static __always_inline __u32 native_read(struct __sk_buff *skb, struct tunnel_packet *packet)
{
	const __u32 need = ETH_HLEN + sizeof(struct ipv6hdr);

#pragma clang loop unroll(disable)
	for (int attempt = 0; attempt < 2; attempt++) {
		__u32 outcome = tunnel_read_frame((void *)(long)skb->data,
						  (void *)(long)skb->data_end, 0, packet);

		if (outcome != PARSE_SHORT)
			return outcome;
		if (bpf_skb_pull_data(skb, skb->len < need ? skb->len : need))
			break;
	}
	return TUNNEL_FOREIGN;
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

/* Ingress of the host's uplink: the mesh's packets for containers of this host; everything else goes its way untouched and
 * uncounted. */
SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	struct tunnel_packet packet;
	__u32 outcome = TUNNEL_FOREIGN;

	if (skb->vlan_present)
		return ACTION_NEXT; /* Another network's, which shares the wire. */
	if (tunnels_accepted >> 1)
		outcome = tunnel_read(skb, &packet);
	if (outcome == WEFT_FORWARDED)
		return drop_tunnel(skb, receive_tunnel(skb, &packet), &packet);
	if (outcome == TUNNEL_FOREIGN && tunnel_is_accepted(WEFT_TUNNEL_NONE))
		outcome = receive_native(skb, &packet);
	if (outcome == TUNNEL_FOREIGN)
		return ACTION_NEXT;
	return count_finish(skb, outcome, ACTION_NEXT, RECORD_UPLINK, 0, 0);
}

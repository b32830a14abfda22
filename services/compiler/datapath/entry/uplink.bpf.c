// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "../lib/count.h"
#include "../lib/deliver.h"
#include "../lib/peer.h"
#include "../lib/vxlan.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Only the host of a container may send for it, and only under the container's identity. */
static __always_inline __u32 source_check_tunnel(const struct vxlan_packet *packet)
{
	const struct weft_peer *source = peer_lookup(&packet->source);

	if (source && address_equal(&source->underlay, &packet->host))
		return source->identity == packet->identity ? WEFT_FORWARDED :
							      WEFT_DROP_SOURCE_ADDRESS;
	if (!bpf_map_lookup_elem(&hosts, &packet->host))
		return WEFT_DROP_UNKNOWN_HOST;
	return WEFT_DROP_SOURCE_ADDRESS;
}

static __always_inline __u32 receive(struct __sk_buff *skb, const struct vxlan_packet *packet)
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
	outcome = vxlan_decap(skb, packet);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	return deliver_to_slot(skb, slot, packet->identity);
}

/* Ingress of the host's uplink: tunnel packets for this host; everything else goes its way untouched and uncounted. */
SEC("tc")
int from_uplink(struct __sk_buff *skb)
{
	struct vxlan_packet packet;
	__u32 outcome = WEFT_DROP_MALFORMED;

	if (tunnel != WEFT_TUNNEL_VXLAN || !vxlan_read(skb, &packet, &outcome))
		return ACTION_NEXT;
	if (outcome == WEFT_FORWARDED)
		outcome = receive(skb, &packet);
	return count_finish(outcome, ACTION_NEXT);
}

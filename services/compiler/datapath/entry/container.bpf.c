// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "../lib/arp.h"
#include "../lib/count.h"
#include "../lib/deliver.h"
#include "../lib/echo.h"
#include "../lib/encap.h"
#include "../lib/flow.h"
#include "../lib/hop.h"
#include "../lib/icmp.h"
#include "../lib/ndisc.h"
#include "../lib/peer.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Did the container itself send this? The MAC of its device, and a whole Ethernet frame. */
static __always_inline __u32 source_check_mac(struct __sk_buff *skb)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;

	if ((void *)(ethernet + 1) > (void *)(long)skb->data_end)
		return WEFT_DROP_MALFORMED;
	return mac_is(ethernet->h_source, endpoint_mac) ? WEFT_FORWARDED : WEFT_DROP_SOURCE_MAC;
}

static __always_inline bool source_check_address(const struct packet *packet, bool ipv6)
{
	if (ipv6)
		return address_is(&packet->source, &endpoint_ipv6);
	return address_is(&packet->source, &endpoint_ipv4);
}

/* A tunnel packet of the container's own to a host of the mesh: behind a host that masquerades it would come from that
 * host, and so be believed. */
static __always_inline bool source_forges_tunnel(const struct packet *packet)
{
	bool tunnel_port = packet->destination_port == VXLAN_PORT ||
			   packet->destination_port == GENEVE_PORT;

	if (packet->protocol != IPPROTO_GRE && !(packet->protocol == IPPROTO_UDP && tunnel_port))
		return false;
	return bpf_map_lookup_elem(&hosts, &packet->destination);
}

/* To another container: here, or on another host. The way there is a hop. */
static __always_inline __u32 send_to_peer(struct __sk_buff *skb, const struct packet *packet,
					  const struct weft_peer *peer, int *action)
{
	__u32 outcome;

	if (packet->hop_limit <= 1)
		return icmp_refuse(skb, packet, WEFT_DROP_HOP_LIMIT, action);
	if (!peer->slot && hop_too_big(skb, packet))
		return icmp_refuse(skb, packet, WEFT_DROP_TOO_BIG, action);
	outcome = hop_take(skb);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (peer->slot)
		return deliver_to_slot(skb, peer->slot, endpoint_identity, packet->admitted,
				       packet->begins);
	if (tunnel != WEFT_TUNNEL_NONE)
		outcome = tunnel_encap(skb, packet, peer);
	if (outcome == WEFT_FORWARDED)
		*action = bpf_redirect_neigh(uplink_ifindex, 0, 0, 0);
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
			return icmp_refuse(skb, &packet, WEFT_DROP_NO_PEER, action);
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

/* A packet from the host's stack: who sent it? A container's address is nobody's but the container's, and its packets do
 * not come this way; so such a source is a lie, unless it is the host's own. What the host forwards under its own address
 * it masquerades, or IPv6 let a forger through: either way a stranger sent it. */
static __always_inline __u32 stack_identity(struct __sk_buff *skb, const struct packet *packet,
					    __u32 *identity)
{
	*identity = IDENTITY_HOST;
	if (skb->ingress_ifindex)
		*identity = peer_outside_identity(&packet->source);
	if (skb->ingress_ifindex && *identity == IDENTITY_HOST)
		*identity = IDENTITY_WORLD;
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

/* May the container have it? From another container it was handed over by that one's from_container or by from_uplink,
 * which vouch for source and identity. */
static __always_inline __u32 receive(struct __sk_buff *skb, bool from_stack)
{
	__u32 how = !from_stack && skb->cb[DELIVER_BEGINS] ? FLOW_BEGINS : 0;
	__u32 identity = skb->cb[DELIVER_IDENTITY];
	struct packet packet;
	__u32 outcome;

	if (from_stack && skb->protocol == bpf_htons(ETH_P_ARP))
		return WEFT_FORWARDED;
	outcome = parse_packet(skb, &packet);
	if (outcome != WEFT_FORWARDED)
		return from_stack || !flow_only_watched() ? outcome : WEFT_FORWARDED;
	if (from_stack) {
		if (ndisc_is(&packet))
			return stack_check_ndisc(&packet);
		if (address_is_multicast(&packet.destination))
			return WEFT_DROP_MULTICAST;
		outcome = stack_identity(skb, &packet, &identity);
		if (outcome != WEFT_FORWARDED)
			return outcome;
	}
	return feature_track ? flow_admit(skb, &packet, identity, how) : WEFT_FORWARDED;
}

/* Ingress of the host's side of the container's veth: all that the container sends. */
SEC("tc")
int from_container(struct __sk_buff *skb)
{
	int action = ACTION_NEXT;
	__u32 outcome = send(skb, &action);

	return count_finish(skb, outcome, action, RECORD_SENT, 0, 0);
}

/* All that the container receives: as tail call of whoever has a packet for it, and as egress of the host's side of its veth
 * for packets of the host's stack. */
SEC("tc")
int to_container(struct __sk_buff *skb)
{
	bool from_stack = skb->ifindex == endpoint_ifindex;
	int action = ACTION_NEXT;
	__u32 outcome = WEFT_FORWARDED;

	if (from_stack || (feature_track && !deliver_is_admitted(skb)))
		outcome = receive(skb, from_stack);
	else if (!feature_track && skb->cb[DELIVER_BEGINS])
		flow_keep_begun();
	if (outcome == WEFT_FORWARDED && !from_stack)
		outcome = deliver_to_container(skb, &action);
	return count_finish(skb, outcome, action,
			    from_stack ? RECORD_FROM_STACK : RECORD_RECEIVED, 0, 0);
}

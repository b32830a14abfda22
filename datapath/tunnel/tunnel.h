/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/peer.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "parse/neighbour.h"
#include "parse/packet.h"

/* An Ethernet frame is inside, in Geneve's and GRE's words. */
#define TUNNEL_ETHERNET bpf_htons(0x6558)

/* Not an outcome: a packet that is none of the mesh's, and left alone. */
#define TUNNEL_FOREIGN (WEFT_OUTCOME_COUNT + 1)

/* Is this tunnel taken from other hosts? */
static __always_inline bool tunnel_is_accepted(enum weft_tunnel which)
{
	return tunnels_accepted & 1 << which;
}

/* What a tunnel's packet says, and the addresses of the packet inside. */
struct tunnel_packet {
	struct weft_address host;	/* the outer source */
	struct weft_address source;
	struct weft_address destination;
	__u32 identity;			/* of the sender, as its host says */
	__u32 inner_offset;		/* of the inner IP header in the frame */
	__u8 outer_ecn;
	bool outer_is_ipv6;
	bool inner_is_ipv6;
	bool may_be_neighbour;		/* Neighbour Discovery may be inside */
};

/* Spreads flows over the underlay's paths and receive queues; packets of a flow stay together, and so do fragments, of
 * which only the first has ports. The upper bits are the good ones. */
static __always_inline __u64 tunnel_flow_hash(const struct packet *packet)
{
	__u64 hash = address_half(&packet->source, 1) ^ address_half(&packet->destination, 1) ^
		     (packet->fragment ? 0 : (__u64)packet->source_port << 16 ^ packet->destination_port);

	return hash * 0x9e3779b97f4a7c15ULL;
}

/* UDP checksum zero: allowed over IPv4, and over IPv6 for tunnels (RFC 6935). A super-packet that is longer than the
 * field gets 0, as in the kernel's own tunnels: each segment gets its own length. */
static __always_inline __be16 tunnel_length(__u32 bytes)
{
	return bytes > 0xffff ? 0 : bpf_htons(bytes);
}

static __always_inline void tunnel_write_udp(struct udphdr *udp, __be16 port, __u64 hash,
					     __u32 bytes)
{
	udp->source = bpf_htons(0xc000 | hash >> 50);
	udp->dest = port;
	udp->len = tunnel_length(bytes);
	udp->check = 0;
}

/* The same frame that the receiver would have got from its gateway on this host. */
static __always_inline void tunnel_write_frame(struct ethhdr *inner, const struct weft_peer *peer,
					       __be16 ethertype)
{
	mac_copy(inner->h_dest, peer->mac);
	mac_copy(inner->h_source, gateway_mac);
	inner->h_proto = ethertype;
}

/* Ethernet and IP header of the packet inside; `offset` of the frame. */
static __always_inline __u32 tunnel_read_frame(void *data, void *end, __u32 offset,
					       struct tunnel_packet *packet)
{
	struct ethhdr *ethernet = data + offset;
	void *ip = ethernet + 1;

	if (ip + sizeof(struct iphdr) > end)
		return PARSE_SHORT;
	packet->inner_offset = offset + ETH_HLEN;
	if (ethernet->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip6 = ip;

		if ((void *)(ip6 + 1) > end)
			return PARSE_SHORT;
		if (*(__u8 *)ip >> 4 != 6)
			return WEFT_DROP_MALFORMED;
		address_copy(&packet->source, &ip6->saddr);
		address_copy(&packet->destination, &ip6->daddr);
		if (address_is_mapped(&packet->source) || address_is_mapped(&packet->destination))
			return WEFT_DROP_MALFORMED; /* Here, such an address means IPv4. */
		packet->inner_is_ipv6 = true;
		packet->may_be_neighbour = neighbour_may_follow(ip6->nexthdr);
		return WEFT_FORWARDED;
	}
	if (ethernet->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip4 = ip;

		if (*(__u8 *)ip >> 4 != 4)
			return WEFT_DROP_MALFORMED;
		address_map(&packet->source, ip4->saddr);
		address_map(&packet->destination, ip4->daddr);
		packet->inner_is_ipv6 = false;
		packet->may_be_neighbour = false;
		return WEFT_FORWARDED;
	}
	return WEFT_DROP_PROTOCOL;
}

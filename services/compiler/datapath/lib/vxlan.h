/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "parse.h"
#include "peer.h"

/* RFC 7348. */
#define VXLAN_PORT bpf_htons(4789)
#define VXLAN_HAS_VNI bpf_htonl(0x08000000)

struct vxlan_header {
	__be32 flags;
	__be32 vni;	/* the sender's identity << 8 */
};

/* linux/bpf.h of 6.3: which family is inside, when it is not the family outside. */
#define ADJ_ROOM_DECAP_L3_IPV4 (1ULL << 7)
#define ADJ_ROOM_DECAP_L3_IPV6 (1ULL << 8)

/* From the EtherType of the outer frame to the end of the inner Ethernet header. */
struct vxlan_tail {
	struct udphdr udp;
	struct vxlan_header vxlan;
	struct ethhdr inner;
};

struct vxlan_over4 {
	__u8 pad[6];
	__be16 ethertype;
	struct iphdr ip;
	struct vxlan_tail tail;
};

struct vxlan_over6 {
	__u8 pad[6];
	__be16 ethertype;
	struct ipv6hdr ip;
	struct vxlan_tail tail;
};

#define VXLAN_TAIL_BYTES 30
#define VXLAN_OVER4_BYTES (sizeof(struct iphdr) + VXLAN_TAIL_BYTES)
#define VXLAN_OVER6_BYTES (sizeof(struct ipv6hdr) + VXLAN_TAIL_BYTES)
#define VXLAN_FRAME_OFFSET 12 /* of the EtherType */

/* Kernels replay the length of the inner Ethernet header alone in software GSO. */
#define VXLAN_ROOM_FLAGS                                                                        \
	(BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_ENCAP_L2(ETH_HLEN))

static __always_inline bool vxlan_underlay_is_ipv4(void)
{
	return setting_half(&underlay, 0) == 0 &&
	       ((const volatile __be32 *)&underlay)[2] == MAPPED_PREFIX;
}

/* Spreads flows over the underlay's paths and receive queues; packets of a flow stay together. */
static __always_inline __be16 vxlan_source_port(const struct packet *packet)
{
	__u64 hash = address_half(&packet->source, 1) ^ address_half(&packet->destination, 1) ^
		     (__u64)packet->source_port << 16 ^ packet->destination_port;

	hash *= 0x9e3779b97f4a7c15ULL;
	return bpf_htons(0xc000 | hash >> 50);
}

static __always_inline __u16 vxlan_ipv4_checksum(const struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u32 sum = 0;

#pragma clang loop unroll(full)
	for (int i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

/* UDP checksum zero: allowed over IPv4, and over IPv6 for tunnels (RFC 6935). A super-packet that is longer than the
 * field gets 0, as in the kernel's own tunnels: each segment gets its own length. */
static __always_inline void vxlan_fill_tail(struct vxlan_tail *tail, const struct packet *packet,
					    const struct weft_peer *peer, __be16 ethertype,
					    __u32 bytes)
{
	tail->udp.source = vxlan_source_port(packet);
	tail->udp.dest = VXLAN_PORT;
	tail->udp.len = bytes > 0xffff ? 0 : bpf_htons(bytes);
	tail->vxlan.flags = VXLAN_HAS_VNI;
	tail->vxlan.vni = bpf_htonl(endpoint_identity << 8);
	mac_copy(tail->inner.h_dest, peer->mac);
	mac_copy(tail->inner.h_source, gateway_mac);
	tail->inner.h_proto = ethertype;
}

static __always_inline __u32 vxlan_encap4(struct __sk_buff *skb, const struct packet *packet,
					  const struct weft_peer *peer)
{
	struct vxlan_over4 outer = { .ethertype = bpf_htons(ETH_P_IP) };
	__u32 bytes = skb->len - ETH_HLEN + VXLAN_OVER4_BYTES;

	if (!address_is_mapped(&peer->underlay))
		return WEFT_DROP_NO_ROUTE;
	vxlan_fill_tail(&outer.tail, packet, peer, skb->protocol, bytes - sizeof(struct iphdr));
	*(__u8 *)&outer.ip = 4 << 4 | 5;
	outer.ip.tot_len = bytes > 0xffff ? 0 : bpf_htons(bytes);
	outer.ip.frag_off = bpf_htons(0x4000);
	outer.ip.ttl = 64;
	outer.ip.protocol = IPPROTO_UDP;
	outer.ip.saddr = ((const volatile __be32 *)&underlay)[3];
	outer.ip.daddr = address_ipv4(&peer->underlay);
	outer.ip.check = vxlan_ipv4_checksum(&outer.ip);
	if (bpf_skb_adjust_room(skb, VXLAN_OVER4_BYTES, BPF_ADJ_ROOM_MAC,
				VXLAN_ROOM_FLAGS | BPF_F_ADJ_ROOM_ENCAP_L3_IPV4))
		return WEFT_DROP_INTERNAL;
	if (bpf_skb_store_bytes(skb, VXLAN_FRAME_OFFSET, &outer.ethertype,
				sizeof(__be16) + VXLAN_OVER4_BYTES, 0))
		return WEFT_DROP_INTERNAL;
	return WEFT_FORWARDED;
}

static __always_inline __u32 vxlan_encap6(struct __sk_buff *skb, const struct packet *packet,
					  const struct weft_peer *peer)
{
	struct vxlan_over6 outer = { .ethertype = bpf_htons(ETH_P_IPV6) };
	__u32 bytes = skb->len - ETH_HLEN + VXLAN_TAIL_BYTES;

	if (address_is_mapped(&peer->underlay))
		return WEFT_DROP_NO_ROUTE;
	vxlan_fill_tail(&outer.tail, packet, peer, skb->protocol, bytes);
	*(__u8 *)&outer.ip = 6 << 4;
	outer.ip.payload_len = outer.tail.udp.len;
	outer.ip.nexthdr = IPPROTO_UDP;
	outer.ip.hop_limit = 64;
	((__be64 *)&outer.ip.saddr)[0] = setting_half(&underlay, 0);
	((__be64 *)&outer.ip.saddr)[1] = setting_half(&underlay, 1);
	address_copy((struct weft_address *)&outer.ip.daddr, &peer->underlay);
	if (bpf_skb_adjust_room(skb, VXLAN_OVER6_BYTES, BPF_ADJ_ROOM_MAC,
				VXLAN_ROOM_FLAGS | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6))
		return WEFT_DROP_INTERNAL;
	if (bpf_skb_store_bytes(skb, VXLAN_FRAME_OFFSET, &outer.ethertype,
				sizeof(__be16) + VXLAN_OVER6_BYTES, 0))
		return WEFT_DROP_INTERNAL;
	return WEFT_FORWARDED;
}

/* Wraps the packet for the peer's host. */
static __always_inline __u32 vxlan_encap(struct __sk_buff *skb, const struct packet *packet,
					 const struct weft_peer *peer)
{
	return vxlan_underlay_is_ipv4() ? vxlan_encap4(skb, packet, peer) :
					  vxlan_encap6(skb, packet, peer);
}

/* What the tunnel said, and the addresses of the packet inside. */
struct vxlan_packet {
	struct weft_address host;	/* the outer source */
	struct weft_address source;
	struct weft_address destination;
	__u32 identity;
	__u32 header_bytes;		/* between the outer Ethernet header and the inner IP header */
	bool inner_is_ipv6;
};

static __always_inline __u32 vxlan_read_outer6(void *data, void *end, struct vxlan_packet *packet)
{
	struct ipv6hdr *ip = data + ETH_HLEN;

	if ((void *)(ip + 1) > end || ip->nexthdr != IPPROTO_UDP)
		return 0;
	if (address_half(&ip->daddr, 0) != setting_half(&underlay, 0) ||
	    address_half(&ip->daddr, 1) != setting_half(&underlay, 1))
		return 0;
	address_copy(&packet->host, &ip->saddr);
	return ETH_HLEN + sizeof(*ip);
}

static __always_inline __u32 vxlan_read_outer4(void *data, void *end, struct vxlan_packet *packet)
{
	struct iphdr *ip = data + ETH_HLEN;

	if ((void *)(ip + 1) > end || *(__u8 *)ip != (4 << 4 | 5) || ip->protocol != IPPROTO_UDP)
		return 0;
	if (ip->daddr != ((const volatile __be32 *)&underlay)[3] ||
	    ip->frag_off & bpf_htons(0x3fff))
		return 0;
	address_map(&packet->host, ip->saddr);
	return ETH_HLEN + sizeof(*ip);
}

static __always_inline __u32 vxlan_read_inner(void *inner, void *end, struct vxlan_packet *packet)
{
	struct ethhdr *ethernet = inner;
	void *ip = ethernet + 1;

	if (ip > end)
		return WEFT_DROP_MALFORMED;
	if (ethernet->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip6 = ip;

		if ((void *)(ip6 + 1) > end || *(__u8 *)ip >> 4 != 6)
			return WEFT_DROP_MALFORMED;
		address_copy(&packet->source, &ip6->saddr);
		address_copy(&packet->destination, &ip6->daddr);
		packet->inner_is_ipv6 = true;
		return WEFT_FORWARDED;
	}
	if (ethernet->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip4 = ip;

		if ((void *)(ip4 + 1) > end || *(__u8 *)ip >> 4 != 4)
			return WEFT_DROP_MALFORMED;
		address_map(&packet->source, ip4->saddr);
		address_map(&packet->destination, ip4->daddr);
		packet->inner_is_ipv6 = false;
		return WEFT_FORWARDED;
	}
	return WEFT_DROP_PROTOCOL;
}

/* Reads a packet on the uplink. False: not a tunnel packet for this host, it is none of our business. */
static __always_inline bool vxlan_read(struct __sk_buff *skb, struct vxlan_packet *packet,
				       __u32 *outcome)
{
	bool ipv4 = vxlan_underlay_is_ipv4();
	__u32 room = ETH_HLEN + (ipv4 ? VXLAN_OVER4_BYTES : VXLAN_OVER6_BYTES);
	struct vxlan_tail *tail;
	void *data, *end;
	__u32 offset;

	if (skb->protocol != (ipv4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6)))
		return false;
	if (skb->len > room + sizeof(struct ipv6hdr) &&
	    (void *)(long)skb->data + room + sizeof(struct ipv6hdr) > (void *)(long)skb->data_end &&
	    bpf_skb_pull_data(skb, room + sizeof(struct ipv6hdr)))
		return false;
	data = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	offset = ipv4 ? vxlan_read_outer4(data, end, packet) : vxlan_read_outer6(data, end, packet);
	if (offset == 0)
		return false;
	tail = data + offset;
	if ((void *)(&tail->udp + 1) > end || tail->udp.dest != VXLAN_PORT)
		return false;
	packet->header_bytes = room - ETH_HLEN;
	*outcome = WEFT_DROP_MALFORMED;
	if ((void *)&tail->inner > end || !(tail->vxlan.flags & VXLAN_HAS_VNI))
		return true;
	packet->identity = bpf_ntohl(tail->vxlan.vni) >> 8;
	*outcome = vxlan_read_inner(&tail->inner, end, packet);
	return true;
}

/* Takes the outer headers away. The outer Ethernet header stays; the receiver rewrites it. */
static __always_inline __u32 vxlan_decap(struct __sk_buff *skb, const struct vxlan_packet *packet)
{
	__u64 flags = BPF_F_ADJ_ROOM_FIXED_GSO;

	if (packet->inner_is_ipv6 == vxlan_underlay_is_ipv4())
		flags |= packet->inner_is_ipv6 ? ADJ_ROOM_DECAP_L3_IPV6 : ADJ_ROOM_DECAP_L3_IPV4;
	if (bpf_skb_adjust_room(skb, -(__s32)packet->header_bytes, BPF_ADJ_ROOM_MAC, flags))
		return WEFT_DROP_INTERNAL;
	return WEFT_FORWARDED;
}

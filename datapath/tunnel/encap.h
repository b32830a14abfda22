/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/peer.h"
#include "abi/settings.h"
#include "parse/packet.h"
#include "tunnel/ecn.h"
#include "tunnel/geneve.h"
#include "tunnel/gre.h"
#include "tunnel/tunnel.h"
#include "tunnel/underlay.h"
#include "tunnel/vxlan.h"

/* All that is written in front of the inner IP header, from the outer EtherType on. The IP header of either family ends
 * where the header of any tunnel begins, so that neither needs to know the other. */
struct encap_headers {
	union {
		struct {
			__u8 pad6[6];
			__be16 ethertype6;
			struct ipv6hdr ip6;
		};
		struct {
			__u8 pad4[26];
			__be16 ethertype4;
			struct iphdr ip4;
		};
	};
	union {
		struct vxlan_tail vxlan;
		struct geneve_tail geneve;
		struct gre_tail gre;
	};
};
_Static_assert(__builtin_offsetof(struct encap_headers, vxlan) == 48, "headers meet");
_Static_assert(__builtin_offsetof(struct encap_headers, ip4) == 28, "headers meet");

#define ENCAP_FRAME_OFFSET 12 /* of the EtherType */

/* Kernels replay the length of the inner Ethernet header alone in software GSO. */
#define ENCAP_ROOM_FLAGS (BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_ENCAP_L2(ETH_HLEN))

/* What the outer IP header and the kernel have to know of a tunnel's own header. */
struct encap_kind {
	__u32 bytes;
	__u64 room_flags;
	__u8 protocol;
};

/* clang would fold the writing of the three headers into one, with all their places at hand from the program's beginning
 * on. The verifier can take out a branch, but not that: 50 instructions. */
#define ENCAP_APART() asm volatile("")

/* Writes the tunnel's own header. Only one of them is left in a loaded program. */
static __always_inline void encap_write_tail(struct encap_headers *headers,
					     const struct weft_peer *peer, __be16 ethertype,
					     __u64 hash, __u32 inner_bytes, struct encap_kind *kind)
{
	kind->protocol = IPPROTO_UDP;
	kind->room_flags = ENCAP_ROOM_FLAGS | BPF_F_ADJ_ROOM_ENCAP_L4_UDP;
	if (tunnel == WEFT_TUNNEL_VXLAN) {
		kind->bytes = VXLAN_TAIL_BYTES;
		vxlan_write(&headers->vxlan, peer, ethertype, hash, inner_bytes + VXLAN_TAIL_BYTES);
		ENCAP_APART();
	} else if (tunnel == WEFT_TUNNEL_GENEVE) {
		kind->bytes = GENEVE_TAIL_BYTES;
		geneve_write(&headers->geneve, peer, ethertype, hash,
			     inner_bytes + GENEVE_TAIL_BYTES);
		ENCAP_APART();
	} else {
		kind->bytes = GRE_TAIL_BYTES;
		kind->protocol = IPPROTO_GRE;
		kind->room_flags = ENCAP_ROOM_FLAGS | BPF_F_ADJ_ROOM_ENCAP_L4_GRE;
		gre_write(&headers->gre, peer, ethertype);
		ENCAP_APART();
	}
}

static __always_inline __u8 encap_ecn(struct __sk_buff *skb)
{
	__be16 *head = (void *)(long)skb->data + ETH_HLEN;

	if ((void *)(head + 1) > (void *)(long)skb->data_end)
		return ECN_NONE;
	return ecn_of(*head, !feature_ipv4 || skb->protocol == bpf_htons(ETH_P_IPV6));
}

/* Room before a packet that the container has put into a tunnel of its own, and of which the kernel is still to make a checksum:
 * it is marked as encapsulated, and no packet can be that twice (EALREADY, Linux 6.18). What the mark says of it stays
 * true behind more headers, so the room is made without saying so; then nobody but us tells the kernel that the packet is
 * of another family now, and changing that moves the first bytes of its header. 0: done. */
__called int encap_again(struct __sk_buff *skb, __u32 bytes, __u32 ipv4)
{
	const __s32 difference = sizeof(struct ipv6hdr) - sizeof(struct iphdr);
	__u8 head[sizeof(struct ipv6hdr) - sizeof(struct iphdr)];
	bool was_ipv4 = feature_ipv4 && skb->protocol == bpf_htons(ETH_P_IP);
	bool changes = was_ipv4 != !!ipv4;
	__s32 room = bytes;

	if (skb->gso_size)
		return 1; /* Its segments would all have the lengths of the whole in their middle headers. */
	if (changes) {
		if (bpf_skb_load_bytes(skb, ETH_HLEN, head, sizeof(head)) ||
		    bpf_skb_change_proto(skb, bpf_htons(ipv4 ? ETH_P_IP : ETH_P_IPV6), 0))
			return 1;
		room += was_ipv4 ? -difference : difference;
	}
	if (bpf_skb_adjust_room(skb, room, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO))
		return 1;
	return changes && bpf_skb_store_bytes(skb, ETH_HLEN + bytes, head, sizeof(head), 0);
}

static __always_inline __u32 encap_store(struct __sk_buff *skb, void *from, __u32 bytes, __u64 flags)
{
	if (bpf_skb_adjust_room(skb, bytes, BPF_ADJ_ROOM_MAC, flags) &&
	    encap_again(skb, bytes, !!(flags & BPF_F_ADJ_ROOM_ENCAP_L3_IPV4)))
		return WEFT_FAILED(ENCAP_ROOM);
	if (bpf_skb_store_bytes(skb, ENCAP_FRAME_OFFSET, from, sizeof(__be16) + bytes, 0))
		return WEFT_FAILED(ENCAP_WRITE);
	return WEFT_FORWARDED;
}

/* Wraps the packet for the peer's host, over the family of that host's address. Called, so that the headers are not on the
 * stack of those that decide before it. */
__called __u32 tunnel_encap(struct __sk_buff *skb, const struct packet *packet,
			      const struct weft_peer *peer)
{
	__u32 bytes = skb->len - ETH_HLEN;
	struct encap_headers headers;
	__u8 ecn = encap_ecn(skb);
	struct encap_kind kind;
	__u64 hash;

	if (!packet || !peer)
		return WEFT_DROP_INTERNAL;
	hash = tunnel_flow_hash(packet);
	encap_write_tail(&headers, peer, skb->protocol, hash, bytes, &kind);
	bytes += kind.bytes;
	if (underlay_has_ipv4() && address_is_mapped(&peer->underlay)) {
		headers.ethertype4 = bpf_htons(ETH_P_IP);
		underlay_write4(&headers.ip4, peer, kind.protocol, ecn, bytes);
		return encap_store(skb, &headers.ethertype4, sizeof(headers.ip4) + kind.bytes,
				   kind.room_flags | BPF_F_ADJ_ROOM_ENCAP_L3_IPV4);
	}
	if (underlay_has_ipv6() && !address_is_mapped(&peer->underlay)) {
		headers.ethertype6 = bpf_htons(ETH_P_IPV6);
		underlay_write6(&headers.ip6, peer, kind.protocol, ecn, hash, bytes);
		return encap_store(skb, &headers.ethertype6, sizeof(headers.ip6) + kind.bytes,
				   kind.room_flags | BPF_F_ADJ_ROOM_ENCAP_L3_IPV6);
	}
	return WEFT_DROP_NO_ROUTE;
}

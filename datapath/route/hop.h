/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/peer.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "parse/packet.h"
#include "route/peer.h"

/* The host is one hop of the way between two containers: it takes one from the hop limit and refuses what would not fit
 * into the tunnel. What the host's stack forwards, the stack checks. */

/* linux/skbuff.h: the segments have lengths of their own (SCTP). */
#define GSO_BY_FRAGS 0xffff

/* linux/ipv6.h: what the kernel puts behind the header of a packet that is longer than its length field can tell. */
#define HOP_JUMBO_BYTES 8
#define HOP_JUMBO_OPTION 0xc2

/* Takes the jumbo payload option (RFC 2675) out of a super-packet that leaves the host: its segments have lengths, and behind a
 * tunnel's headers the kernel would not find it. Bytes that are gone. */
__called __u32 hop_take_jumbo(struct __sk_buff *skb)
{
	struct ipv6hdr *ip = (void *)(long)skb->data + ETH_HLEN;
	__u8 *option = (void *)(ip + 1);
	__u8 next;

	if ((void *)option + HOP_JUMBO_BYTES > (void *)(long)skb->data_end || ip->nexthdr != 0 ||
	    ip->payload_len != 0 || option[1] != 0 || option[2] != HOP_JUMBO_OPTION)
		return 0;
	next = option[0];
	if (bpf_skb_adjust_room(skb, -HOP_JUMBO_BYTES, BPF_ADJ_ROOM_NET, BPF_F_ADJ_ROOM_FIXED_GSO))
		return 0;
	ip = (void *)(long)skb->data + ETH_HLEN;
	if ((void *)(ip + 1) > (void *)(long)skb->data_end)
		return 0;
	ip->nexthdr = next;
	return HOP_JUMBO_BYTES;
}

static __always_inline bool hop_is_jumbo(const struct __sk_buff *skb)
{
	return skb->gso_size && skb->len > ETH_HLEN + PARSE_LENGTH_MAX &&
	       skb->protocol == bpf_htons(ETH_P_IPV6);
}

/* Of a super-packet, the longest segment counts. bpf_check_mtu knows devices, not tunnels. */
__called bool hop_segments_too_big(struct __sk_buff *skb, __u32 l4_offset, __u32 protocol, __u32 mtu)
{
	__u8 tcp_words = sizeof(struct udphdr) / 4 << 4;

	if (skb->gso_size == GSO_BY_FRAGS)
		return false;
	if (protocol == IPPROTO_TCP)
		bpf_skb_load_bytes(skb, l4_offset + 12, &tcp_words, sizeof(tcp_words));
	return l4_offset - ETH_HLEN + (tcp_words >> 4) * 4 + skb->gso_size > mtu;
}

/* RFC 8200 5: what every link takes. */
#define HOP_MTU_MIN 1280

/* The largest IP packet that gets to the peer's host: what leaves here, unless that host's own wire takes less. Few packets
 * are so large that this must be known. */
static __always_inline __u32 hop_mtu(const struct weft_peer *peer)
{
	const struct weft_host *host = bpf_map_lookup_elem(&hosts, &peer->underlay);

	return host && host->mtu && host->mtu < path_mtu ? host->mtu : path_mtu;
}

/* The MTU that the packet is too big for; 0: it is not. */
static __always_inline __u32 hop_too_big(struct __sk_buff *skb, const struct packet *packet,
					 const struct weft_peer *peer)
{
	__u32 mtu;

	if (path_mtu == 0 || skb->len <= ETH_HLEN + HOP_MTU_MIN)
		return 0;
	mtu = hop_mtu(peer);
	if (skb->len <= ETH_HLEN + mtu)
		return 0;
	if (skb->gso_size && !hop_segments_too_big(skb, packet->l4_offset, packet->protocol, mtu))
		return 0;
	return mtu;
}

/* Takes one from the hop limit, which is more than that. */
static __always_inline __u32 hop_take(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	struct ipv6hdr *ip6 = data + ETH_HLEN;
	struct iphdr *ip = data + ETH_HLEN;
	__u32 check;

	if (!feature_ipv4 || skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if ((void *)(ip6 + 1) > end)
			return WEFT_DROP_MALFORMED;
		ip6->hop_limit--;
		return WEFT_FORWARDED;
	}
	if ((void *)(ip + 1) > end)
		return WEFT_DROP_MALFORMED;
	ip->ttl--;
	check = ip->check + bpf_htons(0x0100); /* RFC 1141 */
	ip->check = check + (check >= 0xffff);
	return WEFT_FORWARDED;
}

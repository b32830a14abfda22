/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "deliver/container.h"
#include "parse/packet.h"

/* The gateway is no device, so that its pings are answered here: the packet is turned round. */

#define ECHO_HOP_LIMIT 64

static __always_inline bool echo_is_for_gateway(const struct packet *packet, bool ipv6)
{
	if (ipv6)
		return packet->protocol == IPPROTO_ICMPV6 && packet->icmp_type == ICMP6_ECHO &&
		       address_is_gateway(&packet->destination);
	return packet->protocol == IPPROTO_ICMP && packet->icmp_type == ICMP4_ECHO &&
	       address_is_mapped(&packet->destination) &&
	       address_ipv4(&packet->destination) == ADDRESS_GATEWAY4;
}

static __always_inline void echo_turn6(struct ipv6hdr *ip)
{
	struct weft_address source;

	address_copy(&source, &ip->saddr);
	address_copy((struct weft_address *)&ip->saddr, &ip->daddr);
	address_copy((struct weft_address *)&ip->daddr, &source);
	ip->hop_limit = ECHO_HOP_LIMIT;
}

static __always_inline bool echo_turn4(struct __sk_buff *skb, struct iphdr *ip)
{
	__u16 before = *(__u16 *)&ip->ttl;
	__be32 source = ip->saddr;
	__u16 after;

	ip->saddr = ip->daddr;
	ip->daddr = source;
	ip->ttl = ECHO_HOP_LIMIT;
	after = *(__u16 *)&ip->ttl;
	return bpf_l3_csum_replace(skb, ETH_HLEN + 10, before, after, sizeof(after)) == 0;
}

/* Turns the packet round. The checksum of the message notices only that the request became a reply. */
__called __u32 echo_turn(struct __sk_buff *skb, __u32 l4_offset)
{
	bool ipv6 = skb->protocol == bpf_htons(ETH_P_IPV6);
	void *ip = (void *)(long)skb->data + ETH_HLEN;
	void *end = (void *)(long)skb->data_end;
	__u8 request = ipv6 ? ICMP6_ECHO : ICMP4_ECHO;
	__u8 reply = ipv6 ? ICMP6_ECHO_REPLY : ICMP4_ECHO_REPLY;

	if (ip + sizeof(struct iphdr) > end)
		return WEFT_DROP_MALFORMED;
	if (ipv6) {
		if (ip + sizeof(struct ipv6hdr) > end)
			return WEFT_DROP_MALFORMED;
		echo_turn6(ip);
	} else if (!echo_turn4(skb, ip)) {
		return WEFT_FAILED(ANSWER_ECHO);
	}
	if (bpf_l4_csum_replace(skb, l4_offset + 2, bpf_htons(request << 8), bpf_htons(reply << 8), 2) ||
	    bpf_skb_store_bytes(skb, l4_offset, &reply, sizeof(reply), 0))
		return WEFT_FAILED(ANSWER_ECHO);
	return WEFT_ANSWERED;
}

/* From the container's own address or a link-local one, in one piece. */
static __always_inline __u32 echo_answer(struct __sk_buff *skb, const struct packet *packet,
					 bool ipv6, int *action)
{
	__u32 outcome;

	if (!address_is(&packet->source, ipv6 ? &endpoint_ipv6 : &endpoint_ipv4) &&
	    !address_is_link_local(&packet->source))
		return WEFT_DROP_SOURCE_ADDRESS;
	if (packet->fragment != PACKET_WHOLE)
		return WEFT_DROP_FRAGMENT;
	if (ipv6 && packet->l4_offset != ETH_HLEN + sizeof(struct ipv6hdr))
		return WEFT_DROP_PROTOCOL; /* Nobody sends options to a gateway; they are not to be sent back. */
	outcome = echo_turn(skb, packet->l4_offset);
	if (outcome == WEFT_ANSWERED && deliver_to_container(skb, action) != WEFT_FORWARDED)
		return WEFT_FAILED(DELIVER);
	return outcome;
}

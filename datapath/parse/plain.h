/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/settings.h"
#include "parse/packet.h"

/* TCP and UDP right behind the IP header. */
static __always_inline bool parse_plain_transport(const __u8 *l4, void *end, __u32 bytes,
						  struct packet *packet)
{
	if ((void *)l4 + 8 > end || bytes < 8)
		return false;
	*(__u32 *)&packet->source_port = *(const __u32 *)l4;
	if (packet->protocol == IPPROTO_UDP)
		return true;
	if (packet->protocol != IPPROTO_TCP || (void *)l4 + 20 > end || bytes < 20)
		return false;
	packet->tcp_flags = l4[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
	return true;
}

/* The packets of which there are many: no options, extensions or fragments, and all headers in the linear part. */
static __always_inline bool parse_plain(struct __sk_buff *skb, struct packet *packet)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	struct ipv6hdr *ip6 = data + ETH_HLEN;
	struct iphdr *ip4 = data + ETH_HLEN;
	__u32 bytes;

	__builtin_memset(packet, 0, sizeof(*packet));
	if (skb->protocol == bpf_htons(ETH_P_IPV6)) {
		if ((void *)(ip6 + 1) > end || *(__u8 *)ip6 >> 4 != 6)
			return false;
		bytes = bpf_ntohs(ip6->payload_len);
		if (ETH_HLEN + sizeof(*ip6) + bytes > skb->len)
			return false;
		address_copy(&packet->source, &ip6->saddr);
		address_copy(&packet->destination, &ip6->daddr);
		if (address_half(&packet->source, 0) == 0 || address_half(&packet->destination, 0) == 0)
			return false;
		packet->hop_limit = ip6->hop_limit;
		packet->protocol = ip6->nexthdr;
		packet->l4_offset = ETH_HLEN + sizeof(*ip6);
		return parse_plain_transport((void *)(ip6 + 1), end, bytes, packet);
	}
	if (!feature_ipv4 || skb->protocol != bpf_htons(ETH_P_IP))
		return false;
	if ((void *)(ip4 + 1) > end || *(__u8 *)ip4 != (4 << 4 | 5) ||
	    ip4->frag_off & bpf_htons(0x3fff))
		return false;
	bytes = bpf_ntohs(ip4->tot_len);
	if (ETH_HLEN + bytes > skb->len || bytes < sizeof(*ip4))
		return false;
	address_map(&packet->source, ip4->saddr);
	address_map(&packet->destination, ip4->daddr);
	packet->hop_limit = ip4->ttl;
	packet->protocol = ip4->protocol;
	packet->l4_offset = ETH_HLEN + sizeof(*ip4);
	return parse_plain_transport((void *)(ip4 + 1), end, bytes - sizeof(*ip4), packet);
}

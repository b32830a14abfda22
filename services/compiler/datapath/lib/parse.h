/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "address.h"
#include "../abi/drop.h"
#include "../abi/settings.h"

enum packet_kind {
	PACKET_FLOW,		/* belongs to the flow that its addresses and ports name */
	PACKET_STATELESS,	/* ICMP that nobody answers: judged by the policy alone */
	PACKET_ERROR,		/* ICMP error: belongs to the flow of the packet inside */
	PACKET_FRAGMENT,	/* a later fragment: no ports */
};

/* What the rest of the pipeline knows of a packet. */
struct packet {
	struct weft_address source;
	struct weft_address destination;
	__be16 source_port;	/* ICMP echo: the identifier in both; neither TCP, UDP nor SCTP: 0 */
	__be16 destination_port;
	__u16 icmp_port;	/* what a policy sees as port: type of the request << 8 | code */
	__u16 l4_offset;
	__u8 protocol;
	__u8 kind;		/* enum packet_kind */
	__u8 tcp_flags;
	__u8 icmp_type;
	__u8 hop_limit;
};

/* Not an outcome: the linear part of the packet ended before the headers did. */
#define PARSE_SHORT WEFT_OUTCOME_COUNT

/* As far as headers are looked for; also the bound of what is pulled into the linear part. */
#define PARSE_BYTES_MAX 256
#define PARSE_EXTENSIONS_MAX 4

/* Hop-by-hop options, routing, fragment, destination options. */
#define PARSE_EXTENSIONS (1ULL << 0 | 1ULL << 43 | 1ULL << 44 | 1ULL << 60)

static __always_inline __u32 parse_icmp(const __u8 *icmp, struct packet *packet)
{
	bool six = packet->protocol == IPPROTO_ICMPV6;
	__u8 request = six ? ICMP6_ECHO : ICMP4_ECHO;
	__u8 type = icmp[0];

	packet->icmp_type = type;
	if (type == request || type == (six ? ICMP6_ECHO_REPLY : ICMP4_ECHO_REPLY)) {
		packet->icmp_port = (__u16)request << 8;
		packet->source_port = *(const __be16 *)(icmp + 4);
		packet->destination_port = packet->source_port;
		return WEFT_FORWARDED;
	}
	packet->icmp_port = (__u16)type << 8 | icmp[1];
	packet->kind = PACKET_STATELESS;
	if (six ? type <= ICMP6_ERROR_MAX :
		  type == ICMP4_UNREACHABLE || type == ICMP4_TIME_EXCEEDED ||
			  type == ICMP4_PARAMETER_PROBLEM)
		packet->kind = PACKET_ERROR;
	return WEFT_FORWARDED;
}

/* Ports, TCP flags, ICMP type. */
static __always_inline __u32 parse_transport(void *data, void *end, __u32 offset,
					     struct packet *packet)
{
	__u8 *l4 = data + offset;

	packet->l4_offset = offset;
	switch (packet->protocol) {
	case IPPROTO_TCP:
		if ((void *)l4 + 20 > end)
			return PARSE_SHORT;
		packet->tcp_flags = l4[13];
		break;
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
		if ((void *)l4 + 8 > end)
			return PARSE_SHORT;
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if ((void *)l4 + 8 > end)
			return PARSE_SHORT;
		return parse_icmp(l4, packet);
	default:
		return WEFT_FORWARDED;
	}
	packet->source_port = ((__be16 *)l4)[0];
	packet->destination_port = ((__be16 *)l4)[1];
	return WEFT_FORWARDED;
}

/* IPv6 extension headers up to the transport header, within a bound. */
static __always_inline __u32 parse_extensions(void *data, void *end, __u32 *offset,
					      struct packet *packet)
{
#pragma clang loop unroll(disable)
	for (int i = 0; i < PARSE_EXTENSIONS_MAX; i++) {
		__u8 *header = data + *offset;
		__u8 next = packet->protocol;

		if (next > 63 || !(1ULL << next & PARSE_EXTENSIONS))
			return WEFT_FORWARDED;
		if ((void *)header + 8 > end)
			return PARSE_SHORT;
		packet->protocol = header[0];
		if (next == IPPROTO_ROUTING && header[3] != 0)
			return WEFT_DROP_PROTOCOL; /* The next hop is not the destination that was judged. */
		if (next == IPPROTO_FRAGMENT) {
			*offset += 8;
			if (*(__be16 *)(header + 2) & bpf_htons(0xfff8)) {
				packet->kind = PACKET_FRAGMENT;
				return WEFT_FORWARDED;
			}
			continue;
		}
		*offset += (header[1] + 1) * 8;
		if (*offset > PARSE_BYTES_MAX)
			return WEFT_DROP_PROTOCOL;
	}
	return WEFT_DROP_PROTOCOL;
}

static __always_inline __u32 parse_ipv6(struct __sk_buff *skb, void *data, void *end,
					__u32 *offset, struct packet *packet)
{
	struct ipv6hdr *ip = data + ETH_HLEN;

	*offset = ETH_HLEN + sizeof(*ip);
	if ((void *)(ip + 1) > end)
		return PARSE_SHORT;
	if (*(__u8 *)ip >> 4 != 6 || *offset + bpf_ntohs(ip->payload_len) > skb->len)
		return WEFT_DROP_MALFORMED;
	address_copy(&packet->source, &ip->saddr);
	address_copy(&packet->destination, &ip->daddr);
	if (address_is_mapped(&packet->source) || address_is_mapped(&packet->destination))
		return WEFT_DROP_MALFORMED; /* Inside, such an address means IPv4. */
	packet->hop_limit = ip->hop_limit;
	packet->protocol = ip->nexthdr;
	if (packet->protocol < 64 && 1ULL << packet->protocol & PARSE_EXTENSIONS) {
		__u32 outcome = parse_extensions(data, end, offset, packet);

		if (outcome != WEFT_FORWARDED)
			return outcome;
	}
	return packet->protocol == IPPROTO_ICMP ? WEFT_DROP_PROTOCOL : WEFT_FORWARDED;
}

static __always_inline __u32 parse_ipv4(struct __sk_buff *skb, void *data, void *end,
					__u32 *offset, struct packet *packet)
{
	struct iphdr *ip = data + ETH_HLEN;
	__u32 length, total;

	if ((void *)(ip + 1) > end)
		return PARSE_SHORT;
	length = (*(__u8 *)ip & 0x0f) * 4;
	total = bpf_ntohs(ip->tot_len);
	if (*(__u8 *)ip >> 4 != 4 || length < sizeof(*ip) || total < length ||
	    ETH_HLEN + total > skb->len)
		return WEFT_DROP_MALFORMED;
	address_map(&packet->source, ip->saddr);
	address_map(&packet->destination, ip->daddr);
	packet->hop_limit = ip->ttl;
	packet->protocol = ip->protocol;
	if (ip->frag_off & bpf_htons(0x1fff))
		packet->kind = PACKET_FRAGMENT;
	*offset = ETH_HLEN + length;
	return packet->protocol == IPPROTO_ICMPV6 ? WEFT_DROP_PROTOCOL : WEFT_FORWARDED;
}

/* Reads the headers of an IP packet behind an Ethernet header. Headers beyond the linear part are pulled in once. */
static __always_inline __u32 parse_packet(struct __sk_buff *skb, struct packet *packet)
{
	__u32 outcome = WEFT_DROP_MALFORMED;

#pragma clang loop unroll(disable)
	for (int attempt = 0; attempt < 2; attempt++) {
		void *data = (void *)(long)skb->data;
		void *end = (void *)(long)skb->data_end;
		__u32 pull = skb->len < PARSE_BYTES_MAX ? skb->len : PARSE_BYTES_MAX;
		__u32 offset = 0;

		__builtin_memset(packet, 0, sizeof(*packet));
		if (skb->protocol == bpf_htons(ETH_P_IPV6))
			outcome = parse_ipv6(skb, data, end, &offset, packet);
		else if (feature_ipv4 && skb->protocol == bpf_htons(ETH_P_IP))
			outcome = parse_ipv4(skb, data, end, &offset, packet);
		else
			outcome = WEFT_DROP_PROTOCOL;
		if (outcome == WEFT_FORWARDED && packet->kind != PACKET_FRAGMENT)
			outcome = parse_transport(data, end, offset, packet);
		if (outcome != PARSE_SHORT)
			return outcome;
		if (bpf_skb_pull_data(skb, pull))
			break;
	}
	return WEFT_DROP_MALFORMED;
}

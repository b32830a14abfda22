/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "parse/bounds.h"
#include "parse/packet.h"

#define SCTP_INIT 1
#define SCTP_INIT_ACK 2
#define SCTP_ABORT 6
#define SCTP_SHUTDOWN 7
#define SCTP_SHUTDOWN_ACK 8
#define SCTP_SHUTDOWN_COMPLETE 14

/* The packet ends before its headers do. In a first fragment they all have to be (RFC 7112, RFC 1858): else what is
 * judged is not what the receiver puts together. */
static __always_inline __u32 parse_cut_short(const struct packet *packet)
{
	return packet->fragment == PACKET_FIRST_FRAGMENT ? WEFT_DROP_FRAGMENT : WEFT_DROP_MALFORMED;
}

static __always_inline __u8 parse_sctp(__u8 chunk)
{
	switch (chunk) {
	case SCTP_INIT:
		return TCP_SYN;
	case SCTP_INIT_ACK:
		return TCP_SYN | TCP_ACK;
	case SCTP_ABORT:
		return TCP_RST;
	case SCTP_SHUTDOWN:
	case SCTP_SHUTDOWN_ACK:
	case SCTP_SHUTDOWN_COMPLETE:
		return TCP_FIN | TCP_ACK;
	default:
		return TCP_ACK;
	}
}

/* The ports of an echo. No identifier's request has the key of another's answer: for that, either would have to be the next
 * of the other. A constant in place of the next number would be some request's own identifier. */
static __always_inline void parse_echo(__be16 identifier, bool request, struct packet *packet)
{
	__be16 next = bpf_htons(bpf_ntohs(identifier) + 1);

	packet->source_port = request ? identifier : next;
	packet->destination_port = request ? next : identifier;
}

static __always_inline __u32 parse_icmp(const __u8 *icmp, struct packet *packet)
{
	bool six = packet->protocol == IPPROTO_ICMPV6;
	__u8 request = six ? ICMP6_ECHO : ICMP4_ECHO;
	__u8 type = icmp[0];

	packet->icmp_type = type;
	if (type == request || type == (six ? ICMP6_ECHO_REPLY : ICMP4_ECHO_REPLY)) {
		packet->icmp_port = (__u16)request << 8;
		parse_echo(*(const __be16 *)(icmp + 4), type == request, packet);
		return WEFT_FORWARDED;
	}
	if (six && packet->fragment && type >= ICMP6_ROUTER_SOLICITATION && type <= ICMP6_REDIRECT)
		return WEFT_DROP_NEIGHBOUR; /* RFC 6980 */
	packet->icmp_port = (__u16)type << 8 | icmp[1];
	packet->kind = PACKET_STATELESS;
	if (six ? type <= ICMP6_ERROR_MAX :
		  type == ICMP4_UNREACHABLE || type == ICMP4_TIME_EXCEEDED ||
			  type == ICMP4_PARAMETER_PROBLEM)
		packet->kind = PACKET_ERROR;
	return WEFT_FORWARDED;
}

/* The length that an IP header tells, or for a packet that is longer than that one that no header reaches: so far only headers are
 * looked for. Without a branch, and within what a header can tell, so that the verifier need not go both ways (Linux 6.18: 9,000
 * instructions). */
static __always_inline __u32 parse_length(const struct __sk_buff *skb, __u16 told)
{
	__u64 length = skb->len, segment = skb->gso_size, field = told;
	__u64 jumbo;

	asm volatile("" : "+r"(length), "+r"(segment), "+r"(field));
	jumbo = ((field - 1) & (0 - segment) & (ETH_HLEN + PARSE_LENGTH_MAX - length)) >> 63;
	return (field & PARSE_LENGTH_MAX) | ((0 - jumbo) & PARSE_LENGTH_FAR);
}

/* Bytes that every transport header has at least. */
static __always_inline __u32 parse_transport_bytes(__u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_SCTP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return 8;
	default:
		return 0;
	}
}

/* Ports, TCP flags, ICMP type. `limit` is where the IP packet ends, which may be before the frame does. */
static __always_inline __u32 parse_transport(void *data, void *end, __u32 offset, __u32 limit,
					     struct packet *packet)
{
	__u8 *l4 = data + offset;

	packet->l4_offset = offset;
	if (offset + parse_transport_bytes(packet->protocol) > limit)
		return parse_cut_short(packet);
	switch (packet->protocol) {
	case IPPROTO_TCP:
		if ((void *)l4 + 20 > end)
			return PARSE_SHORT;
		packet->tcp_flags = l4[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
		break;
	case IPPROTO_SCTP:
		if ((void *)l4 + 16 > end)
			return PARSE_SHORT;
		packet->tcp_flags = parse_sctp(l4[12]);
		break;
	case IPPROTO_UDP:
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

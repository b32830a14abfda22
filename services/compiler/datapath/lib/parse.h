/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "address.h"
#include "packet.h"
#include "../abi/drop.h"
#include "../abi/settings.h"


/* Not an outcome: the linear part of the packet ended before the headers did. */
#define PARSE_SHORT WEFT_OUTCOME_COUNT

/* As far as headers are looked for; also the bound of what is pulled into the linear part. */
#define PARSE_BYTES_MAX 256
#define PARSE_EXTENSIONS_MAX 4

/* Hop-by-hop options, routing, fragment, authentication, destination options. */
#define PARSE_EXTENSIONS (1ULL << 0 | 1ULL << 43 | 1ULL << 44 | 1ULL << 51 | 1ULL << 60)

#define OPTION_END 0
#define OPTION_NONE 1
#define OPTION_LOOSE_ROUTE 131
#define OPTION_STRICT_ROUTE 137

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

/* A fragment of `bytes` at `at` of its packet. Those that a receiver could only refuse, or that would lie over the headers
 * that the first one was judged by (RFC 1858, RFC 3128, RFC 5722), are refused here. */
static __always_inline __u32 parse_fragment(__u32 at, bool more, __u32 bytes, struct packet *packet)
{
	if (at == 0 && !more) {
		packet->fragment = PACKET_ATOMIC;
		return WEFT_FORWARDED;
	}
	packet->fragment = at ? PACKET_LATER_FRAGMENT : PACKET_FIRST_FRAGMENT;
	if (at)
		packet->kind = PACKET_FRAGMENT;
	if (bytes == 0 || (more && bytes & 7) || at + bytes > 0xffff)
		return WEFT_DROP_FRAGMENT;
	return at && at < parse_transport_bytes(packet->protocol) ? WEFT_DROP_FRAGMENT : WEFT_FORWARDED;
}

/* IPv6 extension headers up to the transport header, within a bound. */
static __always_inline __u32 parse_extensions(void *data, void *end, __u32 *offset, __u32 limit,
					      struct packet *packet)
{
#pragma clang loop unroll(disable)
	for (int i = 0; i <= PARSE_EXTENSIONS_MAX; i++) {
		__u8 *header = data + *offset;
		__u8 next = packet->protocol;

		if (next > 63 || !(1ULL << next & PARSE_EXTENSIONS))
			return WEFT_FORWARDED;
		if (i == PARSE_EXTENSIONS_MAX)
			break;
		if (*offset + 8 > limit)
			return parse_cut_short(packet);
		if ((void *)header + 8 > end)
			return PARSE_SHORT;
		packet->protocol = header[0];
		if (next == IPPROTO_FRAGMENT) {
			__u16 field = bpf_ntohs(*(__be16 *)(header + 2));
			__u32 outcome;

			if (packet->fragment)
				return WEFT_DROP_EXTENSION;
			*offset += 8;
			packet->fragment_id = *(__u32 *)(header + 4);
			outcome = parse_fragment(field & 0xfff8, field & 1, limit - *offset, packet);
			if (outcome != WEFT_FORWARDED || packet->kind == PACKET_FRAGMENT)
				return outcome;
			continue;
		}
		/* What routing leaves over is not the destination that was judged; nobody here reads authentication;
		 * hop-by-hop options come first (RFC 8200 4.1). */
		if ((next == IPPROTO_ROUTING && header[3] != 0) || next == IPPROTO_AH ||
		    (next == 0 && i > 0))
			return WEFT_DROP_EXTENSION;
		*offset += (header[1] + 1) * 8;
		if (*offset > PARSE_BYTES_MAX)
			return WEFT_DROP_EXTENSION;
	}
	return WEFT_DROP_EXTENSION;
}

static __always_inline __u32 parse_ipv6(struct __sk_buff *skb, void *data, void *end,
					__u32 *offset, __u32 *limit, struct packet *packet)
{
	struct ipv6hdr *ip = data + ETH_HLEN;

	*offset = ETH_HLEN + sizeof(*ip);
	if ((void *)(ip + 1) > end)
		return PARSE_SHORT;
	*limit = *offset + bpf_ntohs(ip->payload_len);
	if (*(__u8 *)ip >> 4 != 6 || *limit > skb->len)
		return WEFT_DROP_MALFORMED;
	address_copy(&packet->source, &ip->saddr);
	address_copy(&packet->destination, &ip->daddr);
	if (address_is_mapped(&packet->source) || address_is_mapped(&packet->destination))
		return WEFT_DROP_MALFORMED; /* Inside, such an address means IPv4. */
	packet->hop_limit = ip->hop_limit;
	packet->protocol = ip->nexthdr;
	if (packet->protocol < 64 && 1ULL << packet->protocol & PARSE_EXTENSIONS) {
		__u32 outcome = parse_extensions(data, end, offset, *limit, packet);

		if (outcome != WEFT_FORWARDED)
			return outcome;
	}
	return packet->protocol == IPPROTO_ICMP ? WEFT_DROP_PROTOCOL : WEFT_FORWARDED;
}

struct parse_options {
	__u8 bytes[64];	/* 40 are the most; an index of 6 bits cannot leave it */
	__u32 end;
	__u32 at;
	__u32 outcome;
};

/* One option; 1: it was the last to be looked at. A callback of bpf_loop: as a loop, the
 * verifier (Linux 6.18) walked 126,000 instructions of it. */
static long parse_option(__u32 index __attribute__((unused)), struct parse_options *options)
{
	__u8 type = options->bytes[options->at & 63];
	__u8 length = options->bytes[(options->at + 1) & 63];

	if (options->at >= options->end || type == OPTION_END)
		return 1;
	if (type == OPTION_NONE)
		length = 1;
	else if (length < 2)
		options->outcome = WEFT_DROP_MALFORMED;
	else if (type == OPTION_LOOSE_ROUTE || type == OPTION_STRICT_ROUTE)
		options->outcome = WEFT_DROP_OPTIONS;
	options->at += length;
	if (options->at > options->end)
		options->outcome = WEFT_DROP_MALFORMED;
	return options->outcome != WEFT_FORWARDED;
}

/* IPv4 options (RFC 791 3.1): all of them whole, and none that sends the packet elsewhere than to the destination that is
 * judged (RFC 7126 4.3, 4.4). Global, so that the verifier walks it once. */
__noinline __u32 parse_ipv4_options(struct __sk_buff *skb, __u32 bytes)
{
	struct parse_options options = { .end = bytes };

	if (bytes == 0 || bytes > 40 ||
	    bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct iphdr), options.bytes, bytes))
		return WEFT_DROP_MALFORMED;
	bpf_loop(40, parse_option, &options, 0);
	return options.outcome;
}

static __always_inline __u32 parse_ipv4(struct __sk_buff *skb, void *data, void *end,
					__u32 *offset, __u32 *limit, struct packet *packet)
{
	struct iphdr *ip = data + ETH_HLEN;
	__u32 outcome = WEFT_FORWARDED;
	__u32 length, total;
	__u16 field;

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
	if (packet->protocol == IPPROTO_ICMPV6)
		return WEFT_DROP_PROTOCOL;
	*offset = ETH_HLEN + length;
	*limit = ETH_HLEN + total;
	field = bpf_ntohs(ip->frag_off);
	if (length > sizeof(*ip))
		outcome = parse_ipv4_options(skb, length - sizeof(*ip));
	if (outcome == WEFT_FORWARDED && field & 0x3fff) {
		packet->fragment_id = ip->id;
		outcome = parse_fragment((field & 0x1fff) * 8, field & 0x2000, total - length, packet);
	}
	return outcome;
}

/* Any IP packet behind an Ethernet header. Headers beyond the linear part are pulled in once. A function of its own, so that the
 * verifier goes through it once and what follows does not depend on the way taken here. */
__attribute__((noinline)) __u32 parse_any(struct __sk_buff *skb, struct packet *packet)
{
	__u32 outcome = WEFT_DROP_MALFORMED;

	if (!packet)
		return WEFT_DROP_INTERNAL; /* "R1 invalid mem access 'mem_or_null'" */
#pragma clang loop unroll(disable)
	for (int attempt = 0; attempt < 2; attempt++) {
		void *data = (void *)(long)skb->data;
		void *end = (void *)(long)skb->data_end;
		__u32 pull = skb->len < PARSE_BYTES_MAX ? skb->len : PARSE_BYTES_MAX;
		__u32 offset = 0;
		__u32 limit = 0;

		__builtin_memset(packet, 0, sizeof(*packet));
		if (skb->protocol == bpf_htons(ETH_P_IPV6))
			outcome = parse_ipv6(skb, data, end, &offset, &limit, packet);
		else if (feature_ipv4 && skb->protocol == bpf_htons(ETH_P_IP))
			outcome = parse_ipv4(skb, data, end, &offset, &limit, packet);
		else
			outcome = WEFT_DROP_PROTOCOL;
		if (outcome == WEFT_FORWARDED && packet->kind != PACKET_FRAGMENT)
			outcome = parse_transport(data, end, offset, limit, packet);
		if (outcome != PARSE_SHORT)
			return outcome;
		if (bpf_skb_pull_data(skb, pull))
			break;
	}
	return WEFT_DROP_MALFORMED;
}

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

/* Reads the headers of an IP packet behind an Ethernet header. */
static __always_inline __u32 parse_packet(struct __sk_buff *skb, struct packet *packet)
{
	return parse_plain(skb, packet) ? WEFT_FORWARDED : parse_any(skb, packet);
}

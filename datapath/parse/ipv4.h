/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "parse/bounds.h"
#include "parse/fragment.h"
#include "parse/packet.h"
#include "parse/transport.h"

#define OPTION_END 0
#define OPTION_NONE 1
#define OPTION_LOOSE_ROUTE 131
#define OPTION_STRICT_ROUTE 137

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
 * judged (RFC 7126 4.3, 4.4). */
__called __u32 parse_ipv4_options(struct __sk_buff *skb, __u32 bytes)
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
	total = parse_length(skb, bpf_ntohs(ip->tot_len));
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

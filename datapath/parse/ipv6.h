/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "parse/bounds.h"
#include "parse/fragment.h"
#include "parse/packet.h"
#include "parse/transport.h"

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
	*limit = *offset + parse_length(skb, bpf_ntohs(ip->payload_len));
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

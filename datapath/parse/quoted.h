/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "parse/bounds.h"
#include "parse/packet.h"

/* The transport header inside of an ICMP error, or where an extension header begins: all that an error must quote. */
union quoted_transport {
	__u8 bytes[8];
	__be16 words[4];
};

/* Past the extension headers of the packet inside; false where its ports cannot be found: too many headers, a later
 * fragment, an end. */
static __always_inline bool quoted_skip_extensions(struct __sk_buff *skb, __u32 *offset, __u8 *protocol)
{
#pragma clang loop unroll(disable)
	for (int i = 0; i <= PARSE_EXTENSIONS_MAX; i++) {
		union quoted_transport header;
		__u8 next = *protocol;

		if (next > 63 || !(1ULL << next & PARSE_EXTENSIONS))
			return true;
		if (i == PARSE_EXTENSIONS_MAX)
			break;
		if (*offset > 2 * PARSE_BYTES_MAX || bpf_skb_load_bytes(skb, *offset, &header, 8))
			return false;
		*protocol = header.bytes[0];
		if (next != IPPROTO_FRAGMENT)
			*offset += header.bytes[1] * 8;
		else if (header.words[1] & bpf_htons(0xfff8))
			return false;
		*offset += 8;
	}
	return false;
}

static __always_inline bool quoted_read6(struct __sk_buff *skb, __u32 *offset, struct packet *inner)
{
	struct ipv6hdr ip;

	if (bpf_skb_load_bytes(skb, *offset, &ip, sizeof(ip)) || *(__u8 *)&ip >> 4 != 6)
		return false;
	address_copy(&inner->source, &ip.saddr);
	address_copy(&inner->destination, &ip.daddr);
	inner->protocol = ip.nexthdr;
	*offset += sizeof(ip);
	return quoted_skip_extensions(skb, offset, &inner->protocol);
}

static __always_inline bool quoted_read4(struct __sk_buff *skb, __u32 *offset, struct packet *inner)
{
	struct iphdr ip;
	__u32 length;

	if (bpf_skb_load_bytes(skb, *offset, &ip, sizeof(ip)) || *(__u8 *)&ip >> 4 != 4)
		return false;
	length = (*(__u8 *)&ip & 0x0f) * 4;
	if (length < sizeof(ip) || ip.frag_off & bpf_htons(0x1fff))
		return false;
	address_map(&inner->source, ip.saddr);
	address_map(&inner->destination, ip.daddr);
	inner->protocol = ip.protocol;
	*offset += length;
	return true;
}

/* Addresses and protocol of the IP packet at an offset, and where its transport header is; 0: it is not there. Global, so that it
 * is in a program once. */
__called __u32 quoted_read(struct __sk_buff *skb, __u32 offset, __u32 ipv6, struct packet *inner)
{
	if (!inner)
		return 0;
	if (ipv6 ? quoted_read6(skb, &offset, inner) : quoted_read4(skb, &offset, inner))
		return offset;
	return 0;
}

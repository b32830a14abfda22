/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "parse/neighbour.h"

/* A container's only neighbour is its host, so Neighbour Discovery from another host is a lie. Behind extension headers and in
 * fragments it is not looked for: a container's packet has lost a hop when it gets here, so that one with all of its
 * hops is none of a container's, and with fewer no receiver takes it for Neighbour Discovery. Neither TCP nor UDP comes
 * here. */
__called __u32 neighbour_check(struct __sk_buff *skb, __u32 ip_offset)
{
	struct ipv6hdr ip;
	__u8 type;

	if (bpf_skb_load_bytes(skb, ip_offset, &ip, sizeof(ip)))
		return WEFT_DROP_MALFORMED;
	if (ip.nexthdr != IPPROTO_ICMPV6)
		return ip.hop_limit == NEIGHBOUR_HOP_LIMIT ? WEFT_DROP_NEIGHBOUR : WEFT_FORWARDED;
	if (bpf_skb_load_bytes(skb, ip_offset + sizeof(ip), &type, sizeof(type)))
		return WEFT_DROP_MALFORMED;
	return neighbour_is_type(type) ? WEFT_DROP_NEIGHBOUR : WEFT_FORWARDED;
}

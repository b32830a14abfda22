/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"

/* RFC 3168: the two bits in which a router says that it is congested, to ends that understand it. */
#define ECN_NONE 0
#define ECN_ECT1 1
#define ECN_ECT0 2
#define ECN_CONGESTED 3
#define ECN_MASK 3

/* Of the first two bytes of an IP header, in network order. */
static __always_inline __u8 ecn_of(__be16 head, bool ipv6)
{
	__u16 bits = bpf_ntohs(head);

	return (ipv6 ? bits >> 4 : bits) & ECN_MASK;
}

/* The packet whose IP header stands at the offset came through a tunnel whose packets carried these bits: RFC 6040
 * section 4.2, figure 4. A sender that does not understand the mark is told by a loss, as it would have been without a
 * tunnel. */
static __always_inline __u32 ecn_leave_tunnel(struct __sk_buff *skb, __u32 offset, bool ipv6,
					      __u8 outer)
{
	__be16 head, marked;
	__u8 inner;

	if (outer == ECN_NONE || outer == ECN_ECT0)
		return WEFT_FORWARDED;
	if (bpf_skb_load_bytes(skb, offset, &head, sizeof(head)))
		return WEFT_FAILED(DECAP_ECN);
	inner = ecn_of(head, ipv6);
	if (inner == ECN_NONE)
		return outer == ECN_CONGESTED ? WEFT_DROP_ECN : WEFT_FORWARDED;
	if (inner == ECN_CONGESTED || inner == outer)
		return WEFT_FORWARDED;
	marked = head ^ bpf_htons((__u16)(inner ^ outer) << (ipv6 ? 4 : 0));
	if (!ipv6 && bpf_l3_csum_replace(skb, offset + __builtin_offsetof(struct iphdr, check),
					 head, marked, sizeof(head)))
		return WEFT_FAILED(DECAP_ECN);
	if (bpf_skb_store_bytes(skb, offset, &marked, sizeof(marked),
				ipv6 ? BPF_F_RECOMPUTE_CSUM : 0))
		return WEFT_FAILED(DECAP_ECN);
	return WEFT_FORWARDED;
}

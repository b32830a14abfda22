/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "parse/ipv4.h"
#include "parse/ipv6.h"
#include "parse/packet.h"
#include "parse/transport.h"

/* Any IP packet behind an Ethernet header. Headers beyond the linear part are pulled in once. A function of its own, so that the
 * verifier goes through it once and what follows does not depend on the way taken here. */
__called __u32 parse_any(struct __sk_buff *skb, struct packet *packet)
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

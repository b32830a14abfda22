/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "parse/bounds.h"
#include "tunnel/tunnel.h"

static __always_inline __u32 native_read(struct __sk_buff *skb, struct tunnel_packet *packet)
{
	const __u32 need = ETH_HLEN + sizeof(struct ipv6hdr);

#pragma clang loop unroll(disable)
	for (int attempt = 0; attempt < 2; attempt++) {
		__u32 outcome = tunnel_read_frame((void *)(long)skb->data,
						  (void *)(long)skb->data_end, 0, packet);

		if (outcome != PARSE_SHORT)
			return outcome;
		if (bpf_skb_pull_data(skb, skb->len < need ? skb->len : need))
			break;
	}
	return TUNNEL_FOREIGN;
}

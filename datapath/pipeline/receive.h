/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "answer/ndisc.h"
#include "deliver/slot.h"
#include "guard/stack.h"
#include "parse/parse.h"
#include "pipeline/admit.h"

/* May the container have it? From another container it was handed over by that one's from_container or by from_uplink,
 * which vouch for source and identity. */
static __always_inline __u32 receive(struct __sk_buff *skb, bool from_stack)
{
	__u32 how = !from_stack && skb->cb[DELIVER_BEGINS] ? FLOW_BEGINS : 0;
	__u32 identity = skb->cb[DELIVER_IDENTITY];
	struct packet packet;
	__u32 outcome;

	if (from_stack && skb->protocol == bpf_htons(ETH_P_ARP))
		return WEFT_FORWARDED;
	outcome = parse_packet(skb, &packet);
	if (outcome != WEFT_FORWARDED)
		return from_stack || !judge_only_watches() ? outcome : WEFT_FORWARDED;
	if (from_stack) {
		if (ndisc_is(&packet))
			return stack_check_ndisc(&packet);
		if (address_is_multicast(&packet.destination))
			return WEFT_DROP_MULTICAST;
		outcome = stack_identity(skb, &packet, &identity);
		if (outcome != WEFT_FORWARDED)
			return outcome;
	}
	return feature_track ? flow_admit(skb, &packet, identity, how) : WEFT_FORWARDED;
}

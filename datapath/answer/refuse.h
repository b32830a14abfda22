/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/record.h"
#include "answer/icmp4.h"
#include "answer/icmp6.h"
#include "parse/packet.h"
#include "record/drop.h"
#include "record/record.h"

/* No errors about errors, nor about fragments other than the first (RFC 4443 2.4(e), RFC 1122 3.2.2). Multicast and
 * sources that are no container never come this far. */
static __always_inline bool icmp_may_tell(const struct packet *packet)
{
	__u8 type = packet->icmp_type;

	if (packet->fragment == PACKET_LATER_FRAGMENT)
		return false;
	if (packet->protocol == IPPROTO_ICMPV6)
		return type >= ICMP6_ECHO;
	if (packet->protocol == IPPROTO_ICMP)
		return type == ICMP4_ECHO || type == ICMP4_ECHO_REPLY ||
		       type > ICMP4_PARAMETER_PROBLEM;
	return true;
}

/* Too big is told without DF as well: a router would make fragments, BPF cannot, and a sender that is told makes them itself.
 * Nobody is told of what was sent to everybody. */
__called int icmp_tell(struct __sk_buff *skb, __u32 outcome, __u32 mtu)
{
	if (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST)
		return ACTION_NEXT;
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return icmp6_tell(skb, outcome, mtu);
	return feature_ipv4 ? icmp4_tell(skb, outcome, mtu) : ACTION_NEXT;
}

/* Drops the packet for this reason, and tells its sender why if that is allowed (`mtu`: what it is too big for). The action is
 * settled, because what is left of the packet may be the error. */
static __always_inline __u32 icmp_refuse(struct __sk_buff *skb, const struct packet *packet,
					 __u32 outcome, __u32 mtu, int *action)
{
	if (record_wanted(WEFT_RECORD_DROP))
		record_drop(skb, outcome, RECORD_SENT, 0, 0);
	if (icmp_may_tell(packet))
		*action = icmp_tell(skb, outcome, mtu);
	if (*action == ACTION_NEXT)
		*action = TC_ACT_SHOT;
	return outcome;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "base/sum.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "answer/icmp.h"

struct icmp6_error {
	struct ipv6hdr ip;
	struct icmp_message icmp;
};

#define ICMP6_QUOTE_MAX (ICMP6_ERROR_BYTES_MAX - sizeof(struct icmp6_error))

static __always_inline void icmp6_address(struct icmp6_error *error, const struct ipv6hdr *refused)
{
	address_copy((struct weft_address *)&error->ip.daddr, &refused->saddr);
	((__be64 *)&error->ip.saddr)[0] = setting_half(&underlay6, 0);
	((__be64 *)&error->ip.saddr)[1] = setting_half(&underlay6, 1);
	if (setting_half(&underlay6, 0) == 0)
		address_set_gateway(&error->ip.saddr);
}

static __always_inline int icmp6_tell(struct __sk_buff *skb, __u32 outcome, __u32 mtu)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;
	struct icmp6_error *error = (void *)(ethernet + 1);
	struct ipv6hdr *refused = (void *)(ethernet + 1);
	void *end = (void *)(long)skb->data_end;
	__u32 quoted;

	if ((void *)(refused + 1) > end || !icmp_budget_take())
		return ACTION_NEXT;
	quoted = icmp_quote(skb, sizeof(*refused) + bpf_ntohs(refused->payload_len), ICMP6_QUOTE_MAX);
	if (!icmp_cut(skb, quoted, sizeof(*error)))
		return ACTION_NEXT;
	ethernet = (void *)(long)skb->data;
	error = (void *)(ethernet + 1);
	refused = (void *)(error + 1);
	end = (void *)(long)skb->data_end;
	if ((void *)(refused + 1) > end)
		return ACTION_NEXT;
	*(__be32 *)&error->ip = bpf_htonl(6 << 28);
	error->ip.payload_len = bpf_htons(sizeof(error->icmp) + quoted);
	error->ip.nexthdr = IPPROTO_ICMPV6;
	error->ip.hop_limit = ICMP_HOP_LIMIT;
	icmp6_address(error, refused);
	icmp_set(&error->icmp, ICMP6_UNREACHABLE, ICMP6_CODE_ADDRESS, 0);
	if (outcome == WEFT_DROP_HOP_LIMIT)
		icmp_set(&error->icmp, ICMP6_TIME_EXCEEDED, 0, 0);
	if (outcome == WEFT_DROP_TOO_BIG)
		icmp_set(&error->icmp, ICMP6_TOO_BIG, 0, mtu);
	error->icmp.checksum = sum_fold(sum_to_end(
		skb, ETH_HLEN + SUM_FROM_ADDRESSES, error->ip.payload_len + bpf_htons(IPPROTO_ICMPV6)));
	return icmp_send(skb, ethernet);
}

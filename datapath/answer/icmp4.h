/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "base/sum.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "answer/icmp.h"

struct icmp4_error {
	struct iphdr ip;
	struct icmp_message icmp;
};

#define ICMP4_QUOTE_MAX (ICMP4_ERROR_BYTES_MAX - sizeof(struct icmp4_error))

static __always_inline void icmp4_header(struct iphdr *ip, __be32 destination, __u32 quoted)
{
	*(__be16 *)ip = bpf_htons(0x4500 | IPV4_CONTROL);
	ip->tot_len = bpf_htons(sizeof(struct icmp4_error) + quoted);
	ip->id = 0;
	ip->frag_off = IPV4_DF;
	ip->ttl = ICMP_HOP_LIMIT;
	ip->protocol = IPPROTO_ICMP;
	ip->saddr = ((const volatile __be32 *)&underlay4)[3];
	if (ip->saddr == 0)
		ip->saddr = ADDRESS_GATEWAY4;
	ip->daddr = destination;
	sum_header(ip);
}

static __always_inline int icmp4_tell(struct __sk_buff *skb, __u32 outcome, __u32 mtu)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;
	struct icmp4_error *error = (void *)(ethernet + 1);
	struct iphdr *refused = (void *)(ethernet + 1);
	void *end = (void *)(long)skb->data_end;
	__u32 quoted;

	if ((void *)(refused + 1) > end)
		return ACTION_NEXT;
	quoted = icmp_quote(skb, bpf_ntohs(refused->tot_len), ICMP4_QUOTE_MAX);
	if (!icmp_budget_take() || !icmp_cut(skb, quoted, sizeof(*error)))
		return ACTION_NEXT;
	ethernet = (void *)(long)skb->data;
	error = (void *)(ethernet + 1);
	refused = (void *)(error + 1);
	end = (void *)(long)skb->data_end;
	if ((void *)(refused + 1) > end)
		return ACTION_NEXT;
	icmp4_header(&error->ip, refused->saddr, quoted);
	icmp_set(&error->icmp, ICMP4_UNREACHABLE, ICMP4_CODE_HOST, 0);
	if (outcome == WEFT_DROP_HOP_LIMIT)
		icmp_set(&error->icmp, ICMP4_TIME_EXCEEDED, 0, 0);
	if (outcome == WEFT_DROP_TOO_BIG)
		icmp_set(&error->icmp, ICMP4_UNREACHABLE, ICMP4_CODE_TOO_BIG, mtu);
	error->icmp.checksum = sum_fold(sum_to_end(skb, ETH_HLEN + sizeof(error->ip), 0));
	return icmp_send(skb, ethernet);
}

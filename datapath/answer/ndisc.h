/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "base/sum.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "answer/ndisc_check.h"
#include "deliver/container.h"
#include "parse/neighbour.h"
#include "parse/packet.h"
#include "route/peer.h"

/* The solicitation becomes the advertisement (RFC 4861 7.2.4). */
static __always_inline __u32 ndisc_advertise(struct __sk_buff *skb)
{
	struct ndisc_packet *told;
	void *end;

	if (bpf_skb_change_tail(skb, ETH_HLEN + sizeof(*told), 0))
		return WEFT_FAILED(ANSWER_NEIGHBOUR);
	told = (void *)(long)skb->data + ETH_HLEN;
	end = (void *)(long)skb->data_end;
	if ((void *)(told + 1) > end)
		return WEFT_FAILED(ANSWER_NEIGHBOUR);
	*(__be32 *)&told->ip = bpf_htonl(6 << 28);
	told->ip.payload_len = bpf_htons(sizeof(told->message));
	address_copy((struct weft_address *)&told->ip.daddr, &told->ip.saddr);
	address_set_gateway(&told->ip.saddr);
	told->message.type = ICMP6_NEIGHBOUR_ADVERTISEMENT;
	told->message.checksum = 0;
	told->message.flags = NDISC_ROUTER_SOLICITED_OVERRIDE;
	told->message.option_type = NDISC_TARGET_LINK_ADDRESS;
	told->message.option_length = 1;
	mac_copy(told->message.option_mac, gateway_mac);
	told->message.checksum = sum_fold(sum_to_end(
		skb, ETH_HLEN + SUM_FROM_ADDRESSES, told->ip.payload_len + bpf_htons(IPPROTO_ICMPV6)));
	return WEFT_ANSWERED;
}

/* A solicitation or advertisement by the rules of RFC 4861 7.1, without extension headers (RFC 6980). */
__called __u32 ndisc_settle(struct __sk_buff *skb, __u32 type)
{
	bool advertisement = type == ICMP6_NEIGHBOUR_ADVERTISEMENT;
	struct ndisc_packet *packet = (void *)(long)skb->data + ETH_HLEN;
	void *end = (void *)(long)skb->data_end;
	__u32 outcome, bytes;
	void *options;

	if ((void *)(&packet->ip + 1) > end)
		return WEFT_DROP_MALFORMED;
	bytes = bpf_ntohs(packet->ip.payload_len);
	if (packet->ip.hop_limit != NEIGHBOUR_HOP_LIMIT || packet->ip.nexthdr != IPPROTO_ICMPV6 ||
	    bytes < NDISC_BYTES_MIN ||
	    bpf_skb_change_tail(skb, ETH_HLEN + sizeof(packet->ip) + bytes, 0))
		return WEFT_DROP_MALFORMED;
	packet = (void *)(long)skb->data + ETH_HLEN;
	end = (void *)(long)skb->data_end;
	options = (void *)packet + sizeof(packet->ip) + NDISC_BYTES_MIN;
	if (options > end || packet->message.code != 0)
		return WEFT_DROP_MALFORMED;
	if (!address_is((void *)&packet->ip.saddr, &endpoint_ipv6) &&
	    !address_is_link_local((void *)&packet->ip.saddr) &&
	    !address_is_unspecified((void *)&packet->ip.saddr))
		return WEFT_DROP_SOURCE_ADDRESS;
	if (sum_fold(sum_to_end(skb, ETH_HLEN + SUM_FROM_ADDRESSES,
				packet->ip.payload_len + bpf_htons(IPPROTO_ICMPV6))) != 0)
		return WEFT_DROP_MALFORMED;
	outcome = ndisc_check_options(options, end, bytes - NDISC_BYTES_MIN, advertisement,
				      address_is_unspecified((void *)&packet->ip.saddr));
	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (advertisement)
		return ndisc_advertisement(packet);
	outcome = ndisc_solicitation(packet);
	return outcome == WEFT_ANSWERED ? ndisc_advertise(skb) : outcome;
}

/* What a container may say in Neighbour Discovery. */
static __always_inline __u32 ndisc_answer(struct __sk_buff *skb, const struct packet *packet,
					  int *action)
{
	__u32 outcome;

	if (packet->icmp_type == ICMP6_ROUTER_SOLICITATION)
		return WEFT_DROP_MULTICAST;
	if (packet->icmp_type != ICMP6_NEIGHBOUR_SOLICITATION &&
	    packet->icmp_type != ICMP6_NEIGHBOUR_ADVERTISEMENT)
		return WEFT_DROP_NEIGHBOUR;
	outcome = ndisc_settle(skb, packet->icmp_type);
	if (outcome == WEFT_ANSWERED && deliver_to_container(skb, action) != WEFT_FORWARDED)
		return WEFT_FAILED(DELIVER);
	return outcome;
}

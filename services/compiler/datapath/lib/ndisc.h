/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "deliver.h"
#include "neighbour.h"
#include "peer.h"
#include "sum.h"
#include "../abi/settings.h"

#define NDISC_ROUTER_SOLICITED_OVERRIDE bpf_htonl(0xe0000000)
#define NDISC_SOURCE_LINK_ADDRESS 1
#define NDISC_TARGET_LINK_ADDRESS 2

/* Neighbour Solicitation and Advertisement (RFC 4861 4.3, 4.4) with one link-layer address option. */
struct ndisc_message {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__be32 flags;
	struct weft_address target;
	__u8 option_type;
	__u8 option_length;
	__u8 option_mac[ETH_ALEN];
};
#define NDISC_BYTES_MIN 24 /* no option */
#define NDISC_OPTIONS_MAX 8

/* What stands behind the Ethernet header of an answer. */
struct ndisc_packet {
	struct ipv6hdr ip;
	struct ndisc_message message;
};

static __always_inline bool ndisc_is(const struct packet *packet)
{
	return packet->protocol == IPPROTO_ICMPV6 && packet->kind != PACKET_FRAGMENT &&
	       neighbour_is_type(packet->icmp_type);
}

static __always_inline bool ndisc_is_solicited_node(const void *address)
{
	return address_half(address, 0) == bpf_cpu_to_be64(0xff02000000000000ULL) &&
	       (address_half(address, 1) & bpf_cpu_to_be64(0xffffffffff000000ULL)) ==
		       bpf_cpu_to_be64(0x00000001ff000000ULL);
}

/* RFC 4861 4.6: all of them whole, none of length zero. Who has no address yet has no link-layer address to tell (7.1.1),
 * and a container's is always the same. */
static __always_inline __u32 ndisc_check_options(const __u8 *option, const void *end, __u32 bytes,
						 bool advertisement, bool unspecified)
{
#pragma clang loop unroll(disable)
	for (int i = 0; i < NDISC_OPTIONS_MAX && bytes; i++) {
		__u32 length;

		if (bytes < 8 || (void *)option + 8 > end)
			return WEFT_DROP_MALFORMED;
		length = option[1] * 8;
		if (length == 0 || length > bytes)
			return WEFT_DROP_MALFORMED;
		if (!advertisement && unspecified && option[0] == NDISC_SOURCE_LINK_ADDRESS)
			return WEFT_DROP_MALFORMED;
		if (advertisement && option[0] == NDISC_TARGET_LINK_ADDRESS &&
		    !mac_is(option + 2, endpoint_mac))
			return WEFT_DROP_SOURCE_MAC;
		option += length;
		bytes -= length;
	}
	return bytes ? WEFT_DROP_MALFORMED : WEFT_FORWARDED;
}

/* The container tells the host its own address and no other, and tells no other container anything: it would believe
 * the teller to be its gateway. */
static __always_inline __u32 ndisc_advertisement(const struct ndisc_packet *told)
{
	if (*(__u8 *)&told->ip.daddr == 0xff || peer_in_mesh((void *)&told->ip.daddr) ||
	    !address_is(&told->message.target, &endpoint_ipv6))
		return WEFT_DROP_NEIGHBOUR;
	return WEFT_FORWARDED;
}

/* Is it a solicitation for the gateway from one who has an address? Silence is what duplicate address detection
 * of the own address wants; that of the gateway's is an attack or a mistake. */
static __always_inline __u32 ndisc_solicitation(const struct ndisc_packet *asked)
{
	bool gateway = address_is_gateway(&asked->message.target);

	if (asked->message.target.bytes[0] == 0xff)
		return WEFT_DROP_MALFORMED;
	if (address_is_unspecified((void *)&asked->ip.saddr)) {
		if (!ndisc_is_solicited_node(&asked->ip.daddr))
			return WEFT_DROP_MALFORMED;
		return gateway ? WEFT_DROP_NEIGHBOUR : WEFT_DROP_MULTICAST;
	}
	if (!gateway)
		return WEFT_DROP_MULTICAST;
	if (!address_is_gateway(&asked->ip.daddr) &&
	    (!ndisc_is_solicited_node(&asked->ip.daddr) ||
	     (asked->ip.daddr.s6_addr32[3] & bpf_htonl(0xffffff)) != bpf_htonl(1)))
		return WEFT_DROP_MALFORMED;
	return WEFT_ANSWERED;
}

/* The solicitation becomes the advertisement (RFC 4861 7.2.4). */
static __always_inline __u32 ndisc_advertise(struct __sk_buff *skb)
{
	struct ndisc_packet *told;
	void *end;

	if (bpf_skb_change_tail(skb, ETH_HLEN + sizeof(*told), 0))
		return WEFT_DROP_INTERNAL;
	told = (void *)(long)skb->data + ETH_HLEN;
	end = (void *)(long)skb->data_end;
	if ((void *)(told + 1) > end)
		return WEFT_DROP_INTERNAL;
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

/* A solicitation or advertisement by the rules of RFC 4861 7.1, without extension headers (RFC 6980). Global, so that
 * the verifier walks it once. */
__noinline __u32 ndisc_settle(struct __sk_buff *skb, __u32 type)
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
		return WEFT_DROP_INTERNAL;
	return outcome;
}

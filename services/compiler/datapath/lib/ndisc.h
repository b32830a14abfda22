/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "parse.h"
#include "peer.h"
#include "../abi/settings.h"

#define NDISC_HOP_LIMIT 255 /* RFC 4861 7.1: a smaller one came through a router */
#define NDISC_ROUTER_SOLICITED_OVERRIDE bpf_htonl(0xe0000000)
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
#define NDISC_BYTES_MAX 64 /* more options than anybody sends */

/* The pad aligns what follows the Ethernet header. */
struct ndisc_frame {
	__u8 pad[2];
	struct ethhdr ethernet;
	struct ipv6hdr ip;
	struct ndisc_message message;
};
#define NDISC_FRAME_BYTES (sizeof(struct ndisc_frame) - 2)

/* Room for a message as received; rest zero, which adds nothing to the checksum. */
struct ndisc_received {
	struct ndisc_message message;
	__u8 more[NDISC_BYTES_MAX - sizeof(struct ndisc_message)];
};

static __always_inline bool ndisc_is(const struct packet *packet)
{
	return packet->protocol == IPPROTO_ICMPV6 && packet->kind != PACKET_FRAGMENT &&
	       packet->icmp_type >= ICMP6_ROUTER_SOLICITATION &&
	       packet->icmp_type <= ICMP6_REDIRECT;
}

/* One's complement sum of a message of that many bytes with its pseudo header (RFC 8200 8.1), folded. */
static __always_inline __u16 ndisc_sum(const void *message, __u32 room, __u32 bytes,
				       const void *addresses)
{
	__be32 pseudo[2] = { bpf_htonl(bytes), bpf_htonl(IPPROTO_ICMPV6) };
	__s64 sum = bpf_csum_diff(0, 0, (__be32 *)pseudo, sizeof(pseudo), 0);
	__u32 folded;

	sum = bpf_csum_diff(0, 0, (__be32 *)addresses, 32, sum);
	sum = bpf_csum_diff(0, 0, (__be32 *)message, room, sum);
	folded = ((__u32)sum & 0xffff) + ((__u32)sum >> 16);
	return (folded & 0xffff) + (folded >> 16);
}

/* The checks of RFC 4861 7.1.1 and 7.1.2 that are left when the headers have been parsed. */
static __always_inline __u32 ndisc_read(struct __sk_buff *skb, const struct packet *packet,
					struct ndisc_received *received)
{
	__u32 bytes = skb->len - (ETH_HLEN + sizeof(struct ipv6hdr));
	const __u8 *link = (const __u8 *)&received->message.option_type;

	if (packet->hop_limit != NDISC_HOP_LIMIT ||
	    packet->l4_offset != ETH_HLEN + sizeof(struct ipv6hdr))
		return WEFT_DROP_MALFORMED;
	if (bytes < NDISC_BYTES_MIN || bytes > NDISC_BYTES_MAX)
		return WEFT_DROP_MALFORMED;
	__builtin_memset(received, 0, sizeof(*received));
	if (bpf_skb_load_bytes(skb, ETH_HLEN + sizeof(struct ipv6hdr), received, bytes))
		return WEFT_DROP_MALFORMED;
	if (ndisc_sum(received, sizeof(*received), bytes, &packet->source) != 0xffff)
		return WEFT_DROP_MALFORMED;
	if (received->message.code != 0 || (bytes > NDISC_BYTES_MIN && link[1] == 0))
		return WEFT_DROP_MALFORMED;
	return WEFT_FORWARDED;
}

/* A solicitation for the gateway gets its advertisement; duplicate address detection and all others get silence. */
static __always_inline __u32 ndisc_solicitation(struct __sk_buff *skb, const struct packet *packet,
						const struct ndisc_message *asked, int *action)
{
	struct ndisc_frame frame = {};

	if (address_is_unspecified(&packet->source) || !address_is_gateway(&asked->target))
		return WEFT_DROP_MULTICAST;
	if (!address_is_gateway(&packet->destination) &&
	    (address_half(&packet->destination, 0) != bpf_cpu_to_be64(0xff02000000000000ULL) ||
	     address_half(&packet->destination, 1) != bpf_cpu_to_be64(0x00000001ff000001ULL)))
		return WEFT_DROP_MALFORMED;
	if (skb->len != NDISC_FRAME_BYTES && bpf_skb_change_tail(skb, NDISC_FRAME_BYTES, 0))
		return WEFT_DROP_INTERNAL;

	mac_copy(frame.ethernet.h_dest, endpoint_mac);
	mac_copy(frame.ethernet.h_source, gateway_mac);
	frame.ethernet.h_proto = bpf_htons(ETH_P_IPV6);
	*(__u8 *)&frame.ip = 6 << 4;
	frame.ip.payload_len = bpf_htons(sizeof(frame.message));
	frame.ip.nexthdr = IPPROTO_ICMPV6;
	frame.ip.hop_limit = NDISC_HOP_LIMIT;
	address_copy((struct weft_address *)&frame.ip.saddr, &asked->target);
	address_copy((struct weft_address *)&frame.ip.daddr, &packet->source);
	frame.message.type = ICMP6_NEIGHBOUR_ADVERTISEMENT;
	frame.message.flags = NDISC_ROUTER_SOLICITED_OVERRIDE;
	address_copy(&frame.message.target, &asked->target);
	frame.message.option_type = NDISC_TARGET_LINK_ADDRESS;
	frame.message.option_length = 1;
	mac_copy(frame.message.option_mac, gateway_mac);
	frame.message.checksum = ~ndisc_sum(&frame.message, sizeof(frame.message),
					    sizeof(frame.message), &frame.ip.saddr);
	if (bpf_skb_store_bytes(skb, 0, &frame.ethernet, NDISC_FRAME_BYTES, 0))
		return WEFT_DROP_INTERNAL;
	*action = bpf_redirect(skb->ifindex, 0);
	return WEFT_ANSWERED;
}

/* The container tells the host its own address and no other, and tells no other container anything: it would believe
 * the teller to be its gateway. */
static __always_inline __u32 ndisc_advertisement(const struct packet *packet,
						 const struct ndisc_message *told, int *action)
{
	if (address_is_multicast(&packet->destination) || peer_in_mesh(&packet->destination) ||
	    !address_is(&told->target, &endpoint_ipv6))
		return WEFT_DROP_NEIGHBOUR;
	if (told->option_type == NDISC_TARGET_LINK_ADDRESS && !mac_is(told->option_mac, endpoint_mac))
		return WEFT_DROP_SOURCE_MAC;
	*action = ACTION_NEXT;
	return WEFT_FORWARDED;
}

/* What a container may say in Neighbour Discovery. */
static __always_inline __u32 ndisc_answer(struct __sk_buff *skb, const struct packet *packet,
					  int *action)
{
	struct ndisc_received received;
	__u32 outcome;

	if (packet->icmp_type == ICMP6_ROUTER_SOLICITATION)
		return WEFT_DROP_MULTICAST;
	if (packet->icmp_type != ICMP6_NEIGHBOUR_SOLICITATION &&
	    packet->icmp_type != ICMP6_NEIGHBOUR_ADVERTISEMENT)
		return WEFT_DROP_NEIGHBOUR;
	if (!address_is(&packet->source, &endpoint_ipv6) &&
	    !address_is_link_local(&packet->source) && !address_is_unspecified(&packet->source))
		return WEFT_DROP_SOURCE_ADDRESS;
	outcome = ndisc_read(skb, packet, &received);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	if (packet->icmp_type == ICMP6_NEIGHBOUR_ADVERTISEMENT)
		return ndisc_advertisement(packet, &received.message, action);
	return ndisc_solicitation(skb, packet, &received.message, action);
}

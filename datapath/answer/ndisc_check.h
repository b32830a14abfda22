/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/neighbour.h"
#include "parse/packet.h"
#include "route/peer.h"

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

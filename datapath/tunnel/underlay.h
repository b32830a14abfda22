/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "base/sum.h"
#include "abi/peer.h"
#include "abi/settings.h"
#include "tunnel/ecn.h"
#include "tunnel/tunnel.h"

#define UNDERLAY_HOP_LIMIT 64

static __always_inline bool underlay_has_ipv4(void)
{
	return ((const volatile __be32 *)&underlay4)[2] == MAPPED_PREFIX;
}

static __always_inline bool underlay_has_ipv6(void)
{
	return setting_half(&underlay6, 0) != 0;
}

/* The tunnel's packets say of congestion what the packet inside says (RFC 6040 section 4.1), and nothing of its
 * class. `bytes` follow the IP header. */
static __always_inline void underlay_write4(struct iphdr *ip, const struct weft_peer *peer,
					    __u8 protocol, __u8 ecn, __u32 bytes)
{
	*(__be16 *)ip = bpf_htons(0x4500 | ecn);
	ip->tot_len = tunnel_length(bytes + sizeof(*ip));
	ip->id = 0;
	ip->frag_off = IPV4_DF;
	ip->ttl = UNDERLAY_HOP_LIMIT;
	ip->protocol = protocol;
	ip->saddr = ((const volatile __be32 *)&underlay4)[3];
	ip->daddr = address_ipv4(&peer->underlay);
	sum_header(ip);
}

/* The flow label tells flows apart where there are no ports (RFC 6438). */
static __always_inline void underlay_write6(struct ipv6hdr *ip, const struct weft_peer *peer,
					    __u8 protocol, __u8 ecn, __u64 hash, __u32 bytes)
{
	*(__be32 *)ip = bpf_htonl(6 << 28 | ecn << 20 | hash >> 44);
	ip->payload_len = tunnel_length(bytes);
	ip->nexthdr = protocol;
	ip->hop_limit = UNDERLAY_HOP_LIMIT;
	((__be64 *)&ip->saddr)[0] = setting_half(&underlay6, 0);
	((__be64 *)&ip->saddr)[1] = setting_half(&underlay6, 1);
	address_copy((struct weft_address *)&ip->daddr, &peer->underlay);
}

/* Both read the outer header of a packet for this host: the protocol and where it begins; false: for somebody else, or
 * for the stack to make sense of (fragments, options). */
static __always_inline bool underlay_read4(void *data, void *end, __u8 *protocol, __u32 *offset,
					   struct tunnel_packet *packet)
{
	struct iphdr *ip = data + ETH_HLEN;

	if ((void *)(ip + 1) > end || *(__u8 *)ip != (4 << 4 | 5))
		return false;
	if (ip->daddr != ((const volatile __be32 *)&underlay4)[3] ||
	    ip->frag_off & bpf_htons(0x3fff))
		return false;
	address_map(&packet->host, ip->saddr);
	packet->outer_ecn = ecn_of(*(__be16 *)ip, false);
	packet->outer_is_ipv6 = false;
	*protocol = ip->protocol;
	*offset = ETH_HLEN + sizeof(*ip);
	return true;
}

static __always_inline bool underlay_read6(void *data, void *end, __u8 *protocol, __u32 *offset,
					   struct tunnel_packet *packet)
{
	struct ipv6hdr *ip = data + ETH_HLEN;

	if ((void *)(ip + 1) > end || *(__u8 *)ip >> 4 != 6)
		return false;
	if (address_half(&ip->daddr, 0) != setting_half(&underlay6, 0) ||
	    address_half(&ip->daddr, 1) != setting_half(&underlay6, 1))
		return false;
	address_copy(&packet->host, &ip->saddr);
	packet->outer_ecn = ecn_of(*(__be16 *)ip, true);
	packet->outer_is_ipv6 = true;
	*protocol = ip->nexthdr;
	*offset = ETH_HLEN + sizeof(*ip);
	return true;
}

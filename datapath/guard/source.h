/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/packet.h"
#include "route/peer.h"
#include "tunnel/geneve.h"
#include "tunnel/vxlan.h"

/* Did the container itself send this? The MAC of its device, and a whole Ethernet frame. */
static __always_inline __u32 source_check_mac(struct __sk_buff *skb)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;

	if ((void *)(ethernet + 1) > (void *)(long)skb->data_end)
		return WEFT_DROP_MALFORMED;
	return mac_is(ethernet->h_source, endpoint_mac) ? WEFT_FORWARDED : WEFT_DROP_SOURCE_MAC;
}

static __always_inline bool source_check_address(const struct packet *packet, bool ipv6)
{
	if (ipv6)
		return address_is(&packet->source, &endpoint_ipv6);
	return address_is(&packet->source, &endpoint_ipv4);
}

/* A tunnel packet of the container's own to a host of the mesh: behind a host that masquerades it would come from that
 * host, and so be believed. */
static __always_inline bool source_forges_tunnel(const struct packet *packet)
{
	bool tunnel_port = packet->destination_port == VXLAN_PORT ||
			   packet->destination_port == GENEVE_PORT;

	if (packet->protocol != IPPROTO_GRE && !(packet->protocol == IPPROTO_UDP && tunnel_port))
		return false;
	return bpf_map_lookup_elem(&hosts, &packet->destination);
}

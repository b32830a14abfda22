/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"

/* The stack takes only frames that are addressed to the device, and the frame was addressed to the gateway. */
static __always_inline void deliver_accept(struct __sk_buff *skb)
{
	if (skb->pkt_type != PACKET_HOST)
		bpf_skb_change_type(skb, PACKET_HOST);
}

/* Into the container: a frame from the gateway, straight to the device inside. */
static __always_inline __u32 deliver_to_container(struct __sk_buff *skb, int *action)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;

	if ((void *)(ethernet + 1) > (void *)(long)skb->data_end)
		return WEFT_FAILED(DELIVER);
	mac_copy(ethernet->h_dest, endpoint_mac);
	mac_copy(ethernet->h_source, gateway_mac);
	ethernet->h_proto = skb->protocol;
	deliver_accept(skb);
	*action = bpf_redirect_peer(endpoint_ifindex, 0);
	return WEFT_FORWARDED;
}

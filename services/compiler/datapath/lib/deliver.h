/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "address.h"
#include "../abi/drop.h"
#include "../abi/settings.h"

/* to_container of each container of this host, by slot. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u32);
} containers SEC(".maps");

/* Word of skb->cb in which the sender's identity is handed over. */
#define DELIVER_IDENTITY 0

/* Hands the packet to the receiver's own program. Comes back only if there is none. */
static __always_inline __u32 deliver_to_slot(struct __sk_buff *skb, __u32 slot, __u32 identity)
{
	skb->cb[DELIVER_IDENTITY] = identity;
	bpf_tail_call(skb, &containers, slot);
	return WEFT_DROP_NOT_READY;
}

/* The stack takes only frames that are addressed to the device, and the frame was addressed to the gateway. */
static __always_inline void deliver_accept(struct __sk_buff *skb)
{
	if (skb->pkt_type != PACKET_HOST)
		bpf_skb_change_type(skb, PACKET_HOST);
}

/* Into the container: a frame from the gateway, straight to the device inside. */
static __always_inline __u32 deliver_to_container(struct __sk_buff *skb, int *action)
{
	struct ethhdr ethernet;

	mac_copy(ethernet.h_dest, endpoint_mac);
	mac_copy(ethernet.h_source, gateway_mac);
	ethernet.h_proto = skb->protocol;
	if (bpf_skb_store_bytes(skb, 0, &ethernet, sizeof(ethernet), 0))
		return WEFT_DROP_INTERNAL;
	deliver_accept(skb);
	*action = bpf_redirect_peer(endpoint_ifindex, 0);
	return WEFT_FORWARDED;
}

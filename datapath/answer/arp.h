/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "deliver/container.h"

#define ARP_REQUEST 1
#define ARP_REPLY 2

/* RFC 826, Ethernet and IPv4. The pad aligns what follows the Ethernet header. */
struct arp_frame {
	__u8 pad[2];
	struct ethhdr ethernet;
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_length;
	__u8 protocol_length;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__be16 sender_address[2];
	__u8 target_mac[ETH_ALEN];
	__be32 target_address;
};
#define ARP_FRAME_BYTES 42

/* A container asks for its gateway and gets an answer; it answers the host; all else it may not say. */
static __always_inline __u32 arp_answer(struct __sk_buff *skb, int *action)
{
	struct arp_frame frame;
	__be32 own = ((const volatile __be32 *)&endpoint_ipv4)[3];
	__be32 sender;

	if (bpf_skb_load_bytes(skb, 0, &frame.ethernet, ARP_FRAME_BYTES))
		return WEFT_DROP_MALFORMED;
	if (frame.hardware != bpf_htons(1) || frame.protocol != bpf_htons(ETH_P_IP) ||
	    frame.hardware_length != ETH_ALEN || frame.protocol_length != 4)
		return WEFT_DROP_MALFORMED;
	if (!mac_is(frame.sender_mac, endpoint_mac))
		return WEFT_DROP_SOURCE_MAC;
	__builtin_memcpy(&sender, frame.sender_address, sizeof(sender));
	/* RFC 5227 probe: is my own address free? Silence is yes. The gateway's is not its own. */
	if (sender == 0)
		return frame.target_address == ADDRESS_GATEWAY4 ? WEFT_DROP_NEIGHBOUR : WEFT_DROP_MULTICAST;
	if (sender != own)
		return WEFT_DROP_SOURCE_ADDRESS;
	*action = ACTION_NEXT;
	if (frame.operation == bpf_htons(ARP_REPLY))
		return WEFT_FORWARDED;
	if (frame.operation != bpf_htons(ARP_REQUEST))
		return WEFT_DROP_MALFORMED;
	if (frame.target_address != ADDRESS_GATEWAY4)
		return WEFT_DROP_MULTICAST;

	frame.operation = bpf_htons(ARP_REPLY);
	mac_copy(frame.target_mac, endpoint_mac);
	mac_copy(frame.sender_mac, gateway_mac);
	frame.target_address = sender;
	frame.sender_address[0] = bpf_htons(0xa9fe);
	frame.sender_address[1] = bpf_htons(0x0101);
	if (bpf_skb_store_bytes(skb, 0, &frame.ethernet, ARP_FRAME_BYTES, 0))
		return WEFT_FAILED(ANSWER_ARP);
	return deliver_to_container(skb, action) == WEFT_FORWARDED ? WEFT_ANSWERED : WEFT_FAILED(DELIVER);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/identity.h"
#include "abi/outcome.h"
#include "abi/policy.h"
#include "abi/record.h"
#include "abi/settings.h"
#include "deliver/slot.h"
#include "parse/packet.h"
#include "parse/quoted.h"
#include "parse/transport.h"
#include "record/record.h"
#include "route/peer.h"

/* Who drops the packet, which says who its ends are. */
enum record_side {
	RECORD_SENT,		/* the container's program: the container sent it */
	RECORD_RECEIVED,	/* it was handed over to the container's program */
	RECORD_FROM_STACK,	/* it came to the container's program from the host's stack */
	RECORD_UPLINK,
};

static __always_inline void record_read_transport(struct __sk_buff *skb, __u32 offset, __u8 protocol,
						  struct weft_record *record)
{
	__u8 head[14] __attribute__((aligned(2))) = {};

	if (!parse_transport_bytes(protocol) || bpf_skb_load_bytes(skb, offset, head, 8))
		return;
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		record->icmp = (__u16)head[0] << 8 | head[1];
		return;
	}
	record->source_port = ((__be16 *)head)[0];
	record->destination_port = ((__be16 *)head)[1];
	if (protocol == IPPROTO_UDP || bpf_skb_load_bytes(skb, offset, head, sizeof(head)))
		return;
	record->tcp_flags = protocol == IPPROTO_SCTP ?
				    parse_sctp(head[12]) :
				    head[13] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
}

/* Who asks for whom (RFC 826, IPv4). */
static __always_inline void record_read_arp(struct __sk_buff *skb, __u32 offset, struct packet *packet,
					    struct weft_record *record)
{
	__be32 sender, target;

	if (bpf_skb_load_bytes(skb, offset + 14, &sender, sizeof(sender)) ||
	    bpf_skb_load_bytes(skb, offset + 24, &target, sizeof(target)))
		return;
	address_map(&packet->source, sender);
	address_map(&packet->destination, target);
	record->source = packet->source;
	record->destination = packet->destination;
}

/* The headers behind an Ethernet header, as far as they can be read: what is dropped may be anything. */
static __always_inline void record_read(struct __sk_buff *skb, __u32 frame, struct packet *packet,
					struct weft_record *record)
{
	__u32 offset = frame + ETH_HLEN;
	__be16 type = skb->protocol;

	record->bytes = skb->len - offset;
	if (frame && bpf_skb_load_bytes(skb, frame + 2 * ETH_ALEN, &type, sizeof(type)))
		return;
	if (type == bpf_htons(ETH_P_ARP))
		return record_read_arp(skb, offset, packet, record);
	if (type != bpf_htons(ETH_P_IPV6) && type != bpf_htons(ETH_P_IP))
		return;
	offset = quoted_read(skb, offset, type == bpf_htons(ETH_P_IPV6), packet);
	record->source = packet->source;
	record->destination = packet->destination;
	record->protocol = packet->protocol;
	if (offset)
		record_read_transport(skb, offset, packet->protocol, record);
}

/* Who has an address that a packet goes to, or comes from with somebody's word for it. Nobody: 0. */
__called __u32 record_identity(const struct weft_address *address)
{
	const struct weft_peer *peer;

	if (!address || address_is_unspecified(address))
		return 0;
	peer = peer_lookup(address);
	if (peer)
		return peer->identity;
	return peer_in_mesh(address) ? 0 : peer_outside_identity(address);
}

static __always_inline void record_identify(struct __sk_buff *skb, __u32 side, __u32 identity,
					    const struct packet *packet, struct weft_record *record)
{
	bool inbound = side == RECORD_RECEIVED || side == RECORD_FROM_STACK;

	if (side == RECORD_SENT)
		identity = endpoint_identity;
	else if (side == RECORD_RECEIVED)
		identity = skb->cb[DELIVER_IDENTITY];
	else if (side == RECORD_FROM_STACK)
		identity = skb->ingress_ifindex ? record_identity(&packet->source) : WEFT_IDENTITY_HOST;
	record->source_identity = identity;
	record->destination_identity = inbound ? endpoint_identity :
						 record_identity(&packet->destination);
}

/* A packet is dropped, and not by a policy. `frame` is where its Ethernet header stands. Good packets pass by one call that
 * they do not make. */
__called int record_drop(struct __sk_buff *skb, __u32 outcome, __u32 side, __u32 frame,
			   __u32 identity)
{
	struct weft_record *record = record_begin(WEFT_RECORD_DROP, outcome);
	struct packet packet = {};

	if (!record)
		return 0;
	record->direction = WEFT_UNJUDGED;
	record->step = outcome >> WEFT_STEP_SHIFT;
	record_read(skb, frame, &packet, record);
	record_identify(skb, side, identity, &packet, record);
	record_end(record);
	return 0;
}

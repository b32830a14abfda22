/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/address.h"

enum packet_kind {
	PACKET_FLOW,		/* belongs to the flow that its addresses and ports name */
	PACKET_STATELESS,	/* ICMP that nobody answers: judged by the policy alone */
	PACKET_ERROR,		/* ICMP error: belongs to the flow of the packet inside */
	PACKET_FRAGMENT,	/* a later fragment: no ports */
};

enum packet_fragment {
	PACKET_WHOLE,
	PACKET_ATOMIC,		/* a fragment header, and all of the packet behind it (RFC 6946) */
	PACKET_FIRST_FRAGMENT,
	PACKET_LATER_FRAGMENT,
};

/* What the rest of the pipeline knows of a packet. */
struct packet {
	struct weft_address source;
	struct weft_address destination;
	__be16 source_port;	/* ICMP echo: see weft_flow_key; neither TCP, UDP nor SCTP: 0 */
	__be16 destination_port;
	__u16 icmp_port;	/* what a policy sees as port: type of the request << 8 | code */
	__u16 l4_offset;
	__u8 protocol;
	__u8 kind;		/* enum packet_kind */
	__u8 tcp_flags;		/* SYN, ACK, FIN, RST; SCTP: what its first chunk is in TCP's words */
	__u8 icmp_type;
	__u8 hop_limit;
	__u8 fragment;		/* enum packet_fragment */
	__u8 state;		/* enum weft_flow_state; as a record tells it */
	bool begins;		/* a flow, which is in "begun" */
	__u32 fragment_id;	/* as on the wire */
	__u64 admitted;		/* revision of the receiver's policy that let its flow pass; 0: not known */
};

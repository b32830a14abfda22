/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "parse.h"
#include "../abi/flow.h"

/* One packet at one container, in the words of the flow it belongs to. */
struct flow_view {
	struct packet *packet;
	const struct weft_address *other;	/* the end that is not this container */
	__u32 identity;				/* of that end */
	__u32 now;
	bool outbound;				/* the packet leaves this container */
	bool by_self;				/* this container sent the first packet */
	bool source_is_low;
	bool unused;				/* the flow is not in "flows" */
	bool begins;				/* the sender's program has just made the entry, in "begun" */
	bool hands_over;			/* the receiver's program comes next, and stores a new entry */
	bool certain;				/* by_self is what the container's socket says */
	bool replaces;				/* a flow begins where another one is not forgotten yet */
	bool judged;				/* anew, which the entry does not say yet */
	__u8 report;				/* enum weft_record_kind of what was decided; 0: nothing new */
	__u8 spared;				/* enum weft_revoke_mode by which it passes, though denied */
	bool told;				/* what was decided is on record already, or lost */
	__u16 rule;				/* that decided; 0: none */
};

/* One key for both directions. Returns true if the packet's source is the low end. Two containers differ in the second
 * half of their addresses, so that the first is seldom compared. */
static __always_inline bool flow_key(struct weft_flow_key *key, const struct packet *packet)
{
	__u64 source = address_half(&packet->source, 1);
	__u64 destination = address_half(&packet->destination, 1);
	__u32 ports = *(const __u32 *)&packet->source_port;
	bool low;

	if (source == destination) {
		source = address_half(&packet->source, 0);
		destination = address_half(&packet->destination, 0);
	}
	low = source < destination;
	if (source == destination)
		low = packet->source_port <= packet->destination_port;
	if (low) {
		address_copy(&key->low, &packet->source);
		address_copy(&key->high, &packet->destination);
	} else {
		address_copy(&key->low, &packet->destination);
		address_copy(&key->high, &packet->source);
		ports = ports << 16 | ports >> 16;
	}
	*(__u32 *)&key->low_port = ports;
	*(__u32 *)&key->protocol = 0;
	key->protocol = packet->protocol;
	return low;
}

/* Protocols whose packets say how far their flow is. */
static __always_inline bool flow_has_signals(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_SCTP;
}

/* Can only be the first packet of a flow. */
static __always_inline bool flow_opens(const struct packet *packet)
{
	return (packet->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* Can only be an answer: if the flow is not on record, nobody asked. */
static __always_inline bool flow_only_answers(const struct packet *packet)
{
	switch (packet->protocol) {
	case IPPROTO_ICMP:
		return packet->icmp_type == ICMP4_ECHO_REPLY;
	case IPPROTO_ICMPV6:
		return packet->icmp_type == ICMP6_ECHO_REPLY;
	default:
		return (packet->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	}
}

/* Of a packet whose flow is not on record: does it look like an answer? In the middle of a connection (the table was too
 * small, or the container was not tracked when it began) the lower port is the server's. */
static __always_inline bool flow_looks_answered(const struct packet *packet)
{
	if (flow_has_signals(packet->protocol) && !(packet->tcp_flags & TCP_SYN))
		return bpf_ntohs(packet->source_port) < bpf_ntohs(packet->destination_port);
	return flow_only_answers(packet);
}

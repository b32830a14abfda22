/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "parse/packet.h"

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

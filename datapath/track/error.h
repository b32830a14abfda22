/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "parse/packet.h"
#include "parse/quoted.h"
#include "parse/transport.h"
#include "route/peer.h"
#include "track/view.h"

/* The packet inside an ICMP error, as far as its flow goes. False: there is none that this error could be about. */
static __always_inline bool error_read(struct __sk_buff *skb, const struct flow_view *view,
					    struct packet *inner)
{
	const struct packet *packet = view->packet;
	bool ipv6 = packet->protocol == IPPROTO_ICMPV6;
	__u32 offset = quoted_read(skb, packet->l4_offset + 8, ipv6, inner);
	union quoted_transport quoted;

	if (!offset || bpf_skb_load_bytes(skb, offset, &quoted, sizeof(quoted)))
		return false;
	inner->source_port = quoted.words[0];
	inner->destination_port = quoted.words[1];
	if (inner->protocol == packet->protocol) {
		bool request = quoted.bytes[0] == (ipv6 ? ICMP6_ECHO : ICMP4_ECHO);

		if (!request && quoted.bytes[0] != (ipv6 ? ICMP6_ECHO_REPLY : ICMP4_ECHO_REPLY))
			return false;
		parse_echo(quoted.words[2], request, inner);
	}
	/* The error goes to the sender of the packet inside; a container reports only on what was sent to it, and there
	 * is no router between containers: who else sends an error wants to end other people's flows. */
	return address_equal(&inner->source, &packet->destination) &&
	       (!(view->outbound || peer_in_mesh(&packet->source)) ||
		address_equal(&inner->destination, &packet->source));
}

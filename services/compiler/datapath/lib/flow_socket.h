/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "flow_key.h"
#include "../abi/settings.h"

static __always_inline struct bpf_sock *flow_find_socket(struct __sk_buff *skb,
							 const struct packet *packet, bool outbound)
{
	const struct weft_address *own = outbound ? &packet->source : &packet->destination;
	const struct weft_address *other = outbound ? &packet->destination : &packet->source;
	__be16 port = outbound ? packet->source_port : packet->destination_port;
	__be16 other_port = outbound ? packet->destination_port : packet->source_port;
	struct bpf_sock_tuple tuple = {};

	if (address_is_mapped(own)) {
		tuple.ipv4.saddr = address_ipv4(other);
		tuple.ipv4.daddr = address_ipv4(own);
		tuple.ipv4.sport = other_port;
		tuple.ipv4.dport = port;
		return bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), endpoint_nsid, 0);
	}
	__builtin_memcpy(tuple.ipv6.saddr, other->bytes, sizeof(tuple.ipv6.saddr));
	__builtin_memcpy(tuple.ipv6.daddr, own->bytes, sizeof(tuple.ipv6.daddr));
	tuple.ipv6.sport = other_port;
	tuple.ipv6.dport = port;
	return bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv6), endpoint_nsid, 0);
}

/* Is the packet part of a connection that the container's kernel has? Then it began before the container was tracked. A
 * function of its own for the sake of flow_decide's stack. */
__attribute__((noinline)) int flow_is_connected(struct __sk_buff *skb, const struct packet *packet,
						__u32 outbound)
{
	struct bpf_sock *socket;
	__u32 state;

	if (!packet)
		return 0;
	socket = flow_find_socket(skb, packet, outbound);
	if (!socket)
		return 0;
	state = socket->state;
	bpf_sk_release(socket);
	return state < 32 && 1U << state & TCP_CONNECTED_STATES;
}

static __always_inline bool flow_has_socket(struct __sk_buff *skb, const struct flow_view *view)
{
	return view->packet->protocol == IPPROTO_TCP && endpoint_nsid >= 0 &&
	       flow_is_connected(skb, view->packet, view->outbound);
}

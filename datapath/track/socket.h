/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/settings.h"
#include "parse/packet.h"
#include "track/view.h"

/* What a connection's socket says of who opened it. */
enum flow_role {
	FLOW_NO_ROLE, /* there is no such connection */
	FLOW_SERVER,
	FLOW_PERHAPS_CLIENT, /* there is one, and nobody listens: the ports say who opened it, which they may be wrong about */
	FLOW_PERHAPS_SERVER,
};

/* The first of the ports that Linux gives to clients (ip_local_port_range). */
#define FLOW_CLIENT_PORTS 32768

/* The container's socket for the packet; or, if it does not matter who the other end is, the one that listens. */
static __always_inline struct bpf_sock *flow_find_socket(struct __sk_buff *skb,
							 const struct packet *packet, bool outbound,
							 bool listens)
{
	const struct weft_address *own = outbound ? &packet->source : &packet->destination;
	const struct weft_address *other = outbound ? &packet->destination : &packet->source;
	__be16 port = outbound ? packet->source_port : packet->destination_port;
	__be16 other_port = outbound ? packet->destination_port : packet->source_port;
	struct bpf_sock_tuple tuple = {};

	if (address_is_mapped(own)) {
		tuple.ipv4.saddr = listens ? 0 : address_ipv4(other);
		tuple.ipv4.daddr = address_ipv4(own);
		tuple.ipv4.sport = listens ? 0 : other_port;
		tuple.ipv4.dport = port;
		return bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), endpoint_nsid, 0);
	}
	if (!listens)
		__builtin_memcpy(tuple.ipv6.saddr, other->bytes, sizeof(tuple.ipv6.saddr));
	__builtin_memcpy(tuple.ipv6.daddr, own->bytes, sizeof(tuple.ipv6.daddr));
	tuple.ipv6.sport = listens ? 0 : other_port;
	tuple.ipv6.dport = port;
	return bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv6), endpoint_nsid, 0);
}

static __always_inline bool flow_socket_is(struct __sk_buff *skb, const struct packet *packet,
					   bool outbound, bool listens, __u32 states)
{
	struct bpf_sock *socket = flow_find_socket(skb, packet, outbound, listens);
	__u32 state;

	if (!socket)
		return false;
	state = socket->state;
	bpf_sk_release(socket);
	return state < 32 && 1U << state & states;
}

/* Is the packet part of a connection that the container's kernel has, and who opened it? Then it began before the container
 * was tracked, or was forgotten. A server's port is one that the container listens on; where nobody does any more, the other
 * end's is one of those that clients get, and its own is not. */
__called int flow_find_role(struct __sk_buff *skb, const struct packet *packet,
					     __u32 outbound)
{
	__u32 port, other_port;

	if (!packet || !flow_socket_is(skb, packet, outbound, false, TCP_CONNECTED_STATES))
		return FLOW_NO_ROLE;
	if (flow_socket_is(skb, packet, outbound, true, 1U << BPF_TCP_LISTEN))
		return FLOW_SERVER;
	port = bpf_ntohs(outbound ? packet->source_port : packet->destination_port);
	other_port = bpf_ntohs(outbound ? packet->destination_port : packet->source_port);
	return port < FLOW_CLIENT_PORTS && other_port >= FLOW_CLIENT_PORTS ? FLOW_PERHAPS_SERVER :
									     FLOW_PERHAPS_CLIENT;
}

static __always_inline enum flow_role flow_role(struct __sk_buff *skb, const struct flow_view *view)
{
	if (view->packet->protocol != IPPROTO_TCP || endpoint_nsid < 0)
		return FLOW_NO_ROLE;
	return flow_find_role(skb, view->packet, view->outbound);
}

static __always_inline bool flow_has_socket(struct __sk_buff *skb, const struct flow_view *view)
{
	return flow_role(skb, view) != FLOW_NO_ROLE;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "fragment.h"
#include "parse.h"
#include "policy.h"
#include "../abi/flow.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct weft_flow_key);
	__type(value, struct weft_flow);
} flows SEC(".maps");

/* Flows that nobody has answered yet. Who opens many of them pushes out his like, and no flow that is in use. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct weft_flow_key);
	__type(value, struct weft_flow);
} openings SEC(".maps");

/* How long a flow without packets is remembered, in units of 2^30 ns. */
#define FLOW_LIFE_ESTABLISHED 21600 /* TCP */
#define FLOW_LIFE_OPENING 60
#define FLOW_LIFE_CLOSING 60
#define FLOW_LIFE_RESET 10
#define FLOW_LIFE_OTHER 120

/* One packet at one container, in the words of the flow it belongs to. */
struct flow_view {
	const struct packet *packet;
	const struct weft_address *other;	/* the end that is not this container */
	__u32 identity;				/* of that end */
	bool outbound;				/* the packet leaves this container */
	bool by_self;				/* this container sent the first packet */
};

/* Coarse: 3 ns instead of 24. */
static __always_inline __u32 flow_now(void)
{
	return bpf_ktime_get_coarse_ns() >> 30;
}

/* One key for both directions. Returns true if the packet's source is the low end. */
static __always_inline bool flow_key(struct weft_flow_key *key, const struct packet *packet)
{
	__u64 source_high = bpf_be64_to_cpu(address_half(&packet->source, 0));
	__u64 source_low = bpf_be64_to_cpu(address_half(&packet->source, 1));
	__u64 destination_high = bpf_be64_to_cpu(address_half(&packet->destination, 0));
	__u64 destination_low = bpf_be64_to_cpu(address_half(&packet->destination, 1));
	bool low = bpf_ntohs(packet->source_port) <= bpf_ntohs(packet->destination_port);

	if (source_low != destination_low)
		low = source_low < destination_low;
	if (source_high != destination_high)
		low = source_high < destination_high;
	address_copy(low ? &key->low : &key->high, &packet->source);
	address_copy(low ? &key->high : &key->low, &packet->destination);
	key->low_port = low ? packet->source_port : packet->destination_port;
	key->high_port = low ? packet->destination_port : packet->source_port;
	key->protocol = packet->protocol;
	key->pad[0] = 0;
	key->pad[1] = 0;
	key->pad[2] = 0;
	return low;
}

static __always_inline __u32 flow_life(const struct weft_flow *flow, __u8 protocol)
{
	if (protocol != IPPROTO_TCP)
		return FLOW_LIFE_OTHER;
	if (flow->tcp_flags & TCP_RST)
		return FLOW_LIFE_RESET;
	if (flow->tcp_flags & TCP_FIN)
		return FLOW_LIFE_CLOSING;
	return flow->tcp_flags & TCP_ACK ? FLOW_LIFE_ESTABLISHED : FLOW_LIFE_OPENING;
}

/* Can only be the first packet of a flow. */
static __always_inline bool flow_opens(const struct packet *packet)
{
	return packet->protocol == IPPROTO_TCP &&
	       (packet->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

/* Can only be an answer: if the flow is not on record, nobody asked. */
static __always_inline bool flow_only_answers(const struct packet *packet)
{
	switch (packet->protocol) {
	case IPPROTO_TCP:
		return (packet->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	case IPPROTO_ICMP:
		return packet->icmp_type == ICMP4_ECHO_REPLY;
	case IPPROTO_ICMPV6:
		return packet->icmp_type == ICMP6_ECHO_REPLY;
	default:
		return false;
	}
}

/* Of a packet whose flow is not on record: does it look like an answer? In the middle of a TCP connection (the table
 * was too small, or the container was not tracked when it began) the lower port is the server's. */
static __always_inline bool flow_looks_answered(const struct packet *packet)
{
	if (packet->protocol == IPPROTO_TCP && !(packet->tcp_flags & TCP_SYN))
		return bpf_ntohs(packet->source_port) < bpf_ntohs(packet->destination_port);
	return flow_only_answers(packet);
}

static __always_inline bool flow_enforced(const struct flow_view *view)
{
	return view->by_self ? feature_egress : feature_ingress;
}

static __always_inline __u32 flow_denied(const struct flow_view *view)
{
	return view->by_self ? WEFT_DROP_POLICY_EGRESS : WEFT_DROP_POLICY_INGRESS;
}

/* This container's policy on the flow, judged by its first packet's direction. */
static __always_inline bool flow_judge(const struct flow_view *view, __u16 *rule)
{
	const struct packet *packet = view->packet;
	__u16 port = packet->icmp_port;

	*rule = 0;
	if (!flow_enforced(view))
		return true;
	if (packet->protocol != IPPROTO_ICMP && packet->protocol != IPPROTO_ICMPV6)
		port = bpf_ntohs(view->outbound == view->by_self ? packet->destination_port :
								   packet->source_port);
	return policy_allows(view->by_self ? WEFT_EGRESS : WEFT_INGRESS, view->identity,
			     view->other, packet->protocol, port, rule);
}

/* Did this container let the flow pass under the policy and the identity that hold now? */
static __always_inline bool flow_admitted(const struct flow_view *view, const struct weft_flow *flow)
{
	if (view->by_self)
		return flow->flags & WEFT_FLOW_EGRESS_OK &&
		       flow->egress_revision >= policy_revision &&
		       flow->responder_identity == view->identity;
	return flow->flags & WEFT_FLOW_INGRESS_OK && flow->ingress_revision >= policy_revision &&
	       flow->peer_identity == view->identity;
}

static __always_inline void flow_record(const struct flow_view *view, struct weft_flow *flow,
					__u16 rule)
{
	if (view->by_self) {
		flow->egress_revision = policy_revision;
		flow->egress_rule = rule;
		flow->responder_identity = view->identity;
		flow->flags |= WEFT_FLOW_EGRESS_OK;
	} else {
		flow->ingress_revision = policy_revision;
		flow->ingress_rule = rule;
		flow->peer_identity = view->identity;
		flow->flags |= WEFT_FLOW_INGRESS_OK;
	}
}

/* Written only when it changes, so that a busy flow's cache line stays shared. */
static __always_inline void flow_touch(const struct packet *packet, struct weft_flow *flow, __u32 now)
{
	__u8 tcp_flags = flow->tcp_flags | packet->tcp_flags;

	if (flow_opens(packet))
		tcp_flags = TCP_SYN;
	if (flow->tcp_flags != tcp_flags)
		flow->tcp_flags = tcp_flags;
	if (flow->seen_s != now)
		flow->seen_s = now;
}

static __always_inline void flow_create(const struct flow_view *view,
					const struct weft_flow_key *key, bool source_is_low,
					__u16 rule, __u32 now)
{
	struct weft_flow flow = {};

	flow.seen_s = now;
	flow.tcp_flags = view->packet->tcp_flags;
	flow.peer_identity = view->by_self ? endpoint_identity : view->identity;
	flow.responder_identity = view->by_self ? view->identity : endpoint_identity;
	if (source_is_low == (view->outbound == view->by_self))
		flow.flags = WEFT_FLOW_FROM_LOW;
	flow_record(view, &flow, rule);
	bpf_map_update_elem(&flows, key, &flow, BPF_ANY);
}

/* The packet inside an ICMP error, as far as its flow goes. False: there is none that this error could be about. */
static __always_inline bool flow_read_inner(struct __sk_buff *skb, const struct flow_view *view,
					    struct packet *inner)
{
	const struct packet *packet = view->packet;
	__u32 offset = packet->l4_offset + 8;
	__be16 ports[4] = {};

	if (packet->protocol == IPPROTO_ICMPV6) {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
			return false;
		address_copy(&inner->source, &ip.saddr);
		address_copy(&inner->destination, &ip.daddr);
		inner->protocol = ip.nexthdr;
		offset += sizeof(ip);
	} else {
		struct iphdr ip;

		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)))
			return false;
		address_map(&inner->source, ip.saddr);
		address_map(&inner->destination, ip.daddr);
		inner->protocol = ip.protocol;
		offset += (*(__u8 *)&ip & 0x0f) * 4;
	}
	if (bpf_skb_load_bytes(skb, offset, ports, sizeof(ports)))
		return false;
	inner->source_port = ports[0];
	inner->destination_port = ports[1];
	if (inner->protocol == IPPROTO_ICMP || inner->protocol == IPPROTO_ICMPV6) {
		inner->source_port = ports[2];
		inner->destination_port = ports[2];
	}
	/* The error goes to the sender of the packet inside; a container reports only on what was sent to it. */
	return address_equal(&inner->source, &packet->destination) &&
	       (!view->outbound || address_equal(&inner->destination, &packet->source));
}

/* Did this container let the flow of the packet inside pass, under the policy that holds now? */
static __always_inline bool flow_related(struct flow_view *view, const struct weft_flow *flow,
					 bool inner_source_is_low)
{
	bool self_is_low = inner_source_is_low != view->outbound;

	view->by_self = !!(flow->flags & WEFT_FLOW_FROM_LOW) == self_is_low;
	if (!flow_enforced(view))
		return true;
	if (view->by_self)
		return flow->flags & WEFT_FLOW_EGRESS_OK && flow->egress_revision >= policy_revision;
	return flow->flags & WEFT_FLOW_INGRESS_OK && flow->ingress_revision >= policy_revision;
}

/* Outside of the mesh an address says less about who has it than where its packets come from, and only packets that come
 * tell that. So for a packet that leaves, the other end is who it was when it was judged. */
static __always_inline void flow_recall(struct flow_view *view, const struct weft_flow *flow)
{
	__u32 judged = view->by_self ? flow->responder_identity : flow->peer_identity;

	if (view->outbound && view->identity <= IDENTITY_RESERVED_MAX && judged &&
	    judged <= IDENTITY_RESERVED_MAX)
		view->identity = judged;
}

/* Of the entry that has the packet's key: the packet's flow, if it is that, and who began it. No entry: the packet may
 * begin a flow. */
static __always_inline struct weft_flow *flow_resume(struct flow_view *view, struct weft_flow *flow,
						     bool source_is_low, __u32 now)
{
	bool answer;

	if (!flow || now - flow->seen_s > flow_life(flow, view->packet->protocol)) {
		view->by_self = flow_looks_answered(view->packet) != view->outbound;
		return 0;
	}
	answer = !!(flow->flags & WEFT_FLOW_FROM_LOW) != source_is_low;
	if (answer && flow_opens(view->packet))
		return 0;
	view->by_self = answer != view->outbound;
	flow_recall(view, flow);
	return flow;
}

/* A refused packet of a flow on record that travels against it: if this container never let the flow pass, the entry is
 * only what another left that was refused, and the packet may begin a flow of its own. TCP says so itself. */
static __always_inline bool flow_was_refused(const struct flow_view *view, const struct weft_flow *flow)
{
	__u8 flag = view->by_self ? WEFT_FLOW_EGRESS_OK : WEFT_FLOW_INGRESS_OK;

	return flow && view->by_self != view->outbound && !(flow->flags & flag) &&
	       view->packet->protocol != IPPROTO_TCP && !flow_only_answers(view->packet);
}

/* May the packet pass this container? Its policy is asked for the first packet of a flow and whenever the policy or
 * the other end's identity has changed since; all other packets are one look-up. */
static __always_inline __u32 flow_admit(struct __sk_buff *skb, const struct packet *packet,
					bool outbound, __u32 identity)
{
	struct flow_view view = {
		.packet = packet,
		.other = outbound ? &packet->destination : &packet->source,
		.identity = identity,
		.outbound = outbound,
		.by_self = outbound,
	};
	struct packet inner = {};
	struct weft_flow_key key = {};
	struct weft_flow *flow = 0;
	bool source_is_low = false;
	bool inside = false;
	__u32 now = flow_now();
	__u16 rule;

	if (packet->kind == PACKET_FRAGMENT)
		return WEFT_DROP_FRAGMENT;
	if (packet->kind == PACKET_ERROR)
		inside = flow_read_inner(skb, &view, &inner);
	if (inside || packet->kind == PACKET_FLOW) {
		source_is_low = flow_key(&key, inside ? &inner : packet);
		flow = bpf_map_lookup_elem(&flows, &key);
	}
	if (packet->kind == PACKET_FLOW) {
		flow = flow_resume(&view, flow, source_is_low, now);
	} else {
		if (flow && flow_related(&view, flow, source_is_low))
			return WEFT_FORWARDED;
		flow = 0;
		view.by_self = outbound;
	}
	if (!flow && flow_only_answers(packet) && flow_enforced(&view))
		return flow_denied(&view);
	if (!flow || !flow_admitted(&view, flow)) {
#pragma clang loop unroll(disable)
		while (!flow_judge(&view, &rule)) {
			if (!flow_was_refused(&view, flow))
				return flow_denied(&view);
			flow = 0;
			view.by_self = outbound;
		}
		if (flow)
			flow_record(&view, flow, rule);
	}
	if (flow)
		flow_touch(packet, flow, now);
	else if (packet->kind == PACKET_FLOW)
		flow_create(&view, &key, source_is_low, rule, now);
	return WEFT_FORWARDED;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "flow_key.h"
#include "../abi/settings.h"

/* Flows that went on after the first answer. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct weft_flow_key);
	__type(value, struct weft_flow);
} flows SEC(".maps");

/* All others. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct weft_flow_key);
	__type(value, struct weft_flow);
} openings SEC(".maps");

/* Coarse: 3 ns instead of 24. */
static __always_inline __u32 flow_now(void)
{
	return bpf_ktime_get_coarse_ns() >> 30;
}

/* Signed: another CPU may have written a later time already. */
static __always_inline bool flow_lives(const struct weft_flow *flow, __u32 now)
{
	__u32 life = flow->life;

	return life < WEFT_LIVES && (__s32)(now - flow->seen_s) <= (__s32)flow_life_s[life];
}

/* Both ends are done with it, or one gave up. */
static __always_inline bool flow_is_over(const struct weft_flow *flow)
{
	return flow->life == WEFT_LIFE_TCP_CLOSING || flow->life == WEFT_LIFE_TCP_RESET;
}

/* The entry of a packet's flow, if it is not forgotten yet. A SYN is looked for among the openings alone: a cache line less
 * for each connection, and for each packet of a flood. So a connection that is over may have one that begins beside it,
 * until the new one is answered. */
static __always_inline struct weft_flow *flow_find(const struct flow_view *view,
						   const struct weft_flow_key *key)
{
	struct weft_flow *flow = 0, *opening;

	if (!view->unused && !flow_opens(view->packet))
		flow = bpf_map_lookup_elem(&flows, key);
	if (flow && !flow_lives(flow, view->now))
		flow = 0;
	if (flow && !(flow_is_over(flow) && view->packet->tcp_flags & TCP_SYN))
		return flow;
	opening = bpf_map_lookup_elem(&openings, key);
	if (!opening || !flow_lives(opening, view->now))
		return flow;
	if (flow)
		bpf_map_delete_elem(&flows, key);
	return opening;
}

/* How long it may be silent, by what both ends have said so far. */
static __always_inline __u8 flow_life(const struct weft_flow *flow, __u8 protocol)
{
	bool established = flow->flags & WEFT_FLOW_ESTABLISHED;

	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_SCTP:
		if ((flow->tcp_flags[0] | flow->tcp_flags[1]) & TCP_RST)
			return WEFT_LIFE_TCP_RESET;
		if (flow->tcp_flags[0] & flow->tcp_flags[1] & TCP_FIN)
			return WEFT_LIFE_TCP_CLOSING;
		if (protocol == IPPROTO_SCTP)
			return established ? WEFT_LIFE_SCTP_ESTABLISHED : WEFT_LIFE_SCTP_OPENING;
		return established ? WEFT_LIFE_TCP_ESTABLISHED : WEFT_LIFE_TCP_OPENING;
	case IPPROTO_UDP:
		return flow->flags & WEFT_FLOW_ANSWERED ? WEFT_LIFE_UDP_ANSWERED :
							  WEFT_LIFE_UDP_OPENING;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return WEFT_LIFE_ICMP;
	default:
		return WEFT_LIFE_OTHER;
	}
}

/* How far a passing packet brings its flow. A refusal is no answer, and a connection is established when its handshake is
 * over: neither a scan of closed ports nor a flood of SYNs at an open one gets into "flows". */
static __always_inline __u8 flow_progress(const struct flow_view *view, const struct weft_flow *flow)
{
	bool answer = view->by_self != view->outbound;
	__u8 tcp_flags = view->packet->tcp_flags;

	if (tcp_flags & TCP_RST)
		return 0;
	if (!(flow->flags & WEFT_FLOW_ANSWERED))
		return answer ? WEFT_FLOW_ANSWERED : 0;
	return tcp_flags & TCP_SYN ? 0 : WEFT_FLOW_ESTABLISHED;
}

/* What a passing packet changes in its flow's entry. Whoever sends more after a reset did not send the reset. */
static __always_inline void flow_touch(const struct flow_view *view, struct weft_flow *flow, __u8 progress)
{
	__u8 *seen = &flow->tcp_flags[view->by_self != view->outbound];
	__u8 sent = view->packet->tcp_flags;
	__u8 sent_so_far = *seen | sent;

	if (sent && !(sent & TCP_RST) && *seen & TCP_RST)
		sent_so_far &= ~TCP_RST;
	*seen = sent_so_far;
	flow->seen_s = view->now;
	flow->flags |= progress;
	flow->life = flow_life(flow, view->packet->protocol);
}

/* A new flow: an entry that is nowhere yet. */
static __always_inline void flow_insert(const struct flow_view *view, const struct weft_flow_key *key,
					const struct weft_flow *flow)
{
	if (view->replaces)
		bpf_map_delete_elem(&flows, key);
	bpf_map_update_elem(&openings, key, flow, BPF_ANY);
}

/* From "openings" to "flows". */
static __always_inline void flow_promote(const struct weft_flow_key *key, const struct weft_flow *flow)
{
	struct weft_flow established = *flow;

	if (!bpf_map_update_elem(&flows, key, &established, BPF_ANY))
		bpf_map_delete_elem(&openings, key);
}

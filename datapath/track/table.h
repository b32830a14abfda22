/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "track/life.h"
#include "track/signals.h"
#include "track/view.h"

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

static __always_inline void *flow_table(const struct weft_flow *flow)
{
	return flow->flags & WEFT_FLOW_ESTABLISHED ? (void *)&flows : &openings;
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

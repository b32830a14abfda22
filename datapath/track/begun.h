/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "parse/packet.h"
#include "track/table.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weft_begun);
} begun SEC(".maps");

static __always_inline struct weft_begun *flow_begun(void)
{
	__u32 only = 0;

	return bpf_map_lookup_elem(&begun, &only);
}

/* The new flow of a packet to a container of this host: its entry is stored once, by the receiver's program, which judges it
 * next. Between the two nothing else runs on this CPU. */
static __always_inline bool flow_hand_on(struct packet *packet, const struct weft_flow_key *key,
					 const struct weft_flow *flow)
{
	struct weft_begun *handed = flow_begun();

	if (!handed)
		return false;
	handed->key = *key;
	handed->flow = *flow;
	packet->begins = true;
	return true;
}

/* What the sender's program handed on. */
static __always_inline struct weft_flow *flow_take(const struct weft_flow_key *key)
{
	struct weft_begun *handed = flow_begun();

	return handed && !__builtin_memcmp(&handed->key, key, sizeof(*key)) ? &handed->flow : 0;
}

/* The receiver does not track, or does not let the flow pass: the sender's entry is stored as it is. */
static __always_inline void flow_keep_begun(void)
{
	struct weft_begun *handed = flow_begun();

	if (handed)
		bpf_map_update_elem(&openings, &handed->key, &handed->flow, BPF_ANY);
}

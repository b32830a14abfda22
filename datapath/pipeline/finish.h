/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/record.h"
#include "record/drop.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEFT_OUTCOME_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* Every packet is counted once, by the program that settled what becomes of it. */
static __always_inline void count_outcome(__u32 outcome)
{
	__u64 *packets = bpf_map_lookup_elem(&counters, &outcome);

	if (packets)
		*packets += 1;
}

/* Is the drop put on record here? What a policy drops, flow_decide has put there. */
static __always_inline bool count_is_told(__u32 outcome)
{
	if (outcome == WEFT_DROP_POLICY_EGRESS || outcome == WEFT_DROP_POLICY_INGRESS)
		return false;
	return record_wanted(outcome == WEFT_DROP_MULTICAST ? WEFT_RECORD_MULTICAST : WEFT_RECORD_DROP);
}

/* Counts the outcome and turns it into what the kernel does: the action, if the packet passed or its drop is settled already; a
 * drop, and a record of it, if not. */
static __always_inline int count_finish(struct __sk_buff *skb, __u32 outcome, int action,
					enum record_side side, __u32 frame, __u32 identity)
{
	count_outcome(outcome & ((1 << WEFT_STEP_SHIFT) - 1));
	if (outcome == WEFT_FORWARDED || outcome == WEFT_ANSWERED || action != ACTION_NEXT)
		return action;
	if (count_is_told(outcome))
		record_drop(skb, outcome, side, frame, identity);
	return TC_ACT_SHOT;
}

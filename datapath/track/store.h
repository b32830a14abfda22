/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "parse/packet.h"
#include "track/begun.h"
#include "track/progress.h"
#include "track/table.h"

#define STORE_ANSWER 1		/* the packet is one */
#define STORE_JUDGED 2		/* the flow was judged, which the table does not say yet */
#define STORE_REPLACES 4	/* it begins where another one is not forgotten yet */
#define STORE_HANDS_ON 8	/* if it is new: by the receiver's program */

/* Stores what a passing packet makes of its flow's entry: of one that was found, or of a new one.
 *
 * It is worked on in a copy, because an element of an LRU map is used again at once: what was found may be another flow's by
 * now, and a permission written into it would be that flow's. So the entry is replaced by its key, if it is still there.
 * If another CPU replaces it at the same time, one of the two is lost: a judgement is then made again, as no program writes
 * what the other end's policy said; an answer or a flag comes with the next packet, or else the flow is remembered for
 * longer than need be. Only the time is written in place: whatever flow the element has by now was stored a moment ago, with
 * the same time.
 *
 * Global, so that the verifier walks it once and not for each way to a judgement. */
__noinline int flow_store(struct packet *packet, const struct weft_flow_key *key,
			  struct weft_flow *found, struct weft_flow *flow, __u32 how)
{
	bool answer = how & STORE_ANSWER;
	__u8 progress;
	bool moves;

	if (!packet || !key || !flow)
		return 0;
	progress = found ? flow_progress(packet, flow, answer) : 0;
	moves = progress & WEFT_FLOW_ESTABLISHED;
	if (!flow_touch(packet, flow, answer, progress) && found && !(how & STORE_JUDGED)) {
		if (found->seen_s != flow->seen_s)
			found->seen_s = flow->seen_s;
		return 0;
	}
	if (how & STORE_REPLACES)
		bpf_map_delete_elem(&flows, key);
	if (how & STORE_HANDS_ON && !found && flow_hand_on(packet, key, flow))
		return 0;
	if (bpf_map_update_elem(flow_table(flow), key, flow, found && !moves ? BPF_EXIST : BPF_ANY) == 0 &&
	    moves)
		bpf_map_delete_elem(&openings, key);
	return 0;
}

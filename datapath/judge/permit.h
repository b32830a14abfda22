/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/flow.h"
#include "abi/record.h"
#include "abi/settings.h"
#include "judge/judge.h"
#include "judge/revoke.h"
#include "record/judged.h"
#include "track/signals.h"
#include "track/socket.h"
#include "track/table.h"
#include "track/view.h"

/* A packet that reads as an answer to what this container never let pass. Where a policy decides what may be asked, it
 * decides; where none does, the packet is no answer but what it says of itself: a packet of its own direction. Else
 * whoever is denied one direction could send everything as an "answer" in it. */
static __always_inline bool permit_is_answer(struct __sk_buff *skb, const struct flow_view *view)
{
	return view->certain || judge_enforces(view) || flow_has_socket(skb, view);
}

/* What was denied as an answer may be allowed for what it is, unless it is known to be one. Of a connection only by a
 * policy that says so, the lower port not always being the server's: without one, a connection that is denied now would live
 * on in the other direction. */
static __always_inline bool permit_may_turn(const struct flow_view *view)
{
	if (view->by_self == view->outbound || view->certain)
		return false;
	return !flow_has_signals(view->packet->protocol) ||
	       (view->outbound ? feature_egress : feature_ingress);
}

/* The packet begins a flow of its own, whatever is on record. */
static __always_inline void permit_turn(struct flow_view *view, struct weft_flow **flow)
{
	view->replaces |= !!*flow;
	view->by_self = view->outbound;
	*flow = 0;
}

/* Does this container let the flow pass: by its policy, or although that denies it now? */
static __always_inline bool permit_flow(struct __sk_buff *skb, struct flow_view *view,
					struct weft_flow **flow, bool known)
{
#pragma clang loop unroll(disable)
	for (int turns = 0; !judge_flow(view); turns++) {
		if (known ? revoke_spares(view, *flow) : revoke_adopts(skb, view, *flow))
			return true;
		if (turns || known || !permit_may_turn(view))
			return false;
		permit_turn(view, flow);
	}
	if (!known)
		view->report = WEFT_RECORD_FLOW;
	else
		revoke_undo(view, *flow);
	return true;
}

/* A flow ends for good when that is on record: what is lost of a flood of cuts comes with the flow's next packet. */
static __always_inline void permit_cut(struct __sk_buff *skb, struct flow_view *view,
				     const struct weft_flow_key *key, struct weft_flow *entry)
{
	view->told = true;
	if (!judged_tell(skb, view, judge_denial(view)))
		return;
	entry->flags |= WEFT_FLOW_CUT;
	bpf_map_update_elem(flow_table(entry), key, entry, BPF_EXIST);
}

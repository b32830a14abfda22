/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/flow.h"
#include "abi/record.h"
#include "abi/settings.h"
#include "judge/judge.h"
#include "judge/revoke.h"
#include "record/judged.h"
#include "track/resume.h"
#include "track/signals.h"
#include "track/socket.h"
#include "track/table.h"
#include "track/view.h"

/* A packet that reads as an answer to what this container never let pass. Where a policy decides what may be asked, it
 * decides; where none does, the packet is no answer but what it says of itself: a packet of its own direction. Else
 * whoever is denied one direction could send everything as an "answer" in it. */
static __always_inline bool permit_is_answer(struct __sk_buff *skb, const struct flow_view *view)
{
	return view->connected || judge_enforces(view) || flow_has_socket(skb, view);
}

/* What was denied as an answer may be allowed for what it is, unless it is known to be one. Of a connection only by a
 * policy that says so, the lower port not always being the server's: without one, a connection that is denied now would live
 * on in the other direction. And what was denied for what it is may be allowed as an answer, if the container's kernel has the
 * connection: who opened it the ports only let guess. */
static __always_inline bool permit_may_turn(const struct flow_view *view)
{
	bool answer = view->by_self != view->outbound;

	if (view->certain || (!answer && !view->connected))
		return false;
	if (answer && !flow_has_signals(view->packet->protocol))
		return true;
	return view->by_self ? feature_ingress : feature_egress;
}

/* It is the other end that began the flow, whatever is on record. */
static __always_inline void permit_turn(struct flow_view *view, struct weft_flow **flow)
{
	view->replaces |= !!*flow;
	view->by_self = !view->by_self;
	*flow = 0;
}

/* Was the flow taken up in the middle, so that who began it may have been a guess? */
static __always_inline bool permit_is_guessed(struct __sk_buff *skb, struct flow_view *view,
					      const struct weft_flow *flow, bool known)
{
	if (!known || !flow)
		return true;
	if (!flow_has_signals(view->packet->protocol) || flow->tcp_flags[0] & TCP_SYN)
		return false;
	flow_ask(skb, view);
	return true;
}

/* Does this container let the flow pass: by its policy, or although that denies it now? What is denied in the direction that was
 * guessed, the other direction's policy may allow; if not, a flow that is on record is what it was. */
static __always_inline bool permit_flow(struct __sk_buff *skb, struct flow_view *view,
					struct weft_flow **flow, bool known)
{
	bool turned = false;
	__u16 rule = 0;

#pragma clang loop unroll(disable)
	while (!judge_flow(view)) {
		if (turned || !permit_is_guessed(skb, view, *flow, known) || !permit_may_turn(view)) {
			if (turned && known) {
				view->by_self = !view->by_self;
				view->rule = rule;
			}
			return known ? revoke_spares(view, *flow) : revoke_adopts(skb, view, *flow);
		}
		turned = true;
		rule = view->rule;
		view->by_self = !view->by_self;
	}
	if (known && !turned) {
		revoke_undo(view, *flow);
		return true;
	}
	if (turned) {
		view->replaces |= !!*flow;
		*flow = 0;
	}
	view->report = WEFT_RECORD_FLOW;
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

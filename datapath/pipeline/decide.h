/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "abi/outcome.h"
#include "abi/record.h"
#include "judge/judge.h"
#include "judge/permit.h"
#include "judge/related.h"
#include "judge/revoke.h"
#include "parse/packet.h"
#include "record/judged.h"
#include "track/begun.h"
#include "track/error.h"
#include "track/fragment.h"
#include "track/key.h"
#include "track/permission.h"
#include "track/resume.h"
#include "track/signals.h"
#include "track/store.h"
#include "track/table.h"
#include "track/view.h"

/* A packet of a flow: this container's policy is asked for the first one and whenever the policy or the other end's
 * identity has changed since. A reset begins no flow. */
static __always_inline __u32 flow_admit_flow(struct __sk_buff *skb, struct flow_view *view)
{
	struct weft_flow *found, *flow, entry = {};
	struct weft_flow_key key;
	bool known, answer;

	view->source_is_low = flow_key(&key, view->packet);
	found = view->begins ? flow_take(&key) : flow_find(view, &key);
	if (found)
		entry = *found;
	flow = flow_resume(skb, view, found ? &entry : 0);
	if (view->begins)
		found = 0;
	known = flow_is_known(view, flow);
	if (!known && view->by_self != view->outbound) {
		if (flow_only_answers(view->packet) && !judge_only_watches())
			return WEFT_DROP_UNASKED;
		if (!permit_is_answer(skb, view))
			permit_turn(view, &flow);
	}
	if (!known || !flow_admitted(view, flow)) {
		if (!permit_flow(skb, view, &flow, known)) {
			if (view->report == WEFT_RECORD_CUT)
				permit_cut(skb, view, &key, &entry);
			else if (view->begins)
				flow_keep_begun();
			return judge_denial(view);
		}
		if (!flow) {
			if (view->packet->tcp_flags & TCP_RST)
				return WEFT_FORWARDED;
			flow_begin(view, &entry);
			flow = &entry;
			found = 0;
		}
		if (view->spared != WEFT_REVOKE_DRAIN)
			flow_record(view, flow);
		if (view->spared && !known)
			revoke_mark(view, flow, revoke_until(view, flow));
	}
	flow_hand_over(view, flow);
	entry.seen_s = view->now;
	answer = view->by_self != view->outbound;
	flow_store(view->packet, &key, found, &entry,
		   (answer ? STORE_ANSWER : view->hands_over ? STORE_HANDS_ON : 0) |
			   (view->judged ? STORE_JUDGED : 0) | (view->replaces ? STORE_REPLACES : 0));
	return WEFT_FORWARDED;
}

/* A packet that belongs to no flow, unless it tells of one. */
static __always_inline __u32 flow_admit_single(struct __sk_buff *skb, struct flow_view *view)
{
	struct packet inner = {};
	struct weft_flow_key key;
	struct weft_flow *flow;

	if (view->packet->kind == PACKET_ERROR && error_read(skb, view, &inner)) {
		bool inner_source_is_low = flow_key(&key, &inner);

		flow = flow_find(view, &key);
		if (flow && judge_related(view, flow, inner_source_is_low)) {
			view->packet->state = WEFT_STATE_RELATED;
			return WEFT_FORWARDED;
		}
		view->by_self = view->outbound;
	}
	return judge_flow(view) ? WEFT_FORWARDED : judge_denial(view);
}

#define FLOW_OUTBOUND 1
#define FLOW_UNUSED 2 /* its flow is not in "flows" */
#define FLOW_BEGINS 4 /* see flow_view */
#define FLOW_HANDS_OVER 8

/* May the packet pass this container? Outcome. For all but the packets above; a function of its own, so that those are not
 * slowed down by it and the verifier goes through it once. */
__called __u32 flow_decide(struct __sk_buff *skb, struct packet *packet, __u32 identity,
					    __u32 how)
{
	bool outbound = how & FLOW_OUTBOUND;
	struct flow_view view = {
		.packet = packet,
		.identity = identity,
		.outbound = outbound,
		.by_self = outbound,
		.unused = how & FLOW_UNUSED,
		.begins = how & FLOW_BEGINS,
		.hands_over = how & FLOW_HANDS_OVER,
	};
	__u32 outcome;

	if (!packet)
		return WEFT_DROP_INTERNAL;
	view.now = flow_now();
	view.other = outbound ? &packet->destination : &packet->source;
	if (packet->kind == PACKET_FRAGMENT && !fragment_recall(packet, view.now))
		return judge_only_watches() ? WEFT_FORWARDED : WEFT_DROP_FRAGMENT;
	if (packet->kind == PACKET_FLOW)
		outcome = flow_admit_flow(skb, &view);
	else
		outcome = flow_admit_single(skb, &view);
	if (outcome == WEFT_FORWARDED) {
		if (packet->fragment == PACKET_FIRST_FRAGMENT && packet->kind == PACKET_FLOW)
			fragment_remember(packet, view.now);
	} else if (!view.report && outcome != WEFT_DROP_UNASKED) {
		view.report = WEFT_RECORD_DROP;
	}
	if (view.report && !view.told)
		judged_tell(skb, &view, outcome);
	return outcome;
}

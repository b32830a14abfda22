/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "track/key.h"
#include "track/life.h"
#include "track/permission.h"
#include "track/resume.h"
#include "track/table.h"
#include "track/view.h"

/* A packet that says nothing new of a flow in use. */
static __always_inline bool flow_goes_on(struct flow_view *view)
{
	struct packet *packet = view->packet;
	struct weft_flow_key key;
	struct weft_flow *flow;
	bool answer;
	__u8 before;

	if (packet->kind != PACKET_FLOW || packet->fragment || view->begins ||
	    packet->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST))
		return false;
	view->source_is_low = flow_key(&key, packet);
	flow = bpf_map_lookup_elem(&flows, &key);
	view->unused = !flow;
	if (!flow || !flow_lives(flow, view->now))
		return false;
	answer = !!(flow->flags & WEFT_FLOW_FROM_LOW) != view->source_is_low;
	before = answer ? flow->tcp_flags[1] : flow->tcp_flags[0];
	if (before & TCP_RST || packet->tcp_flags & ~before)
		return false;
	view->by_self = answer != view->outbound;
	flow_recall(view, flow);
	if (!flow_admitted(view, flow))
		return false;
	if (flow->seen_s != view->now)
		flow->seen_s = view->now;
	flow_hand_over(view, flow);
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/identity.h"
#include "abi/flow.h"
#include "abi/settings.h"
#include "track/life.h"
#include "track/permission.h"
#include "track/signals.h"
#include "track/socket.h"
#include "track/view.h"

/* Outside of the mesh an address says less about who has it than where its packets come from, and only packets that come
 * tell that. So for a packet that leaves, the other end is who it was when it was judged. */
static __always_inline void flow_recall(struct flow_view *view, const struct weft_flow *flow)
{
	__u32 judged = view->by_self ? flow->responder_identity : flow->peer_identity;

	if (view->outbound && view->identity <= WEFT_IDENTITY_RESERVED_MAX && judged &&
	    judged <= WEFT_IDENTITY_RESERVED_MAX)
		view->identity = judged;
}

/* In the middle of a connection the container's kernel may know who began it. */
static __always_inline enum flow_role flow_ask(struct __sk_buff *skb, struct flow_view *view)
{
	enum flow_role role = FLOW_NO_ROLE;

	if (!(view->packet->tcp_flags & TCP_SYN))
		role = flow_role(skb, view);
	view->certain = role == FLOW_SERVER;
	view->connected = role != FLOW_NO_ROLE;
	return role;
}

/* Who began the flow of a packet that is on no record. */
static __always_inline void flow_guess(struct __sk_buff *skb, struct flow_view *view)
{
	enum flow_role role = flow_ask(skb, view);

	if (view->connected)
		view->by_self = role == FLOW_PERHAPS_CLIENT;
	else
		view->by_self = flow_looks_answered(view->packet) != view->outbound;
}

/* A SYN that answers a SYN: both ends open the connection at once (RFC 9293 3.5). */
static __always_inline bool flow_crosses(const struct flow_view *view, const struct weft_flow *flow)
{
	return !(flow->flags & WEFT_FLOW_ANSWERED) && flow_is_known(view, flow);
}

/* Of the entry that has the packet's key: the packet's flow, if it is that, and who began it. No entry: the packet may
 * begin a flow. So may a SYN where a connection was refused, or the other way. */
static __always_inline struct weft_flow *flow_resume(struct __sk_buff *skb, struct flow_view *view,
						     struct weft_flow *flow)
{
	bool answer;

	if (!flow) {
		flow_guess(skb, view);
		return 0;
	}
	answer = !!(flow->flags & WEFT_FLOW_FROM_LOW) != view->source_is_low;
	view->by_self = answer != view->outbound;
	if (flow_opens(view->packet) &&
	    (flow_is_over(flow) || (answer && !flow_crosses(view, flow)))) {
		view->by_self = view->outbound;
		return 0;
	}
	flow_recall(view, flow);
	view->packet->state = answer			       ? WEFT_STATE_REPLY :
			      flow->flags & WEFT_FLOW_ANSWERED ? WEFT_STATE_ESTABLISHED :
								 WEFT_STATE_NEW;
	return flow;
}

/* The entry of a flow that this packet begins. */
static __always_inline void flow_begin(const struct flow_view *view, struct weft_flow *flow)
{
	bool answer = view->by_self != view->outbound;

	__builtin_memset(flow, 0, sizeof(*flow));
	flow->peer_identity = view->by_self ? endpoint_identity : view->identity;
	flow->responder_identity = view->by_self ? view->identity : endpoint_identity;
	flow->bound_s = view->now;
	if (view->source_is_low != answer)
		flow->flags = WEFT_FLOW_FROM_LOW;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/flow.h"
#include "abi/settings.h"
#include "track/view.h"

/* Did one end's policy let the flow pass, the other end being who it is now? */
static __always_inline bool flow_passed(const struct weft_flow *flow, bool originator, __u32 other)
{
	if (originator)
		return flow->flags & WEFT_FLOW_EGRESS_OK && flow->responder_identity == other;
	return flow->flags & WEFT_FLOW_INGRESS_OK && flow->peer_identity == other;
}

static __always_inline __u64 flow_revision(const struct weft_flow *flow, bool originator)
{
	return originator ? flow->egress_revision : flow->ingress_revision;
}

/* Did this container let the flow pass under the policy and the identity that hold now? */
static __always_inline bool flow_admitted(const struct flow_view *view, const struct weft_flow *flow)
{
	return flow_passed(flow, view->by_self, view->identity) &&
	       flow_revision(flow, view->by_self) >= policy_revision;
}

/* For the other end's program, if it is on this host: what its policy said of the flow, this container being who it is. */
static __always_inline void flow_hand_over(const struct flow_view *view, const struct weft_flow *flow)
{
	if (view->outbound && flow_passed(flow, !view->by_self, endpoint_identity))
		view->packet->admitted = flow_revision(flow, !view->by_self);
}

static __always_inline void flow_record(struct flow_view *view, struct weft_flow *flow)
{
	view->judged = true;
	if (view->by_self) {
		flow->egress_revision = policy_revision;
		flow->egress_rule = view->rule;
		flow->responder_identity = view->identity;
		flow->flags |= WEFT_FLOW_EGRESS_OK;
	} else {
		flow->ingress_revision = policy_revision;
		flow->ingress_rule = view->rule;
		flow->peer_identity = view->identity;
		flow->flags |= WEFT_FLOW_INGRESS_OK;
	}
}

/* Has this container itself let the flow pass? An entry may be the other end's work alone, which proves nothing here. */
static __always_inline bool flow_is_known(const struct flow_view *view, const struct weft_flow *flow)
{
	return flow && flow->flags & (view->by_self ? WEFT_FLOW_EGRESS_OK : WEFT_FLOW_INGRESS_OK);
}

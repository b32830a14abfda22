/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/flow.h"
#include "abi/policy.h"
#include "abi/record.h"
#include "abi/settings.h"
#include "track/signals.h"
#include "track/socket.h"
#include "track/view.h"

/* What becomes of a flow that this container had let pass, and that its policy denies by now. */

static __always_inline __u8 revoke_passed_flag(const struct flow_view *view)
{
	return view->by_self ? WEFT_FLOW_EGRESS_OK : WEFT_FLOW_INGRESS_OK;
}

static __always_inline __u8 revoke_flag(const struct flow_view *view)
{
	return view->by_self ? WEFT_FLOW_EGRESS_REVOKED : WEFT_FLOW_INGRESS_REVOKED;
}

static __always_inline __u8 revoke_mode_of(const struct flow_view *view)
{
	return view->by_self ? revoke_mode[WEFT_EGRESS] : revoke_mode[WEFT_INGRESS];
}

/* Signed, as all such times are. */
static __always_inline bool revoke_is_before(__u32 time, __u32 other)
{
	return (__s32)(time - other) < 0;
}

static __always_inline bool revoke_is_revoked(const struct weft_flow *flow)
{
	return flow->flags & (WEFT_FLOW_EGRESS_REVOKED | WEFT_FLOW_INGRESS_REVOKED);
}

/* When the flow is to end: as this container's policy says, unless that was to be earlier. A policy that changes again
 * gives no flow more time. 0: it may go on. */
static __always_inline __u32 revoke_until(const struct flow_view *view, const struct weft_flow *flow)
{
	__u32 until = view->by_self ? drain_until_s[WEFT_EGRESS] : drain_until_s[WEFT_INGRESS];

	if (revoke_mode_of(view) != WEFT_REVOKE_DRAIN)
		return 0;
	if (flow && revoke_is_revoked(flow) && flow->bound_s &&
	    revoke_is_before(flow->bound_s, until))
		return flow->bound_s;
	return until;
}

/* It was let pass, it is denied now, and it goes on for now. What drains keeps its old revision, so that each of its
 * packets is judged again. */
static __always_inline void revoke_mark(struct flow_view *view, struct weft_flow *flow, __u32 until)
{
	__u8 flags = revoke_passed_flag(view) | revoke_flag(view);

	if ((flow->flags & flags) == flags && flow->bound_s == until)
		return;
	flow->flags |= flags;
	flow->bound_s = until;
	view->judged = true;
}

/* Does the flow go on for now? */
static __always_inline bool revoke_spares(struct flow_view *view, struct weft_flow *flow)
{
	__u8 mode = revoke_mode_of(view);
	__u32 until = revoke_until(view, flow);

	if (flow->flags & WEFT_FLOW_CUT)
		return false;
	if (mode == WEFT_REVOKE_CUT || (until && !revoke_is_before(view->now, until))) {
		flow->flags |= revoke_flag(view);
		view->report = WEFT_RECORD_CUT;
		return false;
	}
	if (flow_opens(view->packet))
		return false; /* A new flow is judged as any other, whatever ports it takes. */
	if (!(flow->flags & revoke_flag(view)))
		view->report = WEFT_RECORD_KEPT;
	revoke_mark(view, flow, until);
	view->spared = mode;
	return true;
}

/* The same for a connection that this container did not track when it began: that it was let pass, its socket proves. */
static __always_inline bool revoke_adopts(struct __sk_buff *skb, struct flow_view *view,
					  const struct weft_flow *flow)
{
	__u8 mode = revoke_mode_of(view);

	if (mode == WEFT_REVOKE_CUT || view->packet->tcp_flags & TCP_SYN)
		return false;
	if (mode == WEFT_REVOKE_DRAIN && !revoke_is_before(view->now, revoke_until(view, flow)))
		return false;
	if (!flow_has_socket(skb, view))
		return false;
	view->report = WEFT_RECORD_KEPT;
	view->spared = mode;
	return true;
}

/* The policy that took the permission back gives it again. What the other end's took back, that takes back anew. */
static __always_inline void revoke_undo(const struct flow_view *view, struct weft_flow *flow)
{
	if (!(flow->flags & revoke_flag(view)))
		return;
	flow->flags &= ~(revoke_flag(view) | WEFT_FLOW_CUT);
	flow->bound_s = 0;
}

/* Is this a flow that goes on until its deadline? */
static __always_inline bool revoke_drains(const struct flow_view *view, const struct weft_flow *flow)
{
	return flow->flags & revoke_flag(view) && !(flow->flags & WEFT_FLOW_CUT) &&
	       flow->bound_s && revoke_is_before(view->now, flow->bound_s);
}

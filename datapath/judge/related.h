/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/flow.h"
#include "abi/settings.h"
#include "judge/judge.h"
#include "judge/revoke.h"
#include "track/permission.h"
#include "track/view.h"

/* Did this container let the flow of the packet inside pass, under the policy that holds now? */
static __always_inline bool judge_related(struct flow_view *view, const struct weft_flow *flow,
					 bool inner_source_is_low)
{
	bool self_is_low = inner_source_is_low != view->outbound;

	view->by_self = !!(flow->flags & WEFT_FLOW_FROM_LOW) == self_is_low;
	if (!flow_is_known(view, flow))
		return false;
	if (!judge_enforces(view))
		return true;
	return flow_revision(flow, view->by_self) >= policy_revision || revoke_drains(view, flow);
}

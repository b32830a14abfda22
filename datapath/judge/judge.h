/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/policy.h"
#include "abi/settings.h"
#include "judge/policy.h"
#include "track/view.h"

static __always_inline bool judge_enforces(const struct flow_view *view)
{
	return view->by_self ? feature_egress : feature_ingress;
}

static __always_inline __u32 judge_denial(const struct flow_view *view)
{
	return view->by_self ? WEFT_DROP_POLICY_EGRESS : WEFT_DROP_POLICY_INGRESS;
}

/* Where nothing is enforced, flows are only watched: no packet is lost for it. */
static __always_inline bool judge_only_watches(void)
{
	return !feature_egress && !feature_ingress;
}

/* This container's policy on the flow, judged by its first packet's direction. */
static __always_inline bool judge_flow(struct flow_view *view)
{
	const struct packet *packet = view->packet;
	__u16 port = packet->icmp_port;
	__u32 decided;

	view->rule = 0;
	if (!judge_enforces(view))
		return true;
	if (packet->protocol != IPPROTO_ICMP && packet->protocol != IPPROTO_ICMPV6)
		port = bpf_ntohs(view->outbound == view->by_self ? packet->destination_port :
								   packet->source_port);
	decided = policy_decide(view->by_self ? WEFT_EGRESS : WEFT_INGRESS, view->identity,
				view->other, (__u32)packet->protocol << 16 | port);
	view->rule = decided;
	return decided & POLICY_ALLOWS;
}

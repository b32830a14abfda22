/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "deliver/slot.h"
#include "parse/packet.h"
#include "pipeline/decide.h"
#include "track/fast.h"
#include "track/life.h"
#include "track/view.h"

/* May the packet pass this container? For most it is one look-up. */
static __always_inline __u32 flow_admit(struct __sk_buff *skb, struct packet *packet, __u32 identity,
					__u32 how)
{
	struct flow_view view = {
		.packet = packet,
		.identity = identity,
		.now = flow_now(),
		.outbound = how & FLOW_OUTBOUND,
		.begins = how & FLOW_BEGINS,
	};

	if (flow_goes_on(&view))
		return WEFT_FORWARDED;
	return flow_decide(skb, packet, identity, how | (view.unused ? FLOW_UNUSED : 0));
}

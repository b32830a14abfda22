/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "parse/packet.h"
#include "track/life.h"
#include "track/signals.h"

/* UDP, echo and the like do not say that their flow is more than a question and an answer. So it has to last: two seconds, or
 * one and a bit. Else two containers that understand each other would fill "flows" with three packets for an entry. */
#define FLOW_PROVEN_S 2

/* How far a passing packet brings its flow. A refusal is no answer, and a connection is established when its handshake is
 * over: neither a scan of closed ports nor a flood of SYNs at an open one gets into "flows". */
static __always_inline __u8 flow_progress(const struct packet *packet, const struct weft_flow *flow,
					  bool answer)
{
	if (packet->tcp_flags & TCP_RST || flow->flags & WEFT_FLOW_ESTABLISHED)
		return 0;
	if (!(flow->flags & WEFT_FLOW_ANSWERED))
		return answer ? WEFT_FLOW_ANSWERED : 0;
	if (flow_has_signals(packet->protocol))
		return packet->tcp_flags & TCP_SYN ? 0 : WEFT_FLOW_ESTABLISHED;
	return (__s32)(flow->seen_s - flow->bound_s) < FLOW_PROVEN_S ? 0 : WEFT_FLOW_ESTABLISHED;
}

/* All that one end has sent so far. Whoever sends more after a reset did not send the reset. */
static __always_inline __u8 flow_sent(__u8 before, __u8 sent)
{
	if (sent && !(sent & TCP_RST))
		before &= ~TCP_RST;
	return before | sent;
}

/* What a passing packet changes in its flow's entry but the time; false: nothing. */
static __always_inline bool flow_touch(const struct packet *packet, struct weft_flow *flow, bool answer,
				       __u8 progress)
{
	__u32 before = *(const __u32 *)&flow->flags;

	if (answer)
		flow->tcp_flags[1] = flow_sent(flow->tcp_flags[1], packet->tcp_flags);
	else
		flow->tcp_flags[0] = flow_sent(flow->tcp_flags[0], packet->tcp_flags);
	flow->flags |= progress;
	flow->life = flow_life(flow, packet->protocol);
	return *(const __u32 *)&flow->flags != before;
}
_Static_assert(__builtin_offsetof(struct weft_flow, flags) % 4 == 0 &&
		       __builtin_offsetof(struct weft_flow, bound_s) ==
			       __builtin_offsetof(struct weft_flow, flags) + 4,
	       "flags, life and tcp_flags are one word");

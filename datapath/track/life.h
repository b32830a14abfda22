/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/flow.h"
#include "abi/settings.h"

/* Coarse: 3 ns instead of 24. */
static __always_inline __u32 flow_now(void)
{
	return bpf_ktime_get_coarse_ns() >> 30;
}

/* Signed: another CPU may have written a later time already. */
static __always_inline bool flow_lives(const struct weft_flow *flow, __u32 now)
{
	__u32 life = flow->life;

	return life < WEFT_LIFE_COUNT && (__s32)(now - flow->seen_s) <= (__s32)flow_life_s[life];
}

/* Both ends are done with it, or one gave up. */
static __always_inline bool flow_is_over(const struct weft_flow *flow)
{
	return flow->life == WEFT_LIFE_TCP_CLOSING || flow->life == WEFT_LIFE_TCP_RESET;
}

/* How long it may be silent, by what both ends have said so far. */
static __always_inline __u8 flow_life(const struct weft_flow *flow, __u8 protocol)
{
	bool established = flow->flags & WEFT_FLOW_ESTABLISHED;

	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_SCTP:
		if ((flow->tcp_flags[0] | flow->tcp_flags[1]) & TCP_RST)
			return WEFT_LIFE_TCP_RESET;
		if (flow->tcp_flags[0] & flow->tcp_flags[1] & TCP_FIN)
			return WEFT_LIFE_TCP_CLOSING;
		if (protocol == IPPROTO_SCTP)
			return established ? WEFT_LIFE_SCTP_ESTABLISHED : WEFT_LIFE_SCTP_OPENING;
		return established ? WEFT_LIFE_TCP_ESTABLISHED : WEFT_LIFE_TCP_OPENING;
	case IPPROTO_UDP:
		return flow->flags & WEFT_FLOW_ANSWERED ? WEFT_LIFE_UDP_ANSWERED :
							  WEFT_LIFE_UDP_OPENING;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return WEFT_LIFE_ICMP;
	default:
		return WEFT_LIFE_OTHER;
	}
}

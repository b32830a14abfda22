/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "parse/bounds.h"

/* RFC 4861 7.1: a message with a smaller hop limit came through a router, and nobody believes it. */
#define NEIGHBOUR_HOP_LIMIT 255

static __always_inline bool neighbour_is_type(__u8 icmp_type)
{
	return icmp_type >= ICMP6_ROUTER_SOLICITATION && icmp_type <= ICMP6_REDIRECT;
}

/* Can Neighbour Discovery be behind this next header of IPv6? */
static __always_inline bool neighbour_may_follow(__u8 next)
{
	return next == IPPROTO_ICMPV6 || (next < 64 && 1ULL << next & PARSE_EXTENSIONS);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/address.h"
#include "abi/policy.h"
#include "abi/settings.h"

/* Tier 0 finds tables/policy_lookup.h on the include path: maps. Tier 1 puts a generated file of the same name before
 * it, in which this container's policy is branches. */
#include <policy_lookup.h>

#define POLICY_ALLOWS (1U << 31)

/* Does the container's policy let it exchange packets with the other end? POLICY_ALLOWS or not, and the rule that says so. Direction
 * is that of the first packet; `what` is protocol << 16 | port, the responder's (ICMP: type << 8 | code). The policy
 * is there once. */
__called __u32 policy_decide(__u32 direction, __u32 identity,
					      const struct weft_address *other, __u32 what)
{
	struct weft_verdict verdict = {};

	/* What a compiled policy does not look at, clang would not pass: "R2 is not a scalar" (Linux 6.18). */
	asm volatile("" ::"r"(direction), "r"(identity), "r"(what));
	if (!other || (!feature_ingress && !feature_egress))
		return 0; /* Without a policy there are no maps of one, and kernels before 6.8 look into every function. */
	policy_lookup(direction, identity, other, what >> 16, what, &verdict);
	return (verdict.rule & 0xffff) | (verdict.allow ? POLICY_ALLOWS : 0);
}

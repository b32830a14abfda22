/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "address.h"
#include "../abi/policy.h"
#include "../abi/settings.h"

/* Tier 0 finds tables/policy_lookup.h on the include path: maps. Tier 1 puts a generated file of the same name before
 * it, in which this container's policy is branches. */
#include <policy_lookup.h>

/* Does the container's policy let it exchange packets with the other end? Direction is that of the first packet, port
 * the responder's (ICMP: type << 8 | code). */
static __always_inline bool policy_allows(__u32 direction, __u32 identity,
					  const struct weft_address *other, __u8 protocol,
					  __u16 port, __u16 *rule)
{
	struct weft_verdict verdict = {};

	policy_lookup(direction, identity, other, protocol, port, &verdict);
	*rule = verdict.rule;
	return verdict.allow;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/settings.h"

/* to_container of each container of this host, by slot. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u32);
} containers SEC(".maps");

/* Words of skb->cb in which the receiver's program is told who sends; the revision of its own policy (two words) that let
 * the packet's flow pass, if the sender's program has just looked that up; and whether it begins one that is in "begun".
 * While a host goes from one version to the next, programs of both tell each other: places are not given to something else. */
#define DELIVER_IDENTITY 0
#define DELIVER_ADMITTED 1
#define DELIVER_BEGINS 4

static __always_inline void deliver_set_admitted(struct __sk_buff *skb, __u64 revision)
{
	skb->cb[DELIVER_ADMITTED] = revision;
	skb->cb[DELIVER_ADMITTED + 1] = revision >> 32;
}

/* Did the receiver's policy, as it is now, let the packet's flow pass? Then there is nothing to look up. */
static __always_inline bool deliver_is_admitted(const struct __sk_buff *skb)
{
	__u64 revision = (__u64)skb->cb[DELIVER_ADMITTED + 1] << 32 | skb->cb[DELIVER_ADMITTED];

	return revision != 0 && revision >= policy_revision;
}

/* Hands the packet to the receiver's own program. Comes back only if there is none. */
static __always_inline __u32 deliver_to_slot(struct __sk_buff *skb, __u32 slot, __u32 identity,
					     __u64 admitted, bool begins)
{
	skb->cb[DELIVER_IDENTITY] = identity;
	skb->cb[DELIVER_BEGINS] = begins;
	deliver_set_admitted(skb, admitted);
	bpf_tail_call(skb, &containers, slot);
	return WEFT_DROP_NOT_READY;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"

/* Takes one of the things of which there may be one in each period, and `burst` at once: a bucket of tokens kept as one
 * number (GCRA), namely when the next would be due if they came evenly. Two processors at once: one of them gets none. */
static __always_inline bool budget_take(__u64 *due_ns, __u64 now, __u64 period_ns, __u64 burst)
{
	__u64 due = *(volatile __u64 *)due_ns;
	__u64 next = (due > now ? due : now) + period_ns;

	if (next > now + burst * period_ns)
		return false;
	return __sync_val_compare_and_swap(due_ns, due, next) == due;
}

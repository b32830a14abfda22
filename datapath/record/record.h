/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/record.h"
#include "abi/settings.h"
#include "record/budget.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WEFT_LOSS_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} record_losses SEC(".maps");

/* 200 records a second for each container, 400 at once. */
#define RECORD_PERIOD_NS 5000000ULL
#define RECORD_BURST 400

/* Of drops and cuts, and of the others. Each object has its own. */
__u64 record_due_ns[2];

static __always_inline bool record_wanted(__u8 kind)
{
	return record_kinds && record_kinds & 1 << kind;
}

static __always_inline void record_lose(__u32 loss)
{
	__u64 *lost = bpf_map_lookup_elem(&record_losses, &loss);

	if (lost)
		*lost += 1;
}

/* A record that says who judged and when, and else nothing yet. 0: it is lost, and counted as that. */
static __always_inline struct weft_record *record_begin(__u8 kind, __u32 outcome)
{
	bool flow = kind == WEFT_RECORD_FLOW || kind == WEFT_RECORD_KEPT;
	__u64 now = bpf_ktime_get_coarse_ns();
	struct weft_record *record;

	if (!budget_take(&record_due_ns[flow], now, RECORD_PERIOD_NS, RECORD_BURST)) {
		record_lose(flow ? WEFT_LOSS_FLOW_BUDGET : WEFT_LOSS_BUDGET);
		return 0;
	}
	record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);
	if (!record) {
		record_lose(flow ? WEFT_LOSS_FLOW_RING : WEFT_LOSS_RING);
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->time_ns = now;
	record->revision = policy_revision;
	record->slot = endpoint_slot;
	record->outcome = outcome;
	record->kind = kind;
	return record;
}

static __always_inline void record_end(struct weft_record *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

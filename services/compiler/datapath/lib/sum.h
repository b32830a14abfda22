/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base.h"

/* Checksums of messages that are made or checked here (RFC 1071). The longest is an ICMPv6 error. */
#define SUM_BYTES_MAX 1280
#define SUM_STEP_BYTES 32

/* One's complement sum from here to the end of the packet, on top of another. Straight from the packet, because the
 * callers' stack is full. */
static __always_inline __s64 sum_to_end(void *from, void *end, __s64 sum)
{
#pragma clang loop unroll(disable)
	for (__u32 at = 0; at < SUM_BYTES_MAX && from + SUM_STEP_BYTES <= end; at += SUM_STEP_BYTES) {
		sum = bpf_csum_diff(0, 0, from, SUM_STEP_BYTES, sum);
		from += SUM_STEP_BYTES;
	}
#pragma clang loop unroll(disable)
	for (__u32 at = 0; at < SUM_STEP_BYTES && from + 2 <= end; at += 2) {
		sum += *(__u16 *)from;
		from += 2;
	}
	if (from + 1 <= end)
		sum += bpf_htons(*(__u8 *)from << 8);
	return sum;
}

/* The checksum itself; of a message that has its checksum in it and is right: 0. */
static __always_inline __u16 sum_fold(__s64 sum)
{
	__u64 folded = ((__u64)sum & 0xffff) + ((__u64)sum >> 16);

	folded = (folded & 0xffff) + (folded >> 16);
	return ~((folded & 0xffff) + (folded >> 16));
}

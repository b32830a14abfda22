/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"

/* Checksums of messages that are made or checked here (RFC 1071). The longest is an ICMPv6 error. */
#define SUM_BYTES_MAX 1280
#define SUM_STEP_BYTES 32

/* Where the sum of an IPv6 message begins, in the IP header: with the addresses of the pseudo header (RFC 8200 8.1). */
#define SUM_FROM_ADDRESSES __builtin_offsetof(struct ipv6hdr, saddr)

/* Writes the checksum of an IPv4 header without options. */
static __always_inline void sum_header(struct iphdr *ip)
{
	const __u16 *words = (const __u16 *)ip;
	__u32 sum = 0;

	ip->check = 0;
#pragma clang loop unroll(full)
	for (int i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	ip->check = ~((sum & 0xffff) + (sum >> 16));
}

struct sum_walk {
	struct __sk_buff *skb;
	__s64 sum;
	__u32 at;
};

/* A step on; 1: it was the last. A callback of bpf_loop: as a loop, the verifier (Linux 6.18) walked 26,000 instructions of it
 * for each caller. */
static long sum_step(__u32 index __attribute__((unused)), struct sum_walk *walk)
{
	__be32 words[SUM_STEP_BYTES / 4] = {};
	__u32 bytes = walk->skb->len - walk->at;

	if (bytes > sizeof(words))
		bytes = sizeof(words);
	asm volatile("" : "+r"(bytes)); /* Linux 6.18: "R4 invalid zero-sized read", clang asks another register */
	if (bytes == 0 || bpf_skb_load_bytes(walk->skb, walk->at, words, bytes))
		return 1;
	walk->sum = bpf_csum_diff(0, 0, words, sizeof(words), walk->sum);
	walk->at += bytes;
	return 0;
}

/* One's complement sum from here to the end of the packet, on top of another. */
static __always_inline __s64 sum_to_end(struct __sk_buff *skb, __u32 from, __s64 sum)
{
	struct sum_walk walk = { .skb = skb, .sum = sum, .at = from };

	bpf_loop(SUM_BYTES_MAX / SUM_STEP_BYTES, sum_step, &walk, 0);
	return walk.sum;
}

/* The checksum itself; of a message that has its checksum in it and is right: 0. */
static __always_inline __u16 sum_fold(__s64 sum)
{
	__u64 folded = ((__u64)sum & 0xffff) + ((__u64)sum >> 16);

	folded = (folded & 0xffff) + (folded >> 16);
	return ~((folded & 0xffff) + (folded >> 16));
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "base/sum.h"
#include "abi/settings.h"
#include "deliver/container.h"
#include "parse/packet.h"
#include "record/budget.h"

/* Errors that the host tells a container of its own packets (RFC 4443, RFC 792, RFC 1191). The refused packet itself
 * becomes the error: cut, headers put before it, turned round. All of it is called, not inlined: good packets never
 * come here. */

/* What a router may quote: an error is never larger than every link takes. */
#define ICMP6_ERROR_BYTES_MAX SUM_BYTES_MAX
#define ICMP4_ERROR_BYTES_MAX 576 /* RFC 1812 4.3.2.3 */

#define ICMP4_CODE_HOST 1
#define ICMP4_CODE_TOO_BIG 4
#define ICMP6_UNREACHABLE 1
#define ICMP6_CODE_ADDRESS 3
#define ICMP6_TOO_BIG 2
#define ICMP6_TIME_EXCEEDED 3

#define ICMP_HOP_LIMIT 64
#define IPV4_CONTROL 0xc0 /* precedence of errors, RFC 1812 4.3.2.5 */

/* 100 errors a second for each container, 50 at once. */
#define ICMP_PERIOD_NS 10000000ULL
#define ICMP_BURST 50

/* Each object has its own. */
__u64 icmp_due_ns;

struct icmp_message {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__be32 value;	/* the next hop's MTU, or zero */
};

static __always_inline bool icmp_budget_take(void)
{
	return budget_take(&icmp_due_ns, bpf_ktime_get_coarse_ns(), ICMP_PERIOD_NS, ICMP_BURST);
}

static __always_inline void icmp_set(struct icmp_message *message, __u8 type, __u8 code, __u32 mtu)
{
	message->type = type;
	message->code = code;
	message->checksum = 0;
	message->value = bpf_htonl(mtu);
}

/* Leaves of the packet what is quoted, and makes room before it. Also ends that a super-packet is one. */
static __always_inline bool icmp_cut(struct __sk_buff *skb, __u32 bytes, __u32 room)
{
	return bpf_skb_change_tail(skb, ETH_HLEN + bytes, 0) == 0 &&
	       bpf_skb_adjust_room(skb, room, BPF_ADJ_ROOM_MAC, 0) == 0;
}

/* How much is quoted of an IP packet of so many bytes; a super-packet's header need not tell. */
static __always_inline __u32 icmp_quote(struct __sk_buff *skb, __u32 bytes, __u32 most)
{
	if (skb->gso_size || bytes > skb->len - ETH_HLEN)
		bytes = skb->len - ETH_HLEN;
	return bytes < most ? bytes : most;
}

/* The error takes the refused packet's place: the frame goes back to the device inside. */
static __always_inline int icmp_send(struct __sk_buff *skb, struct ethhdr *ethernet)
{
	mac_copy(ethernet->h_dest, endpoint_mac);
	mac_copy(ethernet->h_source, gateway_mac);
	ethernet->h_proto = skb->protocol;
	deliver_accept(skb);
	return bpf_redirect_peer(endpoint_ifindex, 0);
}

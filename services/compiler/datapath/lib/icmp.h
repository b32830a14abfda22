/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "deliver.h"
#include "record.h"
#include "sum.h"

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
#define IPV4_DF bpf_htons(0x4000)
#define IPV4_GATEWAY bpf_htonl(0xa9fe0101) /* 169.254.1.1 */

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

struct icmp6_error {
	struct ipv6hdr ip;
	struct icmp_message icmp;
};

struct icmp4_error {
	struct iphdr ip;
	struct icmp_message icmp;
};

#define ICMP6_QUOTE_MAX (ICMP6_ERROR_BYTES_MAX - sizeof(struct icmp6_error))
#define ICMP4_QUOTE_MAX (ICMP4_ERROR_BYTES_MAX - sizeof(struct icmp4_error))

static __always_inline bool icmp_budget_take(void)
{
	return budget_take(&icmp_due_ns, bpf_ktime_get_coarse_ns(), ICMP_PERIOD_NS, ICMP_BURST);
}

/* No errors about errors, nor about fragments other than the first (RFC 4443 2.4(e), RFC 1122 3.2.2). Multicast and
 * sources that are no container never come this far. */
static __always_inline bool icmp_may_tell(const struct packet *packet)
{
	__u8 type = packet->icmp_type;

	if (packet->fragment == PACKET_LATER_FRAGMENT)
		return false;
	if (packet->protocol == IPPROTO_ICMPV6)
		return type >= ICMP6_ECHO;
	if (packet->protocol == IPPROTO_ICMP)
		return type == ICMP4_ECHO || type == ICMP4_ECHO_REPLY ||
		       type > ICMP4_PARAMETER_PROBLEM;
	return true;
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

static __always_inline void icmp6_address(struct icmp6_error *error, const struct ipv6hdr *refused)
{
	address_copy((struct weft_address *)&error->ip.daddr, &refused->saddr);
	((__be64 *)&error->ip.saddr)[0] = setting_half(&underlay6, 0);
	((__be64 *)&error->ip.saddr)[1] = setting_half(&underlay6, 1);
	if (setting_half(&underlay6, 0) == 0)
		address_set_gateway(&error->ip.saddr);
}

static __always_inline int icmp6_tell(struct __sk_buff *skb, __u32 outcome)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;
	struct icmp6_error *error = (void *)(ethernet + 1);
	struct ipv6hdr *refused = (void *)(ethernet + 1);
	void *end = (void *)(long)skb->data_end;
	__u32 quoted;

	if ((void *)(refused + 1) > end || !icmp_budget_take())
		return ACTION_NEXT;
	quoted = icmp_quote(skb, sizeof(*refused) + bpf_ntohs(refused->payload_len), ICMP6_QUOTE_MAX);
	if (!icmp_cut(skb, quoted, sizeof(*error)))
		return ACTION_NEXT;
	ethernet = (void *)(long)skb->data;
	error = (void *)(ethernet + 1);
	refused = (void *)(error + 1);
	end = (void *)(long)skb->data_end;
	if ((void *)(refused + 1) > end)
		return ACTION_NEXT;
	*(__be32 *)&error->ip = bpf_htonl(6 << 28);
	error->ip.payload_len = bpf_htons(sizeof(error->icmp) + quoted);
	error->ip.nexthdr = IPPROTO_ICMPV6;
	error->ip.hop_limit = ICMP_HOP_LIMIT;
	icmp6_address(error, refused);
	icmp_set(&error->icmp, ICMP6_UNREACHABLE, ICMP6_CODE_ADDRESS, 0);
	if (outcome == WEFT_DROP_HOP_LIMIT)
		icmp_set(&error->icmp, ICMP6_TIME_EXCEEDED, 0, 0);
	if (outcome == WEFT_DROP_TOO_BIG)
		icmp_set(&error->icmp, ICMP6_TOO_BIG, 0, path_mtu);
	error->icmp.checksum = sum_fold(sum_to_end(
		skb, ETH_HLEN + SUM_FROM_ADDRESSES, error->ip.payload_len + bpf_htons(IPPROTO_ICMPV6)));
	return icmp_send(skb, ethernet);
}

static __always_inline void icmp4_header(struct iphdr *ip, __be32 destination, __u32 quoted)
{
	*(__be16 *)ip = bpf_htons(0x4500 | IPV4_CONTROL);
	ip->tot_len = bpf_htons(sizeof(struct icmp4_error) + quoted);
	ip->id = 0;
	ip->frag_off = IPV4_DF;
	ip->ttl = ICMP_HOP_LIMIT;
	ip->protocol = IPPROTO_ICMP;
	ip->check = 0;
	ip->saddr = ((const volatile __be32 *)&underlay4)[3];
	if (ip->saddr == 0)
		ip->saddr = IPV4_GATEWAY;
	ip->daddr = destination;
	ip->check = sum_fold(bpf_csum_diff(0, 0, (__be32 *)ip, sizeof(*ip), 0));
}

static __always_inline int icmp4_tell(struct __sk_buff *skb, __u32 outcome)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;
	struct icmp4_error *error = (void *)(ethernet + 1);
	struct iphdr *refused = (void *)(ethernet + 1);
	void *end = (void *)(long)skb->data_end;
	__u32 quoted;

	if ((void *)(refused + 1) > end)
		return ACTION_NEXT;
	quoted = icmp_quote(skb, bpf_ntohs(refused->tot_len), ICMP4_QUOTE_MAX);
	if (!icmp_budget_take() || !icmp_cut(skb, quoted, sizeof(*error)))
		return ACTION_NEXT;
	ethernet = (void *)(long)skb->data;
	error = (void *)(ethernet + 1);
	refused = (void *)(error + 1);
	end = (void *)(long)skb->data_end;
	if ((void *)(refused + 1) > end)
		return ACTION_NEXT;
	icmp4_header(&error->ip, refused->saddr, quoted);
	icmp_set(&error->icmp, ICMP4_UNREACHABLE, ICMP4_CODE_HOST, 0);
	if (outcome == WEFT_DROP_HOP_LIMIT)
		icmp_set(&error->icmp, ICMP4_TIME_EXCEEDED, 0, 0);
	if (outcome == WEFT_DROP_TOO_BIG)
		icmp_set(&error->icmp, ICMP4_UNREACHABLE, ICMP4_CODE_TOO_BIG, path_mtu);
	error->icmp.checksum = sum_fold(sum_to_end(skb, ETH_HLEN + sizeof(error->ip), 0));
	return icmp_send(skb, ethernet);
}

/* Too big is told without DF as well: a router would make fragments, BPF cannot, and a sender that is told makes them itself.
 * Nobody is told of what was sent to everybody. Global, so that the verifier walks it once. */
__noinline int icmp_tell(struct __sk_buff *skb, __u32 outcome)
{
	if (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST)
		return ACTION_NEXT;
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return icmp6_tell(skb, outcome);
	return feature_ipv4 ? icmp4_tell(skb, outcome) : ACTION_NEXT;
}

/* Drops the packet for this reason, and tells its sender why if that is allowed. The action is settled, because what is left
 * of the packet may be the error. */
static __always_inline __u32 icmp_refuse(struct __sk_buff *skb, const struct packet *packet,
					 __u32 outcome, int *action)
{
	if (record_wanted(WEFT_RECORD_DROP))
		record_drop(skb, outcome, RECORD_SENT, 0, 0);
	if (icmp_may_tell(packet))
		*action = icmp_tell(skb, outcome);
	if (*action == ACTION_NEXT)
		*action = TC_ACT_SHOT;
	return outcome;
}

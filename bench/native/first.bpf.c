// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Built with the datapath's own headers: every run of it is a SYN from another port, sent by the container whose from_container is in
// slot 50. The frame is Alice's, IPv6 and TCP.
#include "deliver/slot.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

__u16 port;

SEC("tc") int first(struct __sk_buff *skb)
{
	struct ethhdr *ethernet = (void *)(long)skb->data;
	struct ipv6hdr *ip = (void *)(ethernet + 1);
	__be16 *source = (void *)(ip + 1);

	if ((void *)(source + 1) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	ip->hop_limit = 64;
	*source = port++;
	deliver_to_slot(skb, 50, 0, 0, false);
	return TC_ACT_SHOT;
}

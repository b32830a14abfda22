// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/base.h"
#include "deliver/container.h"
#include "deliver/slot.h"
#include "pipeline/finish.h"
#include "pipeline/receive.h"
#include "pipeline/send.h"
#include "track/begun.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Ingress of the host's side of the container's veth: all that the container sends. */
SEC("tc")
int from_container(struct __sk_buff *skb)
{
	int action = ACTION_NEXT;
	__u32 outcome = send(skb, &action);

	return count_finish(skb, outcome, action, RECORD_SENT, 0, 0);
}

/* All that the container receives: as tail call of whoever has a packet for it, and as egress of the host's side of its veth
 * for packets of the host's stack. */
SEC("tc")
int to_container(struct __sk_buff *skb)
{
	bool from_stack = skb->ifindex == endpoint_ifindex;
	int action = ACTION_NEXT;
	__u32 outcome = WEFT_FORWARDED;

	if (from_stack || (feature_track && !deliver_is_admitted(skb)))
		outcome = receive(skb, from_stack);
	else if (!feature_track && skb->cb[DELIVER_BEGINS])
		flow_keep_begun();
	if (outcome == WEFT_FORWARDED && !from_stack)
		outcome = deliver_to_container(skb, &action);
	return count_finish(skb, outcome, action,
			    from_stack ? RECORD_FROM_STACK : RECORD_RECEIVED, 0, 0);
}

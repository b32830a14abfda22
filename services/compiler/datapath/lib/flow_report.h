/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "record.h"
#include "../abi/policy.h"

/* A policy has judged: a record of its judgement on the packet. False: there is none. */
static __always_inline bool flow_report(struct __sk_buff *skb, const struct flow_view *view,
					__u32 outcome, __u8 kind)
{
	const struct packet *packet = view->packet;
	struct weft_record *record;

	if (!record_wanted(kind))
		return false;
	record = record_begin(kind, outcome);
	if (!record)
		return false;
	record->source = packet->source;
	record->destination = packet->destination;
	record->source_identity = view->outbound ? endpoint_identity : view->identity;
	record->destination_identity = view->outbound ? view->identity : endpoint_identity;
	record->bytes = skb->len - ETH_HLEN;
	if (packet->protocol == IPPROTO_ICMP || packet->protocol == IPPROTO_ICMPV6) {
		record->icmp = (__u16)packet->icmp_type << 8 | (packet->icmp_port & 0xff);
	} else {
		record->source_port = packet->source_port;
		record->destination_port = packet->destination_port;
	}
	record->rule = view->rule;
	record->protocol = packet->protocol;
	record->tcp_flags = packet->tcp_flags;
	record->direction = view->by_self ? WEFT_EGRESS : WEFT_INGRESS;
	record->state = packet->state;
	record_end(record);
	return true;
}

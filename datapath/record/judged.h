/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/policy.h"
#include "abi/record.h"
#include "abi/settings.h"
#include "parse/packet.h"
#include "record/record.h"
#include "track/view.h"

/* What else a record says of a judgement, in one word. */
#define REPORT_RULE 0xffff
#define REPORT_KIND_SHIFT 16
#define REPORT_OUTCOME_SHIFT 20
#define REPORT_OUTBOUND (1U << 30)
#define REPORT_BY_SELF (1U << 31)

/* Puts on record what a policy judged of a packet. 0: the record is lost. */
__called int judged_report(struct __sk_buff *skb, const struct packet *packet,
					  __u32 identity, __u32 what)
{
	__u32 outcome = (what >> REPORT_OUTCOME_SHIFT) & 0xff;
	struct weft_record *record;

	if (!packet)
		return 0;
	record = record_begin((what >> REPORT_KIND_SHIFT) & 0xf, outcome);
	if (!record)
		return 0;
	record->source = packet->source;
	record->destination = packet->destination;
	record->source_identity = what & REPORT_OUTBOUND ? endpoint_identity : identity;
	record->destination_identity = what & REPORT_OUTBOUND ? identity : endpoint_identity;
	record->bytes = skb->len - ETH_HLEN;
	if (packet->protocol == IPPROTO_ICMP || packet->protocol == IPPROTO_ICMPV6) {
		record->icmp = (__u16)packet->icmp_type << 8 | (packet->icmp_port & 0xff);
	} else {
		record->source_port = packet->source_port;
		record->destination_port = packet->destination_port;
	}
	record->rule = what & REPORT_RULE;
	record->protocol = packet->protocol;
	record->tcp_flags = packet->tcp_flags;
	record->direction = what & REPORT_BY_SELF ? WEFT_EGRESS : WEFT_INGRESS;
	record->state = packet->state;
	record_end(record);
	return 1;
}

/* Tells what was decided, if that is wanted. False: the record is lost. */
static __always_inline bool judged_tell(struct __sk_buff *skb, const struct flow_view *view,
				      __u32 outcome)
{
	__u32 what = view->rule | (__u32)view->report << REPORT_KIND_SHIFT |
		     outcome << REPORT_OUTCOME_SHIFT | (view->outbound ? REPORT_OUTBOUND : 0) |
		     (view->by_self ? REPORT_BY_SELF : 0);

	return !record_wanted(view->report) || judged_report(skb, view->packet, view->identity, what);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "deliver.h"
#include "flow_report.h"
#include "flow_table.h"
#include "fragment.h"
#include "policy.h"
#include "revoke.h"

static __always_inline bool flow_enforced(const struct flow_view *view)
{
	return view->by_self ? feature_egress : feature_ingress;
}

static __always_inline __u32 flow_denied(const struct flow_view *view)
{
	return view->by_self ? WEFT_DROP_POLICY_EGRESS : WEFT_DROP_POLICY_INGRESS;
}

/* Where nothing is enforced, flows are only watched: no packet is lost for it. */
static __always_inline bool flow_only_watched(void)
{
	return !feature_egress && !feature_ingress;
}

/* This container's policy on the flow, judged by its first packet's direction. */
static __always_inline bool flow_judge(struct flow_view *view)
{
	const struct packet *packet = view->packet;
	__u16 port = packet->icmp_port;
	__u32 decided;

	view->rule = 0;
	if (!flow_enforced(view))
		return true;
	if (packet->protocol != IPPROTO_ICMP && packet->protocol != IPPROTO_ICMPV6)
		port = bpf_ntohs(view->outbound == view->by_self ? packet->destination_port :
								   packet->source_port);
	decided = policy_decide(view->by_self ? WEFT_EGRESS : WEFT_INGRESS, view->identity,
				view->other, (__u32)packet->protocol << 16 | port);
	view->rule = decided;
	return decided & POLICY_ALLOWS;
}

/* Did one end's policy let the flow pass, the other end being who it is now? */
static __always_inline bool flow_passed(const struct weft_flow *flow, bool originator, __u32 other)
{
	if (originator)
		return flow->flags & WEFT_FLOW_EGRESS_OK && flow->responder_identity == other;
	return flow->flags & WEFT_FLOW_INGRESS_OK && flow->peer_identity == other;
}

static __always_inline __u64 flow_revision(const struct weft_flow *flow, bool originator)
{
	return originator ? flow->egress_revision : flow->ingress_revision;
}

/* Did this container let the flow pass under the policy and the identity that hold now? */
static __always_inline bool flow_admitted(const struct flow_view *view, const struct weft_flow *flow)
{
	return flow_passed(flow, view->by_self, view->identity) &&
	       flow_revision(flow, view->by_self) >= policy_revision;
}

/* For the other end's program, if it is on this host: what its policy said of the flow, this container being who it is. */
static __always_inline void flow_hand_over(const struct flow_view *view, const struct weft_flow *flow)
{
	if (view->outbound && flow_passed(flow, !view->by_self, endpoint_identity))
		view->packet->admitted = flow_revision(flow, !view->by_self);
}

static __always_inline void flow_record(struct flow_view *view, struct weft_flow *flow)
{
	view->judged = true;
	if (view->by_self) {
		flow->egress_revision = policy_revision;
		flow->egress_rule = view->rule;
		flow->responder_identity = view->identity;
		flow->flags |= WEFT_FLOW_EGRESS_OK;
	} else {
		flow->ingress_revision = policy_revision;
		flow->ingress_rule = view->rule;
		flow->peer_identity = view->identity;
		flow->flags |= WEFT_FLOW_INGRESS_OK;
	}
}

/* Has this container itself let the flow pass? An entry may be the other end's work alone, which proves nothing here. */
static __always_inline bool flow_is_known(const struct flow_view *view, const struct weft_flow *flow)
{
	return flow && flow->flags & (view->by_self ? WEFT_FLOW_EGRESS_OK : WEFT_FLOW_INGRESS_OK);
}

/* Did this container let the flow of the packet inside pass, under the policy that holds now? */
static __always_inline bool flow_related(struct flow_view *view, const struct weft_flow *flow,
					 bool inner_source_is_low)
{
	bool self_is_low = inner_source_is_low != view->outbound;

	view->by_self = !!(flow->flags & WEFT_FLOW_FROM_LOW) == self_is_low;
	if (!flow_is_known(view, flow))
		return false;
	if (!flow_enforced(view))
		return true;
	return flow_revision(flow, view->by_self) >= policy_revision || revoke_drains(view, flow);
}

/* Outside of the mesh an address says less about who has it than where its packets come from, and only packets that come
 * tell that. So for a packet that leaves, the other end is who it was when it was judged. */
static __always_inline void flow_recall(struct flow_view *view, const struct weft_flow *flow)
{
	__u32 judged = view->by_self ? flow->responder_identity : flow->peer_identity;

	if (view->outbound && view->identity <= IDENTITY_RESERVED_MAX && judged &&
	    judged <= IDENTITY_RESERVED_MAX)
		view->identity = judged;
}

/* Who began the flow of a packet that is on no record: in the middle of a connection the container's kernel may know. */
static __always_inline void flow_guess(struct __sk_buff *skb, struct flow_view *view)
{
	enum flow_role role = FLOW_NO_ROLE;

	if (!(view->packet->tcp_flags & TCP_SYN))
		role = flow_role(skb, view);
	view->certain = role != FLOW_NO_ROLE;
	if (view->certain)
		view->by_self = role == FLOW_CLIENT;
	else
		view->by_self = flow_looks_answered(view->packet) != view->outbound;
}

/* A SYN that answers a SYN: both ends open the connection at once (RFC 9293 3.5). */
static __always_inline bool flow_crosses(const struct flow_view *view, const struct weft_flow *flow)
{
	return !(flow->flags & WEFT_FLOW_ANSWERED) && flow_is_known(view, flow);
}

/* Of the entry that has the packet's key: the packet's flow, if it is that, and who began it. No entry: the packet may
 * begin a flow. So may a SYN where a connection was refused, or the other way. */
static __always_inline struct weft_flow *flow_resume(struct __sk_buff *skb, struct flow_view *view,
						     struct weft_flow *flow)
{
	bool answer;

	if (!flow) {
		flow_guess(skb, view);
		return 0;
	}
	answer = !!(flow->flags & WEFT_FLOW_FROM_LOW) != view->source_is_low;
	view->by_self = answer != view->outbound;
	if (flow_opens(view->packet) &&
	    (flow_is_over(flow) || (answer && !flow_crosses(view, flow)))) {
		view->by_self = view->outbound;
		return 0;
	}
	flow_recall(view, flow);
	view->packet->state = answer			       ? WEFT_STATE_REPLY :
			      flow->flags & WEFT_FLOW_ANSWERED ? WEFT_STATE_ESTABLISHED :
								 WEFT_STATE_NEW;
	return flow;
}

/* The entry of a flow that this packet begins. */
static __always_inline void flow_begin(const struct flow_view *view, struct weft_flow *flow)
{
	bool answer = view->by_self != view->outbound;

	__builtin_memset(flow, 0, sizeof(*flow));
	flow->peer_identity = view->by_self ? endpoint_identity : view->identity;
	flow->responder_identity = view->by_self ? view->identity : endpoint_identity;
	flow->bound_s = view->now;
	if (view->source_is_low != answer)
		flow->flags = WEFT_FLOW_FROM_LOW;
}

/* A packet that reads as an answer to what this container never let pass. Where a policy decides what may be asked, it
 * decides; where none does, the packet is no answer but what it says of itself: a packet of its own direction. Else
 * whoever is denied one direction could send everything as an "answer" in it. */
static __always_inline bool flow_is_answer(struct __sk_buff *skb, const struct flow_view *view)
{
	return view->certain || flow_enforced(view) || flow_has_socket(skb, view);
}

/* What was denied as an answer may be allowed for what it is, unless it is known to be one. Of a connection only by a
 * policy that says so, the lower port not always being the server's: without one, a connection that is denied now would live
 * on in the other direction. */
static __always_inline bool flow_may_turn(const struct flow_view *view)
{
	if (view->by_self == view->outbound || view->certain)
		return false;
	return !flow_has_signals(view->packet->protocol) ||
	       (view->outbound ? feature_egress : feature_ingress);
}

/* The packet begins a flow of its own, whatever is on record. */
static __always_inline void flow_turn(struct flow_view *view, struct weft_flow **flow)
{
	view->replaces |= !!*flow;
	view->by_self = view->outbound;
	*flow = 0;
}

/* Does this container let the flow pass: by its policy, or although that denies it now? */
static __always_inline bool flow_permit(struct __sk_buff *skb, struct flow_view *view,
					struct weft_flow **flow, bool known)
{
#pragma clang loop unroll(disable)
	for (int turns = 0; !flow_judge(view); turns++) {
		if (known ? revoke_spares(view, *flow) : revoke_adopts(skb, view, *flow))
			return true;
		if (turns || known || !flow_may_turn(view))
			return false;
		flow_turn(view, flow);
	}
	if (!known)
		view->report = WEFT_RECORD_FLOW;
	else
		revoke_undo(view, *flow);
	return true;
}

/* A flow ends for good when that is on record: what is lost of a flood of cuts comes with the flow's next packet. */
static __always_inline void flow_cut(struct __sk_buff *skb, struct flow_view *view,
				     const struct weft_flow_key *key, struct weft_flow *entry)
{
	view->told = true;
	if (!flow_tell(skb, view, flow_denied(view)))
		return;
	entry->flags |= WEFT_FLOW_CUT;
	bpf_map_update_elem(flow_table(entry), key, entry, BPF_EXIST);
}

/* A packet of a flow: this container's policy is asked for the first one and whenever the policy or the other end's
 * identity has changed since. A reset begins no flow. */
static __always_inline __u32 flow_admit_flow(struct __sk_buff *skb, struct flow_view *view)
{
	struct weft_flow *found, *flow, entry = {};
	struct weft_flow_key key;
	bool known, answer;

	view->source_is_low = flow_key(&key, view->packet);
	found = view->begins ? flow_take(&key) : flow_find(view, &key);
	if (found)
		entry = *found;
	flow = flow_resume(skb, view, found ? &entry : 0);
	if (view->begins)
		found = 0;
	known = flow_is_known(view, flow);
	if (!known && view->by_self != view->outbound) {
		if (flow_only_answers(view->packet) && !flow_only_watched())
			return WEFT_DROP_UNASKED;
		if (!flow_is_answer(skb, view))
			flow_turn(view, &flow);
	}
	if (!known || !flow_admitted(view, flow)) {
		if (!flow_permit(skb, view, &flow, known)) {
			if (view->report == WEFT_RECORD_CUT)
				flow_cut(skb, view, &key, &entry);
			else if (view->begins)
				flow_keep_begun();
			return flow_denied(view);
		}
		if (!flow) {
			if (view->packet->tcp_flags & TCP_RST)
				return WEFT_FORWARDED;
			flow_begin(view, &entry);
			flow = &entry;
			found = 0;
		}
		if (view->spared != WEFT_REVOKE_DRAIN)
			flow_record(view, flow);
		if (view->spared && !known)
			revoke_mark(view, flow, revoke_until(view, flow));
	}
	flow_hand_over(view, flow);
	entry.seen_s = view->now;
	answer = view->by_self != view->outbound;
	flow_store(view->packet, &key, found, &entry,
		   (answer ? STORE_ANSWER : view->hands_over ? STORE_HANDS_ON : 0) |
			   (view->judged ? STORE_JUDGED : 0) | (view->replaces ? STORE_REPLACES : 0));
	return WEFT_FORWARDED;
}

/* A packet that belongs to no flow, unless it tells of one. */
static __always_inline __u32 flow_admit_single(struct __sk_buff *skb, struct flow_view *view)
{
	struct packet inner = {};
	struct weft_flow_key key;
	struct weft_flow *flow;

	if (view->packet->kind == PACKET_ERROR && flow_read_inner(skb, view, &inner)) {
		bool inner_source_is_low = flow_key(&key, &inner);

		flow = flow_find(view, &key);
		if (flow && flow_related(view, flow, inner_source_is_low)) {
			view->packet->state = WEFT_STATE_RELATED;
			return WEFT_FORWARDED;
		}
		view->by_self = view->outbound;
	}
	return flow_judge(view) ? WEFT_FORWARDED : flow_denied(view);
}

/* A packet that says nothing new of a flow in use. */
static __always_inline bool flow_goes_on(struct flow_view *view)
{
	struct packet *packet = view->packet;
	struct weft_flow_key key;
	struct weft_flow *flow;
	bool answer;
	__u8 before;

	if (packet->kind != PACKET_FLOW || packet->fragment || view->begins ||
	    packet->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST))
		return false;
	view->source_is_low = flow_key(&key, packet);
	flow = bpf_map_lookup_elem(&flows, &key);
	view->unused = !flow;
	if (!flow || !flow_lives(flow, view->now))
		return false;
	answer = !!(flow->flags & WEFT_FLOW_FROM_LOW) != view->source_is_low;
	before = answer ? flow->tcp_flags[1] : flow->tcp_flags[0];
	if (before & TCP_RST || packet->tcp_flags & ~before)
		return false;
	view->by_self = answer != view->outbound;
	flow_recall(view, flow);
	if (!flow_admitted(view, flow))
		return false;
	if (flow->seen_s != view->now)
		flow->seen_s = view->now;
	packet->state = answer ? WEFT_STATE_REPLY : WEFT_STATE_ESTABLISHED;
	flow_hand_over(view, flow);
	return true;
}

#define FLOW_OUTBOUND 1
#define FLOW_UNUSED 2 /* its flow is not in "flows" */
#define FLOW_BEGINS 4 /* see flow_view */
#define FLOW_HANDS_OVER 8

/* May the packet pass this container? Outcome. For all but the packets above; a function of its own, so that those are not
 * slowed down by it and the verifier goes through it once. */
__attribute__((noinline)) __u32 flow_decide(struct __sk_buff *skb, struct packet *packet, __u32 identity,
					    __u32 how)
{
	bool outbound = how & FLOW_OUTBOUND;
	struct flow_view view = {
		.packet = packet,
		.identity = identity,
		.outbound = outbound,
		.by_self = outbound,
		.unused = how & FLOW_UNUSED,
		.begins = how & FLOW_BEGINS,
		.hands_over = how & FLOW_HANDS_OVER,
	};
	__u32 outcome;

	if (!packet)
		return WEFT_DROP_INTERNAL;
	view.now = flow_now();
	view.other = outbound ? &packet->destination : &packet->source;
	if (packet->kind == PACKET_FRAGMENT && !fragment_recall(packet, view.now))
		return flow_only_watched() ? WEFT_FORWARDED : WEFT_DROP_FRAGMENT;
	if (packet->kind == PACKET_FLOW)
		outcome = flow_admit_flow(skb, &view);
	else
		outcome = flow_admit_single(skb, &view);
	if (outcome == WEFT_FORWARDED) {
		if (packet->fragment == PACKET_FIRST_FRAGMENT && packet->kind == PACKET_FLOW)
			fragment_remember(packet, view.now);
	} else if (!view.report && outcome != WEFT_DROP_UNASKED) {
		view.report = WEFT_RECORD_DROP;
	}
	if (view.report && !view.told)
		flow_tell(skb, &view, outcome);
	return outcome;
}

/* May the packet pass this container? For most it is one look-up. */
static __always_inline __u32 flow_admit(struct __sk_buff *skb, struct packet *packet, __u32 identity,
					__u32 how)
{
	struct flow_view view = {
		.packet = packet,
		.identity = identity,
		.now = flow_now(),
		.outbound = how & FLOW_OUTBOUND,
		.begins = how & FLOW_BEGINS,
	};

	if (!flow_goes_on(&view)) {
		__u32 outcome = flow_decide(skb, packet, identity,
					    how | (view.unused ? FLOW_UNUSED : 0));

		if (outcome != WEFT_FORWARDED)
			return outcome;
	}
	skb->cb[DELIVER_STATE] = packet->state;
	return WEFT_FORWARDED;
}

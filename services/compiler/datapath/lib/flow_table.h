/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "flow_key.h"
#include "../abi/settings.h"

/* Flows that went on after the first answer. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct weft_flow_key);
	__type(value, struct weft_flow);
} flows SEC(".maps");

/* All others. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct weft_flow_key);
	__type(value, struct weft_flow);
} openings SEC(".maps");

static __always_inline void *flow_table(const struct weft_flow *flow)
{
	return flow->flags & WEFT_FLOW_ESTABLISHED ? (void *)&flows : &openings;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct weft_begun);
} begun SEC(".maps");

static __always_inline struct weft_begun *flow_begun(void)
{
	__u32 only = 0;

	return bpf_map_lookup_elem(&begun, &only);
}

/* Coarse: 3 ns instead of 24. */
static __always_inline __u32 flow_now(void)
{
	return bpf_ktime_get_coarse_ns() >> 30;
}

/* Signed: another CPU may have written a later time already. */
static __always_inline bool flow_lives(const struct weft_flow *flow, __u32 now)
{
	__u32 life = flow->life;

	return life < WEFT_LIVES && (__s32)(now - flow->seen_s) <= (__s32)flow_life_s[life];
}

/* Both ends are done with it, or one gave up. */
static __always_inline bool flow_is_over(const struct weft_flow *flow)
{
	return flow->life == WEFT_LIFE_TCP_CLOSING || flow->life == WEFT_LIFE_TCP_RESET;
}

/* The entry of a packet's flow, if it is not forgotten yet. A SYN is looked for among the openings alone: a cache line less
 * for each connection, and for each packet of a flood. So a connection that is over may have one that begins beside it,
 * until the new one is answered. */
static __always_inline struct weft_flow *flow_find(const struct flow_view *view,
						   const struct weft_flow_key *key)
{
	struct weft_flow *flow = 0, *opening;

	if (!view->unused && !flow_opens(view->packet))
		flow = bpf_map_lookup_elem(&flows, key);
	if (flow && !flow_lives(flow, view->now))
		flow = 0;
	if (flow && !(flow_is_over(flow) && view->packet->tcp_flags & TCP_SYN))
		return flow;
	opening = bpf_map_lookup_elem(&openings, key);
	if (!opening || !flow_lives(opening, view->now))
		return flow;
	if (flow)
		bpf_map_delete_elem(&flows, key);
	return opening;
}

/* How long it may be silent, by what both ends have said so far. */
static __always_inline __u8 flow_life(const struct weft_flow *flow, __u8 protocol)
{
	bool established = flow->flags & WEFT_FLOW_ESTABLISHED;

	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_SCTP:
		if ((flow->tcp_flags[0] | flow->tcp_flags[1]) & TCP_RST)
			return WEFT_LIFE_TCP_RESET;
		if (flow->tcp_flags[0] & flow->tcp_flags[1] & TCP_FIN)
			return WEFT_LIFE_TCP_CLOSING;
		if (protocol == IPPROTO_SCTP)
			return established ? WEFT_LIFE_SCTP_ESTABLISHED : WEFT_LIFE_SCTP_OPENING;
		return established ? WEFT_LIFE_TCP_ESTABLISHED : WEFT_LIFE_TCP_OPENING;
	case IPPROTO_UDP:
		return flow->flags & WEFT_FLOW_ANSWERED ? WEFT_LIFE_UDP_ANSWERED :
							  WEFT_LIFE_UDP_OPENING;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return WEFT_LIFE_ICMP;
	default:
		return WEFT_LIFE_OTHER;
	}
}

/* UDP, echo and the like do not say that their flow is more than a question and an answer. So it has to last: two seconds, or
 * one and a bit. Else two containers that understand each other would fill "flows" with three packets for an entry. */
#define FLOW_PROVEN_S 2

/* How far a passing packet brings its flow. A refusal is no answer, and a connection is established when its handshake is
 * over: neither a scan of closed ports nor a flood of SYNs at an open one gets into "flows". */
static __always_inline __u8 flow_progress(const struct packet *packet, const struct weft_flow *flow,
					  bool answer)
{
	if (packet->tcp_flags & TCP_RST || flow->flags & WEFT_FLOW_ESTABLISHED)
		return 0;
	if (!(flow->flags & WEFT_FLOW_ANSWERED))
		return answer ? WEFT_FLOW_ANSWERED : 0;
	if (flow_has_signals(packet->protocol))
		return packet->tcp_flags & TCP_SYN ? 0 : WEFT_FLOW_ESTABLISHED;
	return (__s32)(flow->seen_s - flow->bound_s) < FLOW_PROVEN_S ? 0 : WEFT_FLOW_ESTABLISHED;
}

/* All that one end has sent so far. Whoever sends more after a reset did not send the reset. */
static __always_inline __u8 flow_sent(__u8 before, __u8 sent)
{
	if (sent && !(sent & TCP_RST))
		before &= ~TCP_RST;
	return before | sent;
}

/* What a passing packet changes in its flow's entry but the time; false: nothing. */
static __always_inline bool flow_touch(const struct packet *packet, struct weft_flow *flow, bool answer,
				       __u8 progress)
{
	__u32 before = *(const __u32 *)&flow->flags;

	if (answer)
		flow->tcp_flags[1] = flow_sent(flow->tcp_flags[1], packet->tcp_flags);
	else
		flow->tcp_flags[0] = flow_sent(flow->tcp_flags[0], packet->tcp_flags);
	flow->flags |= progress;
	flow->life = flow_life(flow, packet->protocol);
	return *(const __u32 *)&flow->flags != before;
}
_Static_assert(__builtin_offsetof(struct weft_flow, flags) % 4 == 0 &&
		       __builtin_offsetof(struct weft_flow, bound_s) ==
			       __builtin_offsetof(struct weft_flow, flags) + 4,
	       "flags, life and tcp_flags are one word");

/* The new flow of a packet to a container of this host: its entry is stored once, by the receiver's program, which judges it
 * next. Between the two nothing else runs on this CPU. */
static __always_inline bool flow_hand_on(struct packet *packet, const struct weft_flow_key *key,
					 const struct weft_flow *flow)
{
	struct weft_begun *handed = flow_begun();

	if (!handed)
		return false;
	handed->key = *key;
	handed->flow = *flow;
	packet->begins = true;
	return true;
}

/* What the sender's program handed on. */
static __always_inline struct weft_flow *flow_take(const struct weft_flow_key *key)
{
	struct weft_begun *handed = flow_begun();

	return handed && !__builtin_memcmp(&handed->key, key, sizeof(*key)) ? &handed->flow : 0;
}

/* The receiver does not track, or does not let the flow pass: the sender's entry is stored as it is. */
static __always_inline void flow_keep_begun(void)
{
	struct weft_begun *handed = flow_begun();

	if (handed)
		bpf_map_update_elem(&openings, &handed->key, &handed->flow, BPF_ANY);
}

#define STORE_ANSWER 1		/* the packet is one */
#define STORE_JUDGED 2		/* the flow was judged, which the table does not say yet */
#define STORE_REPLACES 4	/* it begins where another one is not forgotten yet */
#define STORE_HANDS_ON 8	/* if it is new: by the receiver's program */

/* Stores what a passing packet makes of its flow's entry: of one that was found, or of a new one.
 *
 * It is worked on in a copy, because an element of an LRU map is used again at once: what was found may be another flow's by
 * now, and a permission written into it would be that flow's. So the entry is replaced by its key, if it is still there.
 * If another CPU replaces it at the same time, one of the two is lost: a judgement is then made again, as no program writes
 * what the other end's policy said; an answer or a flag comes with the next packet, or else the flow is remembered for
 * longer than need be. Only the time is written in place: whatever flow the element has by now was stored a moment ago, with
 * the same time.
 *
 * Global, so that the verifier walks it once and not for each way to a judgement. */
__noinline int flow_store(struct packet *packet, const struct weft_flow_key *key,
			  struct weft_flow *found, struct weft_flow *flow, __u32 how)
{
	bool answer = how & STORE_ANSWER;
	__u8 progress;
	bool moves;

	if (!packet || !key || !flow)
		return 0;
	progress = found ? flow_progress(packet, flow, answer) : 0;
	moves = progress & WEFT_FLOW_ESTABLISHED;
	if (!flow_touch(packet, flow, answer, progress) && found && !(how & STORE_JUDGED)) {
		if (found->seen_s != flow->seen_s)
			found->seen_s = flow->seen_s;
		return 0;
	}
	if (how & STORE_REPLACES)
		bpf_map_delete_elem(&flows, key);
	if (how & STORE_HANDS_ON && !found && flow_hand_on(packet, key, flow))
		return 0;
	if (bpf_map_update_elem(flow_table(flow), key, flow, found && !moves ? BPF_EXIST : BPF_ANY) == 0 &&
	    moves)
		bpf_map_delete_elem(&openings, key);
	return 0;
}

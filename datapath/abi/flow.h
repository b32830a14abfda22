/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/address.h"

/* Maps "flows" and "openings", LRU hashes, one of each per host. A flow begins in "openings" and moves to "flows" with the
 * packet after the first answer, where handshakes are unknown not before its second second; so whoever opens many flows pushes
 * out no flow that is in use. Both directions of
 * a flow share one entry: "low" is the end that compares lower, in whatever order this machine compares fastest. ICMP
 * echo has the identifier as the port of the end that asks, and the next number as that of the end that answers: so the
 * two ends may ask each other under one identifier, and those are two flows. */
struct weft_flow_key {
	struct weft_address low;
	struct weft_address high;
	__be16 low_port;
	__be16 high_port;
	__u8 protocol;
	__u8 pad[3];
};
_Static_assert(sizeof(struct weft_flow_key) == 40, "abi");

/* A permission that was taken back leaves its flag and its old revision, so that the flow is decided again (and dropped
 * again) by its original direction and cannot come back as a new flow of the other end. Only a permission that is given again
 * takes the last three away. */
enum weft_flow_flag {
	WEFT_FLOW_FROM_LOW = 1,		/* the low end sent the first packet */
	WEFT_FLOW_EGRESS_OK = 2,	/* allowed by the originator's egress policy, as of egress_revision */
	WEFT_FLOW_INGRESS_OK = 4,	/* allowed by the responder's ingress policy, as of ingress_revision */
	WEFT_FLOW_ANSWERED = 8,		/* the responder has sent something, and no refusal */
	WEFT_FLOW_ESTABLISHED = 16,	/* the flow went on after that: the entry is in "flows" */
	WEFT_FLOW_EGRESS_REVOKED = 32,	/* the originator's egress policy denies it by now */
	WEFT_FLOW_INGRESS_REVOKED = 64,	/* the responder's ingress policy does */
	WEFT_FLOW_CUT = 128,		/* one of them ended it for good */
};

struct weft_flow {
	__u64 egress_revision;	/* policy revision of the container at which it was decided */
	__u64 ingress_revision;
	__u32 seen_s;		/* coarse monotonic time of the newest packet, in 2^30 ns (1.07 s) */
	__u32 peer_identity;	/* identity of the originator, as the responder's host saw it */
	__u32 responder_identity;	/* identity of the responder, as the originator's host saw it */
	__u16 egress_rule;
	__u16 ingress_rule;
	__u8 flags;
	__u8 life;		/* enum weft_life */
	__u8 tcp_flags[2];	/* all that the originator, the responder has sent */
	__u32 bound_s;		/* when the first packet passed, like seen_s; once revoked: when it is to end; 0: not set */
};
_Static_assert(sizeof(struct weft_flow) == 40, "abi");

/* What becomes of a flow that a container had let pass when its policy denies it. */
enum weft_revoke_mode {
	WEFT_REVOKE_CUT,
	WEFT_REVOKE_KEEP,	/* it goes on until it ends */
	WEFT_REVOKE_DRAIN,	/* it goes on until a deadline */
};

/* Map "begun", per-CPU array of one, one per host: the flow that a packet between two containers of this host begins, on its way
 * from the sender's program, which judged it, to the receiver's, which stores it. */
struct weft_begun {
	struct weft_flow_key key;
	struct weft_flow flow;
};
_Static_assert(sizeof(struct weft_begun) == 80, "abi");

/* What a packet is to its flow. */
enum weft_flow_state {
	WEFT_STATE_NEW,		/* by the originator, before there was an answer; or of no flow */
	WEFT_STATE_ESTABLISHED,	/* by the originator, after that */
	WEFT_STATE_REPLY,	/* by the responder */
	WEFT_STATE_RELATED,	/* an ICMP error about a packet of the flow */
};

/* How long a flow without packets is remembered: index of the setting flow_life_s. */
enum weft_life {
	WEFT_LIFE_TCP_OPENING,
	WEFT_LIFE_TCP_ESTABLISHED,
	WEFT_LIFE_TCP_CLOSING,	/* both ends are done; SCTP too */
	WEFT_LIFE_TCP_RESET,	/* one end gave up; SCTP too */
	WEFT_LIFE_UDP_OPENING,
	WEFT_LIFE_UDP_ANSWERED,
	WEFT_LIFE_ICMP,
	WEFT_LIFE_SCTP_OPENING,
	WEFT_LIFE_SCTP_ESTABLISHED,
	WEFT_LIFE_OTHER,
	WEFT_LIFE_COUNT
};

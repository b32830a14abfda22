/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/address.h"

/* Ring buffer "records", one per host: what happened to packets, for people. Written without a wake-up: whoever reads looks
 * every now and then. Work is bounded: each container has a budget of records, and what the budget or a full ring keeps
 * out is counted in "record_losses". */
struct weft_record {
	__u64 time_ns;		/* CLOCK_MONOTONIC_COARSE */
	__u64 revision;		/* of the policy in force at the container that judged; 0: it has none, or the uplink */
	struct weft_address source;	/* as in the packet; zero: could not be read */
	struct weft_address destination;
	__u32 source_identity;	/* 0: not known */
	__u32 destination_identity;
	__u32 bytes;		/* of the IP packet */
	__be16 source_port;	/* neither TCP, UDP nor SCTP: 0 */
	__be16 destination_port;
	__u16 icmp;		/* type << 8 | code */
	__u16 rule;		/* index into the direction's rules, plus one; 0: no rule */
	__u16 slot;		/* of the container that judged; 0: the uplink */
	__u8 protocol;
	__u8 tcp_flags;		/* SYN, ACK, FIN, RST */
	__u8 outcome;		/* enum weft_outcome */
	__u8 kind;		/* enum weft_record_kind */
	__u8 direction;		/* enum weft_direction */
	__u8 state;		/* enum weft_flow_state, as far as it was found */
	__u8 step;		/* enum weft_step, if a step of the program failed */
	__u8 pad[3];
};
_Static_assert(sizeof(struct weft_record) == 80, "abi");

/* Why there is a record. Setting record_kinds has a bit for each. */
enum weft_record_kind {
	WEFT_RECORD_DROP = 1,	/* a packet was dropped */
	WEFT_RECORD_CUT = 2,	/* so was this one, of a flow that had been let pass before: once for each flow */
	WEFT_RECORD_FLOW = 3,	/* a new flow was let pass */
	WEFT_RECORD_KEPT = 4,	/* a flow that would be denied now goes on (setting revoke_mode) */
	/* No kind, but a bit of the setting: drops of multicast too, which every container's stack sends unasked. */
	WEFT_RECORD_MULTICAST = 5,
};

/* Map "record_losses" (per-CPU array, one per container and one per uplink): records that were not written. */
enum weft_record_loss {
	WEFT_LOSS_BUDGET,	/* drops and cuts beyond the container's budget */
	WEFT_LOSS_RING,		/* drops and cuts for which the ring had no room */
	WEFT_LOSS_FLOW_BUDGET,	/* new and kept flows, which have a budget of their own */
	WEFT_LOSS_FLOW_RING,
	WEFT_LOSS_COUNT
};

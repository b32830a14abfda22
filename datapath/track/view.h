/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/address.h"
#include "parse/packet.h"

/* One packet at one container, in the words of the flow it belongs to. */
struct flow_view {
	struct packet *packet;
	const struct weft_address *other;	/* the end that is not this container */
	__u32 identity;				/* of that end */
	__u32 now;
	bool outbound;				/* the packet leaves this container */
	bool by_self;				/* this container sent the first packet */
	bool source_is_low;
	bool unused;				/* the flow is not in "flows" */
	bool begins;				/* the sender's program has just made the entry, in "begun" */
	bool hands_over;			/* the receiver's program comes next, and stores a new entry */
	bool certain;				/* by_self is what the container's sockets say */
	bool connected;				/* the container's kernel has the connection */
	bool replaces;				/* a flow begins where another one is not forgotten yet */
	bool judged;				/* anew, which the entry does not say yet */
	__u8 report;				/* enum weft_record_kind of what was decided; 0: nothing new */
	__u8 spared;				/* enum weft_revoke_mode by which it passes, though denied */
	bool told;				/* what was decided is on record already, or lost */
	__u16 rule;				/* that decided; 0: none */
};

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/address.h"

/* Map "fragments", LRU hash, one per host: what the first fragment of a packet said that the later ones do not say. */
struct weft_fragment_key {
	struct weft_address source;
	struct weft_address destination;
	__u32 id;		/* as on the wire; IPv4: of 16 bits */
	__u8 protocol;		/* IPv4 (RFC 791); 0 in IPv6, where only the first fragment's counts (RFC 8200 4.5) */
	__u8 pad[3];
};
_Static_assert(sizeof(struct weft_fragment_key) == 40, "abi");

struct weft_fragment {
	__u32 seen_s;		/* when the first fragment was seen, in 2^30 ns */
	__be16 source_port;
	__be16 destination_port;
	__u16 icmp_port;	/* as a policy sees it */
	__u8 icmp_type;
	__u8 protocol;
	__u8 pad[4];
};
_Static_assert(sizeof(struct weft_fragment) == 16, "abi");

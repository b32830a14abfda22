/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/flow.h"
#include "parse/packet.h"

/* One key for both directions. Returns true if the packet's source is the low end. Two containers differ in the second
 * half of their addresses, so that the first is seldom compared. */
static __always_inline bool flow_key(struct weft_flow_key *key, const struct packet *packet)
{
	__u64 source = address_half(&packet->source, 1);
	__u64 destination = address_half(&packet->destination, 1);
	__u32 ports = *(const __u32 *)&packet->source_port;
	bool low;

	if (source == destination) {
		source = address_half(&packet->source, 0);
		destination = address_half(&packet->destination, 0);
	}
	low = source < destination;
	if (source == destination)
		low = packet->source_port <= packet->destination_port;
	if (low) {
		address_copy(&key->low, &packet->source);
		address_copy(&key->high, &packet->destination);
	} else {
		address_copy(&key->low, &packet->destination);
		address_copy(&key->high, &packet->source);
		ports = ports << 16 | ports >> 16;
	}
	*(__u32 *)&key->low_port = ports;
	*(__u32 *)&key->protocol = 0;
	key->protocol = packet->protocol;
	return low;
}

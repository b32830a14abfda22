/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/fragment.h"
#include "parse/packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct weft_fragment_key);
	__type(value, struct weft_fragment);
} fragments SEC(".maps");

/* As long as a receiver of IPv4 waits for the rest (net.ipv4.ipfrag_time), in units of 2^30 ns. */
#define FRAGMENT_LIFE 30

static __always_inline void fragment_key(struct weft_fragment_key *key, const struct packet *packet)
{
	address_copy(&key->source, &packet->source);
	address_copy(&key->destination, &packet->destination);
	key->id = packet->fragment_id;
	*(__u32 *)&key->protocol = 0;
	if (address_is_mapped(&packet->source))
		key->protocol = packet->protocol;
}

/* A first fragment that passed: the later ones are what it is. */
static __always_inline void fragment_remember(const struct packet *packet, __u32 now)
{
	struct weft_fragment_key key;
	struct weft_fragment fragment = {
		.seen_s = now,
		.source_port = packet->source_port,
		.destination_port = packet->destination_port,
		.icmp_port = packet->icmp_port,
		.icmp_type = packet->icmp_type,
		.protocol = packet->protocol,
	};

	fragment_key(&key, packet);
	bpf_map_update_elem(&fragments, &key, &fragment, BPF_ANY);
}

/* A later fragment becomes a packet of the flow that the first one belongs to. False: that one did not pass. */
static __always_inline bool fragment_recall(struct packet *packet, __u32 now)
{
	const struct weft_fragment *first;
	struct weft_fragment_key key;

	fragment_key(&key, packet);
	first = bpf_map_lookup_elem(&fragments, &key);
	if (!first || (__s32)(now - first->seen_s) > FRAGMENT_LIFE)
		return false;
	packet->source_port = first->source_port;
	packet->destination_port = first->destination_port;
	packet->icmp_port = first->icmp_port;
	packet->icmp_type = first->icmp_type;
	packet->protocol = first->protocol;
	packet->kind = PACKET_FLOW;
	return true;
}

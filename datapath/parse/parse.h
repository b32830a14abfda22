/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/outcome.h"
#include "parse/any.h"
#include "parse/packet.h"
#include "parse/plain.h"

/* Reads the headers of an IP packet behind an Ethernet header. */
static __always_inline __u32 parse_packet(struct __sk_buff *skb, struct packet *packet)
{
	return parse_plain(skb, packet) ? WEFT_FORWARDED : parse_any(skb, packet);
}

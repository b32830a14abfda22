/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/outcome.h"
#include "parse/packet.h"
#include "parse/transport.h"

/* A fragment of `bytes` at `at` of its packet. Those that a receiver could only refuse, or that would lie over the headers
 * that the first one was judged by (RFC 1858, RFC 3128, RFC 5722), are refused here. */
static __always_inline __u32 parse_fragment(__u32 at, bool more, __u32 bytes, struct packet *packet)
{
	if (at == 0 && !more) {
		packet->fragment = PACKET_ATOMIC;
		return WEFT_FORWARDED;
	}
	packet->fragment = at ? PACKET_LATER_FRAGMENT : PACKET_FIRST_FRAGMENT;
	if (at)
		packet->kind = PACKET_FRAGMENT;
	if (bytes == 0 || (more && bytes & 7) || at + bytes > 0xffff)
		return WEFT_DROP_FRAGMENT;
	return at && at < parse_transport_bytes(packet->protocol) ? WEFT_DROP_FRAGMENT : WEFT_FORWARDED;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/identity.h"
#include "abi/outcome.h"
#include "abi/peer.h"
#include "route/peer.h"
#include "tunnel/tunnel.h"

/* Only the host of a container may send for it. Under which identity is that host's to say, as it is on the host itself:
 * while a container gets other labels, the hosts learn of it one after the other, and what its own host put into the
 * header is the newest. But it cannot make a container of the mesh into what is none (the host, the world). */
static __always_inline __u32 source_check_tunnel(const struct tunnel_packet *packet)
{
	const struct weft_peer *source = peer_lookup(&packet->source);
	const struct weft_host *host;

	if (!source || !address_equal(&source->underlay, &packet->host)) {
		host = bpf_map_lookup_elem(&hosts, &packet->host);
		if (!host)
			return WEFT_DROP_UNKNOWN_HOST;
		if (!source || source->host != host->number)
			return WEFT_DROP_SOURCE_ADDRESS;
	}
	if (source->slot)
		return WEFT_DROP_SOURCE_ADDRESS;
	return packet->identity > WEFT_IDENTITY_RESERVED_MAX ? WEFT_FORWARDED : WEFT_DROP_IDENTITY;
}

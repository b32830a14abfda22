/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "tunnel/tunnel.h"

/* RFC 2784 with the key of RFC 2890. */
#define GRE_HAS_KEY bpf_htons(0x2000)

struct gre_header {
	__be16 flags;
	__be16 protocol;
	__be32 key;	/* the sender's identity */
};

struct gre_tail {
	struct gre_header gre;
	struct ethhdr inner;
};
#define GRE_TAIL_BYTES 22

static __always_inline void gre_write(struct gre_tail *tail, const struct weft_peer *peer,
				      __be16 ethertype)
{
	tail->gre.flags = GRE_HAS_KEY;
	tail->gre.protocol = TUNNEL_ETHERNET;
	tail->gre.key = bpf_htonl(endpoint_identity);
	tunnel_write_frame(&tail->inner, peer, ethertype);
}

/* Behind the outer IP header. Of GRE, the mesh has only that with Ethernet inside. The key is needed, as it is the
 * identity; a checksum would have to be computed over the whole packet, and sequence numbers to be kept for each host:
 * nobody of the mesh sends either. */
static __always_inline __u32 gre_read(void *data, void *end, __u32 offset,
				      struct tunnel_packet *packet)
{
	struct gre_header *header = data + offset;

	if ((void *)(header + 1) > end)
		return PARSE_SHORT;
	if (header->protocol != TUNNEL_ETHERNET)
		return TUNNEL_FOREIGN;
	if (header->flags != GRE_HAS_KEY)
		return WEFT_DROP_TUNNEL;
	packet->identity = bpf_ntohl(header->key);
	return tunnel_read_frame(data, end, offset + sizeof(*header), packet);
}

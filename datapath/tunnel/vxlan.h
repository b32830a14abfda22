/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "tunnel/tunnel.h"

/* RFC 7348. */
#define VXLAN_PORT bpf_htons(4789)
#define VXLAN_HAS_VNI bpf_htonl(0x08000000)

struct vxlan_header {
	__be32 flags;
	__be32 vni;	/* the sender's identity << 8 */
};

/* From the end of the outer IP header to the end of the inner Ethernet header. */
struct vxlan_tail {
	struct udphdr udp;
	struct vxlan_header vxlan;
	struct ethhdr inner;
};
#define VXLAN_TAIL_BYTES 30

static __always_inline void vxlan_write(struct vxlan_tail *tail, const struct weft_peer *peer,
					__be16 ethertype, __u64 hash, __u32 bytes)
{
	tunnel_write_udp(&tail->udp, VXLAN_PORT, hash, bytes);
	tail->vxlan.flags = VXLAN_HAS_VNI;
	tail->vxlan.vni = bpf_htonl(endpoint_identity << 8);
	tunnel_write_frame(&tail->inner, peer, ethertype);
}

/* Behind the UDP header. Bits that the RFC reserves are ignored, as it demands. */
static __always_inline __u32 vxlan_read(void *data, void *end, __u32 offset,
					struct tunnel_packet *packet)
{
	struct vxlan_header *header = data + offset;

	if ((void *)(header + 1) > end)
		return PARSE_SHORT;
	if (!(header->flags & VXLAN_HAS_VNI))
		return WEFT_DROP_TUNNEL;
	packet->identity = bpf_ntohl(header->vni) >> 8;
	return tunnel_read_frame(data, end, offset + sizeof(*header), packet);
}

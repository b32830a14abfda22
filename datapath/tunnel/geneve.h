/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/outcome.h"
#include "abi/settings.h"
#include "parse/bounds.h"
#include "tunnel/tunnel.h"

/* RFC 8926. */
#define GENEVE_PORT bpf_htons(6081)
#define GENEVE_VERSION 0xc0
#define GENEVE_OPTION_WORDS 0x3f
#define GENEVE_CONTROL 0x80
#define GENEVE_OPTION_CRITICAL 0x80
#define GENEVE_OPTION_LENGTH 0x1f

/* The sender's identity: an experimental class, not critical, one word. Who does not know it finds the identity in
 * the VNI as well. */
#define GENEVE_IDENTITY bpf_htonl(0xfff10101)

/* As much as is looked through. */
#define GENEVE_OPTION_BYTES_MAX 64
#define GENEVE_OPTIONS_MAX 8

struct geneve_header {
	__u8 version_words;	/* version << 6 | words of options */
	__u8 flags;
	__be16 protocol;
	__be32 vni;	/* the sender's identity << 8 */
};

struct geneve_option {
	__be16 class;
	__u8 type;
	__u8 words;	/* that follow */
};

struct geneve_tail {
	struct udphdr udp;
	struct geneve_header geneve;
	__be32 option;
	__be32 identity;
	struct ethhdr inner;
};
#define GENEVE_TAIL_BYTES 38

static __always_inline void geneve_write(struct geneve_tail *tail, const struct weft_peer *peer,
					 __be16 ethertype, __u64 hash, __u32 bytes)
{
	tunnel_write_udp(&tail->udp, GENEVE_PORT, hash, bytes);
	tail->geneve.version_words = 2;
	tail->geneve.flags = 0;
	tail->geneve.protocol = TUNNEL_ETHERNET;
	tail->geneve.vni = bpf_htonl(endpoint_identity << 8);
	tail->option = GENEVE_IDENTITY;
	tail->identity = bpf_htonl(endpoint_identity);
	tunnel_write_frame(&tail->inner, peer, ethertype);
}

/* Looks for the identity between other people's options. Those are skipped, but for the critical: whoever does not know
 * such a one must drop the packet. */
static __always_inline __u32 geneve_read_options(void *data, void *end, __u32 at, __u32 bytes,
						 struct tunnel_packet *packet)
{
	__u32 left = bytes;

	if (bytes > GENEVE_OPTION_BYTES_MAX)
		return WEFT_DROP_TUNNEL;
#pragma clang loop unroll(disable)
	for (int i = 0; i < GENEVE_OPTIONS_MAX && left > 0; i++) {
		struct geneve_option *option = data + at;
		__u32 length;

		if ((void *)(option + 1) > end)
			return PARSE_SHORT;
		length = sizeof(*option) + (option->words & GENEVE_OPTION_LENGTH) * 4;
		if (length > left)
			return WEFT_DROP_MALFORMED;
		if (*(__be32 *)option == GENEVE_IDENTITY) {
			if ((void *)(option + 2) > end)
				return PARSE_SHORT;
			packet->identity = bpf_ntohl(((__be32 *)option)[1]);
		} else if (option->type & GENEVE_OPTION_CRITICAL) {
			return WEFT_DROP_TUNNEL;
		}
		left -= length;
		at += length;
	}
	return left > 0 ? WEFT_DROP_TUNNEL : WEFT_FORWARDED;
}

/* Behind the UDP header. */
static __always_inline __u32 geneve_read(void *data, void *end, __u32 offset,
					 struct tunnel_packet *packet)
{
	struct geneve_header *header = data + offset;
	__u32 bytes, outcome;

	if ((void *)(header + 1) > end)
		return PARSE_SHORT;
	if (header->version_words & GENEVE_VERSION || header->flags & GENEVE_CONTROL)
		return WEFT_DROP_TUNNEL;
	if (header->protocol != TUNNEL_ETHERNET)
		return WEFT_DROP_PROTOCOL;
	bytes = (header->version_words & GENEVE_OPTION_WORDS) * 4;
	packet->identity = bpf_ntohl(header->vni) >> 8;
	offset += sizeof(*header);
	outcome = geneve_read_options(data, end, offset, bytes, packet);
	if (outcome != WEFT_FORWARDED)
		return outcome;
	return tunnel_read_frame(data, end, offset + bytes, packet);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/identity.h"
#include "abi/peer.h"
#include "abi/settings.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct weft_address);
	__type(value, struct weft_peer);
} peers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct weft_address);
	__type(value, struct weft_host);
} hosts SEC(".maps");

/* Is the address one that only a container of the mesh can have? */
static __always_inline bool peer_in_mesh(const struct weft_address *address)
{
	const __be64 mask6 = bpf_cpu_to_be64(0xffffffffffff0000ULL);
	__be32 mask4;

	if (!address_is_mapped(address))
		return ((address_half(address, 0) ^ setting_half(&mesh_prefix6, 0)) & mask6) == 0;
	if (setting_half(&mesh_prefix4, 1) == 0)
		return false;
	mask4 = bpf_htonl(~(__u32)((1ULL << (128 - mesh_prefix4_length)) - 1));
	return ((address_ipv4(address) ^ ((const volatile __be32 *)&mesh_prefix4)[3]) & mask4) == 0;
}

static __always_inline const struct weft_peer *peer_lookup(const struct weft_address *address)
{
	return bpf_map_lookup_elem(&peers, address);
}

/* Who is at an address that is no container's? Host: what this host is reached at, as far as its datapath knows. */
static __always_inline __u32 peer_outside_identity(const struct weft_address *address)
{
	if (address_is(address, &underlay4) || address_is(address, &underlay6) ||
	    address_is_link_local(address))
		return WEFT_IDENTITY_HOST;
	return bpf_map_lookup_elem(&hosts, address) ? WEFT_IDENTITY_REMOTE_NODE : WEFT_IDENTITY_WORLD;
}

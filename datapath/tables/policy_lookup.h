/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/address.h"
#include "abi/policy.h"
#include "abi/settings.h"

/* Each container has maps of its own. The sizes are the most a policy may need (policyLimits in libs/policy); whoever
 * loads may give smaller ones. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct weft_identity_class_key);
	__type(value, struct weft_class);
} identity_classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct weft_address_class_key);
	__type(value, struct weft_class);
} address_classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct weft_port_class_key);
	__type(value, struct weft_class);
} port_classes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct weft_verdict);
} verdicts SEC(".maps");

static __always_inline __u32 policy_identity_class(__u32 direction, __u32 identity)
{
	struct weft_identity_class_key key = { .identity = identity, .direction = direction };
	struct weft_class *class = bpf_map_lookup_elem(&identity_classes, &key);

	return class ? class->class : 0;
}

static __always_inline __u32 policy_address_class(__u32 direction, const struct weft_address *address)
{
	struct weft_address_class_key key = { .prefix_length = 8 + 128, .direction = direction };
	struct weft_class *class;

	__builtin_memcpy(key.address, address->bytes, sizeof(key.address));
	class = bpf_map_lookup_elem(&address_classes, &key);
	return class ? class->class : 0;
}

static __always_inline __u32 policy_port_class(__u32 direction, __u8 protocol, __u16 port)
{
	struct weft_port_class_key key = { .prefix_length = 16 + 16,
					   .direction = direction,
					   .protocol = protocol,
					   .port = bpf_htons(port) };
	struct weft_class *class = bpf_map_lookup_elem(&port_classes, &key);

	return class ? class->class : 0;
}

/* Tier 0: the policy is looked up. What is not in the table is denied. */
static __always_inline void policy_lookup(__u32 direction, __u32 identity,
					  const struct weft_address *address, __u8 protocol,
					  __u16 port, struct weft_verdict *verdict)
{
	bool egress = direction == WEFT_EGRESS;
	__u32 index = policy_identity_class(direction, identity);
	struct weft_verdict *found;

	index *= egress ? address_class_count[WEFT_EGRESS] : address_class_count[WEFT_INGRESS];
	if (feature_addresses)
		index += policy_address_class(direction, address);
	index *= egress ? port_class_count[WEFT_EGRESS] : port_class_count[WEFT_INGRESS];
	index += policy_port_class(direction, protocol, port);
	index += egress ? verdict_base[WEFT_EGRESS] : verdict_base[WEFT_INGRESS];
	found = bpf_map_lookup_elem(&verdicts, &index);
	if (found)
		*verdict = *found;
}

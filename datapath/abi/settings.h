/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "abi/address.h"
#include "abi/flow.h"

/* Load-time constants: they live in .rodata, the loader writes them by name before it loads the object, and the
 * verifier removes the branches that they switch off. Whoever reads a running program's .rodata knows what it is. */

/* What every policy has of its own is in .data.policy: the verifier does not know it, so that programs that are not in force
 * can be given another policy without being verified again (ADR 0015). It is written before they are put in force. */
#define WEFT_OF_POLICY volatile __attribute__((section(".data.policy")))

/* Every object. */
const volatile __u8 object_digest[32];		/* of the object this program came from */
const volatile __u32 uplink_ifindex;
const volatile struct weft_address underlay;	/* this host's tunnel source; its family is the tunnels' */
const volatile struct weft_address underlay4;	/* all that it may be addressed by; IPv4-mapped; zero: none */
const volatile struct weft_address underlay6;
const volatile struct weft_address mesh_prefix6;	/* the /48; zero bits after it */
const volatile struct weft_address mesh_prefix4;	/* IPv4-mapped; all zero: no IPv4 */
const volatile __u8 mesh_prefix4_length;	/* 96..128, in the mapped address */
const volatile __u8 tunnel;			/* enum weft_tunnel */
const volatile __u8 tunnels_accepted;		/* 1 << enum weft_tunnel: while the mesh changes, the one before too */
const volatile __u16 path_mtu;			/* largest IP packet that leaves this host for another, in the tunnel; 0: any */
/* Time without a packet, in 2^30 ns, by enum weft_life. */
const volatile __u32 flow_life_s[WEFT_LIFE_COUNT] = { 60, 21600, 10, 10, 60, 180, 60, 60, 21600, 60 };
const volatile __u8 record_kinds;	/* 1 << enum weft_record_kind: what is put on record */

/* Objects of one container. */
const volatile __u16 endpoint_slot;
WEFT_OF_POLICY __u64 policy_revision;		/* flows decided before it are decided again */
const volatile __u32 endpoint_identity;
const volatile __u32 endpoint_ifindex;		/* the host's side of the veth */
const volatile __s32 endpoint_nsid = -1;	/* of its network namespace, as its host numbers it; -1: unknown */
const volatile struct weft_address endpoint_ipv6;
const volatile struct weft_address endpoint_ipv4;	/* IPv4-mapped; all zero: none */
const volatile __u8 endpoint_mac[6] __attribute__((aligned(8)));
const volatile __u8 gateway_mac[6] __attribute__((aligned(8)));
const volatile __u8 feature_ipv4;
const volatile __u8 feature_track;		/* 0: no policy, so no flow table */
const volatile __u8 feature_ingress;		/* enforce the ingress policy */
const volatile __u8 feature_egress;
const volatile __u8 revoke_mode[2];		/* enum weft_revoke_mode, by direction */
const volatile __u32 drain_s[2];		/* seconds that flows are given from the policy's event on, */
WEFT_OF_POLICY __u32 drain_until_s[2];		/* and when they are over, in 2^30 ns of CLOCK_MONOTONIC */
const volatile __u8 feature_addresses;		/* the policy has CIDRs */
WEFT_OF_POLICY __u16 address_class_count[2];	/* by direction */
WEFT_OF_POLICY __u16 port_class_count[2];
WEFT_OF_POLICY __u32 verdict_base[2];		/* index of the direction's first verdict */

enum weft_tunnel {
	WEFT_TUNNEL_NONE = 0,
	WEFT_TUNNEL_VXLAN = 1,
	WEFT_TUNNEL_GENEVE = 2,
	WEFT_TUNNEL_GRE = 3,
};

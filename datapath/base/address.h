/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "base/base.h"
#include "abi/address.h"

/* Half of an address, in network order. Packets give no alignment; every machine that we compile for reads anyway. */
#define address_half(address, half) (((const __be64 *)(address))[half])
#define setting_half(setting, half) (((const volatile __be64 *)(setting))[half])

/* The first half of every IPv4-mapped address is zero; this is the upper half of the second. */
#define MAPPED_PREFIX bpf_htonl(0x0000ffff)

static __always_inline void address_copy(struct weft_address *to, const void *from)
{
	((__be64 *)to)[0] = address_half(from, 0);
	((__be64 *)to)[1] = address_half(from, 1);
}

static __always_inline void address_map(struct weft_address *to, __be32 ipv4)
{
	((__be64 *)to)[0] = 0;
	((__be32 *)to)[2] = MAPPED_PREFIX;
	((__be32 *)to)[3] = ipv4;
}

static __always_inline __be32 address_ipv4(const struct weft_address *address)
{
	return ((const __be32 *)address)[3];
}

static __always_inline bool address_equal(const struct weft_address *a, const struct weft_address *b)
{
	return address_half(a, 0) == address_half(b, 0) && address_half(a, 1) == address_half(b, 1);
}

static __always_inline bool address_is(const struct weft_address *a,
				       const volatile struct weft_address *setting)
{
	return address_half(a, 0) == setting_half(setting, 0) &&
	       address_half(a, 1) == setting_half(setting, 1);
}

static __always_inline bool address_is_mapped(const struct weft_address *a)
{
	return address_half(a, 0) == 0 && ((const __be32 *)a)[2] == MAPPED_PREFIX;
}

static __always_inline bool address_is_unspecified(const struct weft_address *a)
{
	return address_half(a, 0) == 0 && address_half(a, 1) == 0;
}

static __always_inline bool address_is_link_local(const struct weft_address *a)
{
	return a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

/* Multicast of both families and the IPv4 limited broadcast. */
static __always_inline bool address_is_multicast(const struct weft_address *a)
{
	if (a->bytes[0] == 0xff)
		return true;
	return address_is_mapped(a) && (a->bytes[12] & 0xf0) >= 0xe0;
}

/* The gateway of every container: fe80::1 and 169.254.1.1. */
#define ADDRESS_GATEWAY4 bpf_htonl(0xa9fe0101)

static __always_inline bool address_is_gateway(const void *a)
{
	return address_half(a, 0) == bpf_cpu_to_be64(0xfe80000000000000ULL) &&
	       address_half(a, 1) == bpf_cpu_to_be64(1);
}

static __always_inline void address_set_gateway(void *to)
{
	((__be64 *)to)[0] = bpf_cpu_to_be64(0xfe80000000000000ULL);
	((__be64 *)to)[1] = bpf_cpu_to_be64(1);
}

/* From a setting or a map value or the stack, all of which are aligned to two bytes. */
#define mac_copy(to, from)                                                                      \
	do {                                                                                    \
		((__u16 *)(to))[0] = ((const volatile __u16 *)(from))[0];                       \
		((__u16 *)(to))[1] = ((const volatile __u16 *)(from))[1];                       \
		((__u16 *)(to))[2] = ((const volatile __u16 *)(from))[2];                       \
	} while (0)

static __always_inline bool mac_is(const void *mac, const volatile __u8 *setting)
{
	return ((const __u16 *)mac)[0] == ((const volatile __u16 *)setting)[0] &&
	       ((const __u16 *)mac)[1] == ((const volatile __u16 *)setting)[1] &&
	       ((const __u16 *)mac)[2] == ((const volatile __u16 *)setting)[2];
}

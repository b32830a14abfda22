/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include <linux/types.h>

/* An address of the flat network. IPv4 is written as ::ffff:a.b.c.d. Aligned, so that it is compared in two steps. */
struct weft_address {
	__u8 bytes[16];
} __attribute__((aligned(8)));
_Static_assert(sizeof(struct weft_address) == 16, "abi");
